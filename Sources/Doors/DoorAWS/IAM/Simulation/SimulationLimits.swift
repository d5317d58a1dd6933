/// What one simulation may be about. Documents are bounded each by `PolicyLimits`, names by the service model, and all together by
/// the length of a request.
enum SimulationLimits {
  /// Of each kind.
  static let documents = 0...50
  /// After how much work the page ends, with at least one result on it: a client asks for the next as for that of any list. In
  /// bytes of documents that are read for a result, and what it takes to compare them (`Explanation.work`): some tenths of a second.
  static let work = 32_000_000
}

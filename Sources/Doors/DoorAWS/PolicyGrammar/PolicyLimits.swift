import WireJSON

/// What a policy document may be, checked before it is read. Statements, values and patterns are bounded by its length.
enum PolicyLimits {
  /// Bytes: the quota of key policies.
  static let document = 32 * 1024
  /// The grammar has six levels.
  static let json = JSONDocument.Limits(depth: 8, nodes: document)
}

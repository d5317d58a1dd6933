/// One part of a list that comes in several.
package protocol PartialList: Codable, Sendable {
  /// The marker for the next part; nil at the end.
  var next: String? { get set }
}

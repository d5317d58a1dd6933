/// What an operator says to have an older seal file accepted: the generation of the file and the one that the database knows, as
/// the refusal named them. Once the file is accepted it has a generation of its own, so that the same words accept nothing more.
package struct AcceptedSeal: Hashable, Sendable {
  package let file: UInt64
  package let known: UInt64

  init(file: UInt64, known: UInt64) {
    self.file = file
    self.known = known
  }

  /// - Parameter text: "3/7".
  package init?(_ text: String) {
    let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { UInt64($0) }
    guard numbers.count == 2, let file = numbers[0], let known = numbers[1] else { return nil }
    self.init(file: file, known: known)
  }

  package var text: String { "\(file)/\(known)" }
}

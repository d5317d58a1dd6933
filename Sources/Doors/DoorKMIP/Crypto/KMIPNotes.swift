package import KMSDomain
import WireKMIP

/// What the door has read of an object's notes, once for each record that is loaded.
final class KMIPNotes: ReadNotes {
  let kept: AttributeList
  let facts: KeptFacts
  /// As the owner calls it.
  let algorithm: KMIP.CryptographicAlgorithm?
  /// Of the first Cryptographic Parameters attribute. Parameters that nobody here understands are like none.
  let parameters: CryptographicParameters?

  init(_ kept: AttributeList) {
    self.kept = kept
    facts = KeptFacts(kept)
    algorithm = kept.first(.cryptographicAlgorithm)?.value?.enumeration()
    parameters = kept.first(.cryptographicParameters)?.value.flatMap { try? CryptographicParameters($0) }
  }

  private static let none = KMIPNotes(AttributeList())

  /// Of a key that nobody has read yet, too.
  static func of(_ key: ProtectedKey) -> KMIPNotes {
    if let read = key.notes as? KMIPNotes { return read }
    return key.record.object.flatMap { KMIPNotes(notes: $0.notes) } ?? none
  }

  convenience init?(notes: [UInt8]) {
    guard let kept = AttributeList(notes: notes) else { return nil }
    self.init(kept)
  }
}

/// Reads notes as records are loaded.
package struct KMIPNotesReader: NotesReader {
  package init() {}

  package func read(_ notes: [UInt8]) -> (any ReadNotes)? { KMIPNotes(notes: notes) }
}

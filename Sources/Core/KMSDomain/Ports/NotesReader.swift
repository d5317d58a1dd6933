/// What a door has read of an object's notes.
package protocol ReadNotes: AnyObject, Sendable {}

/// Reads the notes of objects (`ManagedObject.notes`) when their records are loaded, so that no request has to: the core doesn't
/// look inside, and keeps what the door made of them with the record.
package protocol NotesReader: Sendable {
  /// - Returns: nil for notes that can't be read.
  func read(_ notes: [UInt8]) -> (any ReadNotes)?
}

/// For servers without a door that writes notes.
package struct NoNotesReader: NotesReader {
  package init() {}
  package func read(_ notes: [UInt8]) -> (any ReadNotes)? { nil }
}

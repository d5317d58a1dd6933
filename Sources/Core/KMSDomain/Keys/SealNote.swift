/// What the store knows of the seal file beside it: which one was written last. So an older one that is put in its place is
/// noticed, although nothing is wrong with it.
package struct SealNote: Hashable, Sendable {
  /// Counts the seal files of a store; 0 for one that doesn't say.
  package let generation: UInt64
  /// The file's own code; empty for one that has none.
  package let fileCode: [UInt8]

  package init(generation: UInt64, fileCode: [UInt8]) {
    self.generation = generation
    self.fileCode = fileCode
  }
}

extension SealNote: CanonicallyEncoded {
  package func encode(into fields: inout CanonicalFields) {
    fields.add("seal-note/1")
    fields.add(generation)
    fields.add(fileCode)
  }
}

package import KMSDomain

/// Takes material into a key: for the first time, again after it went, again to change its expiry, or as the next material of a
/// key that can be rotated.
package struct ImportKeyMaterial: Operation {
  package let key: KeyReference
  package let material: ImportedMaterial
  package let terms: ImportTerms

  package init(_ key: KeyReference, _ material: ImportedMaterial, _ terms: ImportTerms) {
    self.key = key
    self.material = material
    self.terms = terms
  }

  package struct Prepared: Sendable {
    let key: ProtectedKey
    /// The id of a version in case there must be a new one.
    let fresh: VersionID
  }

  package typealias Answer = KeyMaterial

  package let operation = "ImportKeyMaterial"
  package var asked: Asked { Asked(.importKeyMaterial, named: key.asWritten) }
  package var references: [KeyReference] { [key] }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    Prepared(key: try await desk.key(key), fresh: VersionID(desk.randomness.bits128()))
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    var facts = RequestFacts()
    facts.importing = .material(expiry: terms.expiry)
    return Demands(
      Demand(.importKeyMaterial, on: .key(prepared.key), named: key.asWritten, facts: facts))
  }

  /// Whatever the import key is, its private half is needed.
  package func isSlow(_ prepared: Prepared) -> Bool { true }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<KeyMaterial> {
    let before = prepared.key.record
    let now = desk.clock.now()
    try terms.check(for: before, now: now)
    func place(_ fingerprint: [UInt8]) throws(KMSError) -> VersionID {
      try before.version(for: fingerprint, terms, fresh: prepared.fresh)
    }
    let made = try desk.custody.importMaterial(
      material, for: before.id, of: before.materialKey, before.spec, now: now, permit: permits.first
    ) { (fingerprint: [UInt8]) throws(KMSError) in before.identity(of: try place(fingerprint)) }
    let version = try place(made.fingerprint)
    var record = before
    record.adopt(made, as: version, terms, at: now)
    record.generation &+= 1
    let answer = KeyMaterial(version, of: record)
    return Performed(
      answer, change: .updateKey(desk.seal(record), expecting: before.generation), details: answer.details)
  }
}

/// One of a key's materials, by its public name.
package struct KeyMaterial: Sendable {
  package let key: KeyRecord
  /// nil where no material ever was, and for keys that have only one.
  package let name: String?
  let details: [AuditRecord.Detail]

  init(_ version: VersionID, of key: KeyRecord) {
    self.key = key
    let found = key.materials.first { $0.id == version }?.materialName
    name = key.canRotate ? found : nil
    details =
      [AuditRecord.Detail(name: "version", value: version.bits.hex)]
      + (found.map { [AuditRecord.Detail(name: "material", value: $0)] } ?? [])
  }
}

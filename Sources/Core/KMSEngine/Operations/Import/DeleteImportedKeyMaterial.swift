package import KMSDomain

/// Takes material away that was imported. Its owner can bring it in again. Not for keys that are at home in a vault, where nothing is gone
/// before its time, and nobody can bring material in again.
package struct DeleteImportedKeyMaterial: Operation {
  package typealias Prepared = ProtectedKey
  package typealias Answer = KeyMaterial

  package let key: KeyReference
  /// The public name of the material; nil for the current one.
  package let material: String?

  package init(_ key: KeyReference, material: String?) {
    self.key = key
    self.material = material
  }

  package let operation = "DeleteImportedKeyMaterial"
  package var asked: Asked { Asked(.deleteImportedKeyMaterial, named: key.asWritten) }
  package var references: [KeyReference] { [key] }

  package func prepare(_ desk: Desk) async throws(KMSError) -> ProtectedKey { try await desk.key(key) }

  package func demands(_ prepared: ProtectedKey, _ desk: Desk) -> Demands {
    Demands(Demand(.deleteImportedKeyMaterial, on: .key(prepared), named: key.asWritten))
  }

  package func perform(
    _ prepared: ProtectedKey, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<KeyMaterial> {
    let before = prepared.record
    guard before.home.kind != .vault, before.home.kind != .managedHSM else {
      throw .unsupportedAlgorithm("The material of a key in a vault is deleted with the key.")
    }
    try permits.first.check(.deleteImportedKeyMaterial, key: before.id, version: nil)
    let version = try version(of: before)
    var record = before
    record.removeMaterial(of: version)
    // What waited is in the new record no more.
    let answer = KeyMaterial(version, of: before)
    guard record != before else { return Performed(answer, details: answer.details) }
    record.generation &+= 1
    return Performed(
      answer, change: .updateKey(desk.seal(record), expecting: before.generation), details: answer.details)
  }

  private func version(of key: KeyRecord) throws(KMSError) -> VersionID {
    guard let material else { return key.current }
    guard key.canRotate else { throw .singleMaterial(key.spec) }
    guard let found = key.materials.first(where: { $0.materialName == material }) else {
      throw .materialNotFound(material)
    }
    return found.id
  }
}

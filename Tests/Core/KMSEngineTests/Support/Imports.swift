import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse

extension ImportTerms {
  static let forever = ImportTerms(kind: nil, claimed: nil, expiry: nil, description: nil)

  static func until(_ expiry: Instant, _ kind: Kind? = nil) -> ImportTerms {
    ImportTerms(kind: kind, claimed: nil, expiry: expiry, description: nil)
  }

  static func kind(_ kind: Kind, description: String? = nil) -> ImportTerms {
    ImportTerms(kind: kind, claimed: nil, expiry: nil, description: description)
  }
}

extension World {
  /// Material as its owner sends it. SM2 makes its import keys in no time.
  func parcel(_ material: [UInt8], for key: KeyReference) async throws -> ImportedMaterial {
    let parameters = try await run(GetParametersForImport(key, by: .sm2PKE, under: .sm2)).parameters
    return ImportedMaterial(
      encrypted: try encrypted(material, for: parameters.publicKey), token: parameters.token)
  }

  @discardableResult
  func bring(
    _ material: [UInt8], into key: KeyReference, _ terms: ImportTerms = .forever
  ) async throws -> KeyMaterial {
    try await run(ImportKeyMaterial(key, try await parcel(material, for: key), terms))
  }

  /// What bringing the material in fails with.
  func failure(
    bringing material: [UInt8], into key: KeyReference, _ terms: ImportTerms = .forever
  ) async throws -> KMSError {
    try await failure(of: ImportKeyMaterial(key, try await parcel(material, for: key), terms))
  }

  /// Custody encrypts for the public half of an import key as for any other.
  private func encrypted(_ material: [UInt8], for publicKey: [UInt8]) throws -> [UInt8] {
    let identity = VersionIdentity(
      key: KeyID(Bits128(high: 0xcccc, low: 1)), version: VersionID(Bits128(high: 0xcccc, low: 2)),
      spec: .sm2, usages: [.encrypt], origin: .generated, exportable: false)
    let request = AccessRequest(
      action: .encrypt, caller: World.admin, origin: origin(),
      resource: .newKey(account: Fixtures.account), facts: .none)
    let verdict = authorise(
      request, version: identity.version, newKey: identity.key, vocabulary: PlainVocabulary())
    guard let permit = verdict.takePermit() else { throw Surprise("the administrator was denied") }
    return try house.custody.encrypt(
      .of(material), by: .sm2PKE, with: try house.custody.openPublic(publicKey, as: identity),
      permit: permit)
  }
}

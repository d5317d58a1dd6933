import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse

/// Keys in several Regions.
extension World {
  static let home = Fixtures.keyring.region
  static let west = "us-west-2"
  static let east = "us-east-1"

  /// A primary at home and its replicas.
  func family(_ regions: String...) async throws -> KeyRecord {
    let primary = try await run(.create(isMultiRegion: true)).record
    for region in regions { try await run(.replicate(World.reference(primary), to: region)) }
    return primary
  }

  /// The world's key as if it had been made so.
  /// - Parameter region: where it gets a replica; nil for none.
  func makePrimary(of region: String? = nil) async throws {
    try await put(key) { $0.family = KeyFamily(material: $0.id, primaryRegion: $0.home.region) }
    guard let region else { return }
    // Whom the key trusts is the test's affair.
    let policy = try await stored(key).policy
    try await put(key) { $0.policy = Array("account \(Fixtures.account.text)".utf8) }
    try await run(.replicate(keyReference, to: region))
    try await put(key) { $0.policy = policy }
  }

  /// The key's relative in a Region, as a caller there names it.
  static func reference(_ key: KeyRecord, in region: String) -> KeyReference {
    KeyReference(.name(key.name(in: region)), asWritten: key.identifier)
  }

  /// The key's relative in a Region, as the store has it.
  func stored(_ key: KeyRecord, in region: String) async throws -> KeyRecord {
    guard let stored = try await house.store.key(named: key.name(in: region)) else {
      throw Surprise("there is no key in \(region)")
    }
    return stored.record
  }

  /// What a ciphertext holds, opened in a Region without saying by which key.
  func opened(_ ciphertext: [UInt8], in region: String) async throws -> [UInt8] {
    try await run(.decrypt(ciphertext, region: region)).plaintext.bytes()
  }
}

import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse

extension KeySeed {
  static let identifier = "seeded"
  static let bytes = [UInt8](1...32)

  /// A key with one material, or with as many as are given.
  /// - Parameters:
  ///   - materials: nil has custody make one.
  ///   - replicas: Regions; what is there has no alias.
  static func sample(
    spec: KeySpec = .aes256, usages: KeyUsages? = nil, origin: KeyOrigin = .generated,
    materials: [[UInt8]]? = [bytes], aliases: [String] = ["alias/seeded"], rotationDays: Int? = nil,
    isEnabled: Bool = true, region: String = Fixtures.keyring.region, replicas: [String] = [],
    isMultiRegion: Bool = false
  ) -> KeySeed {
    func place(_ region: String, _ aliases: [String]) -> Place {
      Place(
        id: KeyID(Bits128(high: 0x5eed, low: UInt64(region.utf8.reduce(0) { $0 &* 31 &+ Int($1) }))),
        home: Keyring(account: Fixtures.account, region: region, kind: .aws), description: "seeded",
        tags: [Tag(key: "b", value: "2"), Tag(key: "a", value: "1")], policy: nil, aliases: aliases,
        isEnabled: isEnabled)
    }
    let brought = materials.map { $0.map { Payload?.some(.of($0)) } } ?? [nil]
    return KeySeed(
      identifier: identifier, spec: spec, usages: usages ?? [.encrypt, .decrypt], origin: origin,
      isMultiRegion: isMultiRegion || !replicas.isEmpty, rotationDays: rotationDays,
      materials: brought.enumerated().map { index, brought in
        Material(version: VersionID(Bits128(high: 0x5eed, low: UInt64(index))), brought: brought)
      }, primary: place(region, aliases), replicas: replicas.map { place($0, []) })
  }

  static var reference: KeyReference {
    World.reference(KeyName(.identifier, identifier, in: Fixtures.keyring))
  }
}

extension IdentityRecord {
  static let seeded = IdentityRecord(
    id: IdentityID("AIDASEEDED"), account: Fixtures.account, name: "seeded", createdAt: Fixtures.start,
    body: .user(User(carried: Carried(inline: []))))
}

extension Trial {
  static let seedKey = Trial(.seedKey) { _ in SeedKey(.sample(aliases: [])) }
  static let seedFamily = Trial(.seedKey, note: " of several Regions") { _ in
    SeedKey(.sample(aliases: [], replicas: ["us-west-2"]))
  }
  static let seedAccessKey = Trial(.seedAccessKey) {
    SeedAccessKey("AKIANEW", secret: .of(World.plaintext), for: .seeded, vault: $0.house.custody)
  }
}

import KMSDomain
import KMSTestKit
import TestHouse

/// Everything in a world that an operation can change.
struct Snapshot: Equatable {
  private let key: Authenticated<KeyRecord>?
  private let other: Authenticated<KeyRecord>?
  private let imported: Authenticated<KeyRecord>?
  private let identifiers: [String]
  private let aliases: [Authenticated<AliasRecord>]
  private let keyCount: Int
  private let grants: [Authenticated<GrantRecord>]
  private let vaults: [Authenticated<Vault>]
  private let keyStores: [Authenticated<CustomKeyStore>]
  private let accessKey: Authenticated<AccessKeyRecord>?
  private let identities: [Authenticated<IdentityRecord>]
  private let accessKeys: [Authenticated<AccessKeyRecord>]
  private let certificates: [Authenticated<ClientCertificate>]
  private let epochs: [EpochID]
  private let now: Instant

  init(_ world: World) async throws {
    let store = world.house.store
    key = try await store.key(world.key.id)
    other = try await store.key(world.other.id)
    imported = try await store.key((try? world.imported.id) ?? world.other.id)
    identifiers = try await store.keyIdentifiers(in: Fixtures.keyring, after: nil, limit: 100)
    aliases = try await store.aliases(in: Fixtures.keyring, of: nil, after: nil, limit: 100)
    keyCount = try await store.keyCount()
    grants = try await store.grants(of: world.key.id, to: nil, after: nil, limit: 100)
    keyStores = try await store.customKeyStores(in: Fixtures.keyring)
    vaults = try await store.vaults(of: nil, after: nil, limit: 100)
    accessKey = try await store.accessKey("AKIANEW")
    var identities: [Authenticated<IdentityRecord>] = []
    for kind in IdentityKind.allCases {
      identities += try await store.identities(kind, of: Fixtures.account, under: "/", after: nil, limit: 100)
    }
    self.identities = identities
    accessKeys = try await store.accessKeys(of: World.user) + store.accessKeys(of: World.bob)
    certificates = try await store.clientCertificates(in: Fixtures.account, after: nil, limit: 100)
    epochs = try await store.epochs().map(\.id)
    now = world.house.clock.now()
  }
}

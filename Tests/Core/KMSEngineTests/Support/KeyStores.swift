import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse

extension Trial {
  static let createKeyStore = Trial(.createCustomKeyStore) { _ in .createKeyStore() }
  static let describeKeyStores = Trial(.describeCustomKeyStores) { _ in
    DescribeCustomKeyStores(.all(after: nil), in: Fixtures.keyring, limit: 10)
  }
  static let updateKeyStore = Trial(.updateCustomKeyStore, connection: .disconnected) { _ in
    .updateKeyStore(World.keyStore.text, name: "another", credential: .sample)
  }
  static let deleteKeyStore = Trial(.deleteCustomKeyStore, connection: .disconnected) { _ in
    DeleteCustomKeyStore(World.reference(World.keyStore.text))
  }
  static let connectKeyStore = Trial(.connectCustomKeyStore, connection: .disconnected) { _ in
    ConnectCustomKeyStore(World.reference(World.keyStore.text))
  }
  static let disconnectKeyStore = Trial(
    .disconnectCustomKeyStore, connection: .failed(.proxyNotReachable)
  ) { _ in DisconnectCustomKeyStore(World.reference(World.keyStore.text)) }
}

extension Operation where Self == CreateCustomKeyStore {
  static func createKeyStore(
    _ name: String = "store", at address: ProxyAddress = .sample(), home: Keyring = Fixtures.keyring
  ) -> CreateCustomKeyStore {
    CreateCustomKeyStore(name, in: home, backing: .proxy(address, .sample))
  }
}

extension Operation where Self == UpdateCustomKeyStore {
  static func updateKeyStore(
    _ id: String, name: String? = nil, credential: NewProxyCredential? = nil, describesCluster: Bool = false,
    _ change: (inout ProxyAddressChange) -> Void = { _ in }
  ) -> UpdateCustomKeyStore {
    var address = ProxyAddressChange()
    change(&address)
    return UpdateCustomKeyStore(
      World.reference(id), name: name, address: address, credential: credential,
      describesCluster: describesCluster)
  }
}

extension ProxyAddress {
  static func sample(
    _ endpoint: String = "https://one.example", _ path: String = "/kms/xks/v1",
    service: String? = nil
  ) -> ProxyAddress {
    ProxyAddress(
      endpoint: endpoint, path: path,
      connectivity: service.map { .endpointService(name: $0, owner: Fixtures.account) } ?? .publicEndpoint)
  }
}

extension NewProxyCredential {
  static let sampleSecret = String(repeating: "s3cr3t/+=", count: 5)
  static let sampleKey = "SAMPLEACCESSKEY23456"

  /// A fresh one, as it can be read once.
  static var sample: NewProxyCredential {
    NewProxyCredential(accessKey: sampleKey, secret: .of(Array(sampleSecret.utf8)))
  }
}

extension World {
  /// The id of the custom key store that trials are about.
  static let keyStore = KeyStoreID(Bits128(high: 0xabc, low: 0))

  static func reference(_ keyStore: String, in keyring: Keyring = Fixtures.keyring) -> KeyStoreReference {
    KeyStoreReference(keyStore, in: keyring)
  }

  /// Puts `World.keyStore` there, or changes its connection, as if it had come to this by operations.
  func putKeyStore(_ connection: KeyStoreConnection) async throws {
    let before = try await keyStores()
    let earlier = before.first { $0.id == World.keyStore }
    let secret = WrappedCredential(epoch: EpochID(1), bytes: [1, 2, 3])
    let record = CustomKeyStore(
      id: World.keyStore, home: Fixtures.keyring, createdAt: Fixtures.start,
      name: earlier?.name ?? "of trials",
      connection: connection,
      proxy: earlier?.proxy
        ?? ExternalProxy(
          address: .sample("https://trials.example"),
          credential: ProxyCredential(accessKey: "TRIALSACCESSKEY23456", secret: secret)),
      generation: (earlier?.generation ?? 0) + 1)
    let seen = Dictionary(before.map { ($0.id, $0.generation) }, uniquingKeysWith: { first, _ in first })
    let sealed = engine.desk.seal(record)
    try await house.store.commit(
      earlier == nil ? .addCustomKeyStore(sealed, seen: seen) : .updateCustomKeyStore(sealed, seen: seen),
      outbox: nil)
  }

  /// As the store has them.
  func keyStores(in keyring: Keyring = Fixtures.keyring) async throws -> [CustomKeyStore] {
    try await house.store.customKeyStores(in: keyring).map(\.record)
  }

  func keyStore(_ id: String) async throws -> CustomKeyStore {
    guard let found = try await keyStores().first(where: { $0.id.text == id }) else {
      throw Surprise("a custom key store is gone")
    }
    return found
  }
}

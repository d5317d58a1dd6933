import KMSDomain
import KMSTestKit
import Testing

struct CustomKeyStoreTests {
  private static let service = ProxyConnectivity.endpointService(name: "s", owner: Fixtures.account)

  private static func address(
    _ endpoint: String = "https://a", _ path: String = "/p",
    _ connectivity: ProxyConnectivity = .publicEndpoint
  ) -> ProxyAddress {
    ProxyAddress(endpoint: endpoint, path: path, connectivity: connectivity)
  }

  // MARK: Ids

  @Test func `ids have one written form`() {
    let id = KeyStoreID(Bits128(high: 0x0123_4567_89ab_cdef, low: .max))
    #expect(id.text == "cks-0123456789abcdeff" && KeyStoreID(id.text) == id)
    for text in [
      "", "cks-", id.text + "0", String(id.text.dropLast()), id.text.uppercased(), "ckz-0123456789abcdeff",
    ] {
      #expect(KeyStoreID(text) == nil)
    }
  }

  // MARK: Addresses beside each other

  @Test func `public endpoints may be shared, paths on them may not`() {
    #expect(Self.address().conflict(with: Self.address()) == .proxyURIInUse)
    #expect(Self.address("https://A").conflict(with: Self.address()) == .proxyURIInUse)
    #expect(Self.address("https://a", "/q").conflict(with: Self.address()) == nil)
    #expect(Self.address("https://b").conflict(with: Self.address()) == nil)
    #expect(Self.address("https://a", "/P").conflict(with: Self.address()) == nil)
  }

  @Test func `an endpoint of an endpoint service is nobody else's`() {
    let mine = Self.address("https://a", "/p", Self.service)
    let other = ProxyConnectivity.endpointService(name: "t", owner: Fixtures.account)
    #expect(mine.conflict(with: Self.address("https://a", "/p", other)) == .proxyURIInUse)
    #expect(mine.conflict(with: Self.address("https://a", "/q", other)) == .proxyEndpointInUse)
    #expect(mine.conflict(with: Self.address("https://A", "/q")) == .proxyEndpointInUse)
    #expect(Self.address("https://a", "/q").conflict(with: mine) == .proxyEndpointInUse)
    let sameService = ProxyConnectivity.endpointService(name: "s", owner: Fixtures.otherAccount)
    #expect(mine.conflict(with: Self.address("https://b", "/p", sameService)) == .endpointServiceInUse)
    #expect(mine.conflict(with: Self.address("https://b", "/p", other)) == nil)
    #expect(mine.conflict(with: Self.address("https://b", "/p")) == nil)
  }

  // MARK: Changes of addresses

  private static func changed(
    _ address: ProxyAddress, _ change: (inout ProxyAddressChange) -> Void
  ) throws(KMSError) -> ProxyAddress {
    var wanted = ProxyAddressChange()
    change(&wanted)
    return try address.changed(wanted, by: Fixtures.account)
  }

  @Test func `what isn't named stays`() throws {
    let one = Self.address("https://a", "/p", Self.service)
    #expect(try Self.changed(one) { _ in } == one)
    #expect(try Self.changed(one) { $0.path = "/q" } == Self.address("https://a", "/q", Self.service))
    #expect(
      try Self.changed(one) { $0.service = .set("t") }.connectivity
        == .endpointService(name: "t", owner: Fixtures.account))
    #expect(
      try Self.changed(one) { $0.serviceOwner = Fixtures.otherAccount }.connectivity
        == .endpointService(name: "s", owner: Fixtures.otherAccount))
    #expect(try Self.changed(Self.address()) { $0.service = .remove } == Self.address())
  }

  @Test func `another way to the proxy needs its endpoint and its endpoint service`() throws {
    let (open, closed) = (Self.address(), Self.address("https://b", "/p", Self.service))
    #expect(
      try Self.changed(open) { wanted in
        wanted.connectivity = .endpointService
        wanted.endpoint = "https://b"
        wanted.service = .set("s")
      } == closed)
    for service in [ProxyAddressChange.Service.keep, .remove] {
      #expect(
        try Self.changed(closed) { wanted in
          wanted.connectivity = .publicEndpoint
          wanted.endpoint = "https://a"
          wanted.service = service
        } == open)
    }
    #expect(throws: KMSError.customKeyStore(.needsEndpoint)) {
      try Self.changed(closed) { $0.connectivity = .publicEndpoint }
    }
    #expect(throws: KMSError.customKeyStore(.needsEndpointService)) {
      try Self.changed(open) { wanted in
        wanted.connectivity = .endpointService
        wanted.endpoint = "https://b"
      }
    }
    #expect(throws: KMSError.customKeyStore(.needsEndpointService)) {
      try Self.changed(closed) { $0.service = .remove }
    }
    #expect(throws: KMSError.customKeyStore(.takesNoEndpointService)) {
      try Self.changed(open) { $0.service = .set("s") }
    }
    #expect(throws: KMSError.customKeyStore(.takesNoEndpointService)) {
      try Self.changed(open) { $0.serviceOwner = Fixtures.account }
    }
  }

  @Test func `only the path may change beside a connection`() {
    func isHarmless(_ change: (inout ProxyAddressChange) -> Void) -> Bool {
      var wanted = ProxyAddressChange()
      change(&wanted)
      return wanted.isHarmlessToConnection
    }
    #expect(isHarmless { _ in } && isHarmless { $0.path = "/q" })
    #expect(!isHarmless { $0.endpoint = "https://a" } && !isHarmless { $0.connectivity = .publicEndpoint })
    #expect(!isHarmless { $0.service = .remove } && !isHarmless { $0.serviceOwner = Fixtures.account })
  }

  // MARK: Records

  @Test func `every field is authenticated`() {
    func record(
      id: UInt64 = 1, region: String = "x", at seconds: Int64 = 0, name: String = "n",
      connection: KeyStoreConnection = .disconnected, address: ProxyAddress = Self.address(),
      accessKey: String = "k",
      epoch: UInt32 = 1, secret: [UInt8] = [1], generation: UInt64 = 1
    ) -> [UInt8] {
      let credential = ProxyCredential(
        accessKey: accessKey, secret: WrappedCredential(epoch: EpochID(epoch), bytes: secret))
      return CustomKeyStore(
        id: KeyStoreID(Bits128(high: id, low: 0)),
        home: Keyring(account: Fixtures.account, region: region, kind: .aws),
        createdAt: Fixtures.start.advanced(seconds: seconds), name: name, connection: connection,
        proxy: ExternalProxy(address: address, credential: credential), generation: generation
      ).canonicalBytes
    }
    let service = Self.service
    let all = [
      record(), record(id: 2), record(region: "y"), record(at: 1), record(name: "m"),
      record(connection: .connecting), record(connection: .connected), record(connection: .disconnecting),
      record(connection: .failed(.internalError)), record(connection: .failed(.networkErrors)),
      record(address: Self.address("https://b")), record(address: Self.address("https://a", "/q")),
      record(address: Self.address("https://a", "/p", service)),
      record(address: Self.address("https://a", "/p", .endpointService(name: "t", owner: Fixtures.account))),
      record(
        address: Self.address("https://a", "/p", .endpointService(name: "s", owner: Fixtures.otherAccount))),
      record(accessKey: "l"), record(epoch: 2), record(secret: [2]), record(secret: []),
      record(generation: 2),
    ]
    #expect(Set(all).count == all.count)
  }

  @Test func `a connection that doesn't allow something is told with its name`() {
    var record = CustomKeyStore(
      id: KeyStoreID(Bits128(high: 1, low: 0)), home: Fixtures.keyring, createdAt: Fixtures.start, name: "n",
      connection: .failed(.networkErrors),
      proxy: ExternalProxy(
        address: Self.address(),
        credential: ProxyCredential(accessKey: "k", secret: WrappedCredential(epoch: EpochID(1), bytes: []))),
      generation: 1)
    let refusal = KMSError.customKeyStore(.invalidState(record.id.text, .failed(.networkErrors)))
    #expect(throws: refusal) { try record.require(.disconnected) }
    #expect(throws: refusal) { try record.apply(.connect) }
    #expect(record.connection == .failed(.networkErrors))
  }
}

import CustodyConformance
import KMSDomain
import Testing

@testable import CustodySoftware

@Suite("Secrets of proxies before external key managers")
struct ProxyCredentialTests {
  private let custody: SoftwareCustody
  private let store = KeyStoreID(Bits128(high: 1, low: 2))
  private let secret = Array(repeating: UInt8(ascii: "s"), count: 43)

  init() throws { custody = try Installation().start() }

  private func wrapped() throws -> ProxyCredential {
    try custody.wrap(
      NewProxyCredential(accessKey: "AKPROXY", secret: .test(secret)), for: store,
      permit: Permits.permit(.createCustomKeyStore))
  }

  private func opened(
    _ credential: ProxyCredential, accessKey: String = "AKPROXY", of keyStore: KeyStoreID? = nil
  ) throws -> [UInt8] {
    let epoch = try #require(custody.epochs[credential.secret.epoch])
    let aad = BlobIdentity.proxyCredential(accessKey, of: keyStore ?? store, in: custody.store)
    return try epoch.credentials.open(credential.secret.bytes, aad: aad).bytes
  }

  @Test("The secret isn't in what is stored, is stored differently each time, and opens again")
  func storedForm() throws {
    let one = try wrapped()
    #expect(one.accessKey == "AKPROXY" && one.secret.bytes.count == secret.count + 29)
    #expect(try one != wrapped())
    #expect(!String(decoding: one.secret.bytes, as: UTF8.self).contains("sss"))
    #expect(try opened(one) == secret)
  }

  @Test("A secret moved to another key store or access key doesn't open")
  func binding() throws {
    let one = try wrapped()
    #expect(throws: CryptoFailure.rejected) { try opened(one, accessKey: "AKPROXZ") }
    #expect(throws: CryptoFailure.rejected) {
      try opened(one, of: KeyStoreID(Bits128(high: 3, low: 2)))
    }
  }

  @Test("It can't stand in for the secret of an access key")
  func purposes() throws {
    let one = try wrapped()
    let record = AccessKeyRecord(
      id: one.accessKey, principal: IdentityID(store.text), secret: one.secret, isActive: true,
      createdAt: Instant(milliseconds: 0))
    #expect(throws: KMSError.corrupt(.accessKey)) {
      try custody.signingKey(for: record, date: "20150830", region: "us-east-1", service: "kms")
    }
  }

  @Test("A secret is read once")
  func once() throws {
    let credential = NewProxyCredential(accessKey: "AKPROXY", secret: try .test(secret))
    _ = try custody.wrap(credential, for: store, permit: Permits.permit(.updateCustomKeyStore))
    #expect(throws: KMSError.custodyUnavailable) {
      try custody.wrap(credential, for: store, permit: Permits.permit(.updateCustomKeyStore))
    }
  }
}

import KMSBytes
import KMSDomain
import KMSIdentity
import KMSTestKit
import SigV4
import Synchronization

/// An authenticator with a store that a test fills, and clients that sign.
struct World: Sendable {
  let store = IdentityStore()
  let vault = TestVault()
  let clock = ManualClock()
  let codes = HashAuthenticator()
  let authenticator: AccessKeyAuthenticator

  /// What quotas go by.
  let elapsed = ManualClock()

  init(cacheLimit: Int = 8, unknownKeys: UnknownKeyQuotas? = nil) {
    authenticator = AccessKeyAuthenticator(
      store: store, vault: vault, authenticator: codes, vocabulary: PlainVocabulary(), realClock: clock,
      cacheLimit: cacheLimit, unknownKeys: unknownKeys.map { [elapsed] in ($0, elapsed) })
    add(World.owner())
    add(World.accessKey())
  }

  static let ownerID = IdentityID("AIDAEXAMPLE")

  static func owner(policy: String = "only *", name: String = "alice") -> IdentityRecord {
    let inline = [IdentityRecord.InlinePolicy(name: "work", document: Array(policy.utf8))]
    return IdentityRecord(
      id: ownerID, account: Fixtures.account, name: name, createdAt: Fixtures.start,
      body: .user(IdentityRecord.User(carried: IdentityRecord.Carried(inline: inline))))
  }

  static func accessKey(
    _ id: String = "AKIDEXAMPLE", secret: String = "secret", isActive: Bool = true
  ) -> AccessKeyRecord {
    AccessKeyRecord(
      id: id, principal: ownerID, secret: WrappedCredential(epoch: EpochID(1), bytes: Array(secret.utf8)),
      isActive: isActive, createdAt: Fixtures.start)
  }

  func add(_ record: IdentityRecord) {
    store.state.withLock {
      $0.principals[record.id] = Authenticated(record, code: codes.code(for: record.canonicalBytes))
    }
  }

  /// - Parameter id: where the row lies, if not where it belongs.
  func add(_ record: AccessKeyRecord, under id: String? = nil) {
    let stored = Authenticated(record, code: codes.code(for: record.canonicalBytes))
    store.state.withLock { $0.keys[id ?? record.id] = stored }
  }

  var now: Timestamp { Timestamp(milliseconds: clock.now().milliseconds) }

  /// A request signed by a client with that key and secret.
  func request(
    _ accessKey: String = "AKIDEXAMPLE", secret: String = "secret", region: String = "eu-central-1",
    service: String = "kms", body: String = "{}", headers: [(name: String, value: String)] = [],
    at moment: Timestamp? = nil
  ) throws -> SignedRequest {
    let bare = SignedRequest(
      method: "POST", target: "/", headers: [(name: "host", value: "localhost")] + headers,
      payload: PayloadHash(of: Array(body.utf8)))
    let added = try signer(accessKey, secret, region, service).sign(bare, at: moment ?? now)
    return SignedRequest(
      method: "POST", target: "/", headers: FieldTable(bare.headers, adding: added), payload: bare.payload)
  }

  func presigned(lifetime: Int64) throws -> SignedRequest {
    let headers = [(name: "host", value: "localhost")]
    let bare = SignedRequest(method: "POST", target: "/", headers: headers, payload: .empty)
    let target = try signer("AKIDEXAMPLE", "secret", "eu-central-1", "kms")
      .presign(bare, at: now, lifetime: lifetime)
    return SignedRequest(method: "POST", target: target, headers: headers, payload: .empty)
  }

  private struct NoSigner: Error {}

  private func signer(
    _ accessKey: String, _ secret: String, _ region: String, _ service: String
  ) throws -> RequestSigner {
    let signer = RequestSigner(accessKey: accessKey, region: region, service: service) { scope in
      let bytes = DerivedKey.bytes(Array(secret.utf8), scope.date, scope.region, scope.service)
      return SigningKey(derived: bytes) ?? SigningKey.derive(secret: [], scope: scope)
    }
    guard let signer else { throw NoSigner() }
    return signer
  }
}

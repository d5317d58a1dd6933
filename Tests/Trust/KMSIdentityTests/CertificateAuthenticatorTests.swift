import KMSBytes
import KMSDomain
import KMSIdentity
import KMSTestKit
import Synchronization
import Testing

/// An authenticator over a store that a test fills.
private struct Known: Sendable {
  let store = IdentityStore()
  let clock = ManualClock()
  let elapsed = ManualClock()
  let forgotten = Forgotten()
  let authenticator: CertificateAuthenticator
  private let codes = HashAuthenticator()

  final class Forgotten: Sendable {
    let all = Mutex<[CertificateFingerprint]>([])
  }

  init(unknown: UnknownKeyQuotas? = nil) throws {
    authenticator = CertificateAuthenticator(
      store: store, authenticator: codes, vocabulary: PlainVocabulary(), clock: clock, cacheLimit: 8,
      unknown: unknown.map { [elapsed] in ($0, elapsed) },
      whenForgotten: { [forgotten] one in forgotten.all.withLock { $0.append(one) } })
    add(World.owner())
    add(try Known.certificate(1))
  }

  static func fingerprint(_ number: UInt8) throws -> CertificateFingerprint {
    try #require(CertificateFingerprint([UInt8](repeating: number, count: 32)))
  }

  /// Valid for a day.
  static func certificate(_ number: UInt8, isActive: Bool = true) throws -> ClientCertificate {
    ClientCertificate(
      fingerprint: try fingerprint(number), owner: World.ownerID, label: "", notBefore: Fixtures.start,
      notAfter: Fixtures.start.advanced(days: 1), createdAt: Fixtures.start, isActive: isActive)
  }

  func add(_ record: IdentityRecord) {
    store.state.withLock {
      $0.principals[record.id] = Authenticated(record, code: codes.code(for: record.canonicalBytes))
    }
  }

  /// - Parameter place: where the row lies, if not where it belongs.
  func add(_ record: ClientCertificate, at place: CertificateFingerprint? = nil, code: [UInt8]? = nil) {
    let stored = Authenticated(record, code: code ?? codes.code(for: record.canonicalBytes))
    store.state.withLock { $0.certificates[place ?? record.fingerprint] = stored }
  }

  func failure(_ number: UInt8, from source: String = "") async throws -> CertificateError? {
    let fingerprint = try Known.fingerprint(number)
    do throws(CertificateError) {
      _ = try await authenticator.caller(fingerprint, from: source)
      return nil
    } catch {
      return error
    }
  }
}

struct CertificateAuthenticatorTests {
  private let one: CertificateFingerprint
  init() throws { one = try Known.fingerprint(1) }

  @Test func `the owner of a known certificate calls, with its policies and the fingerprint`() async throws {
    let known = try Known()
    #expect(try known.authenticator.callerWarm(one) == nil)
    let caller = try await known.authenticator.caller(one)
    #expect(caller.principal == "user:111122223333:alice" && caller.userName == "alice")
    #expect(caller.credential == one.hex && caller.policies.count == 1)
    #expect(try known.authenticator.callerWarm(one) === caller)
    #expect(known.store.loads == 1)
  }

  @Test func `unknown and revoked certificates are nobody's, and nothing of them is kept`() async throws {
    let known = try Known()
    known.add(try Known.certificate(2, isActive: false))
    for number: UInt8 in [2, 3] { #expect(try await known.failure(number) == .unknown) }
    #expect(known.authenticator.cachedCertificates == 0)
  }

  @Test func `dates are judged each time, warm or cold`() async throws {
    let known = try Known()
    known.clock.advance(seconds: -1)
    #expect(try await known.failure(1) == .outsideDates)
    known.clock.advance(seconds: 1)
    #expect(try await known.failure(1) == nil)
    known.clock.advance(seconds: 86_400)
    #expect(try await known.failure(1) == nil)
    known.clock.advance(seconds: 1)
    #expect(try await known.failure(1) == .outsideDates)
    #expect(throws: CertificateError.outsideDates) { try known.authenticator.callerWarm(one) }
  }

  @Test func `a row that somebody edited or moved is believed by nobody`() async throws {
    let known = try Known()
    known.add(try Known.certificate(2), code: [1])
    known.add(try Known.certificate(1), at: try Known.fingerprint(3))
    for number: UInt8 in [2, 3] {
      #expect(try await known.failure(number) == .fault(.corrupt(.clientCertificate)))
    }
    known.store.state.withLock { $0.principals = [:] }
    #expect(try await known.failure(1) == .fault(.corrupt(.principal)))
    known.store.state.withLock { $0.isDown = true }
    #expect(try await known.failure(4) == .fault(.storeUnavailable))
  }

  @Test func `a revoked certificate is forgotten at once, and told of`() async throws {
    let known = try Known()
    #expect(try await known.failure(1) == nil)
    known.add(try Known.certificate(1, isActive: false))
    #expect(try await known.failure(1) == nil)
    known.authenticator.forget(certificate: one)
    #expect(known.forgotten.all.withLock { $0 } == [one])
    #expect(try await known.failure(1) == .unknown)
  }

  @Test func `a change of the owner is seen by the next request`() async throws {
    let known = try Known()
    let before = try await known.authenticator.caller(one)
    known.add(World.owner(policy: "nobody", name: "albert"))
    known.authenticator.forget(principal: IdentityID("another"))
    #expect(try await known.authenticator.caller(one) === before)
    known.authenticator.forget(principal: World.ownerID)
    #expect(try await known.authenticator.caller(one).userName == "albert")
    known.add(World.owner(name: "alice"))
    known.authenticator.forgetAll(of: Fixtures.account)
    #expect(try await known.authenticator.caller(one).userName == "alice")
  }

  @Test func `a load that began before a revocation is not kept after it`() async throws {
    let known = try Known()
    known.store.gate.close()
    async let early = known.authenticator.caller(one)
    await known.store.gate.someoneWaits()
    known.add(try Known.certificate(1, isActive: false))
    known.authenticator.forget(certificate: one)
    known.store.gate.open()
    _ = try await early
    #expect(try await known.failure(1) == .unknown)
  }

  @Test func `strangers are looked for so often and no more, and who is known stays welcome`() async throws {
    let known = try Known(
      unknown: UnknownKeyQuotas(
        perSource: RequestRate(thousandths: 2000), total: RequestRate(thousandths: 100_000)))
    for _ in 0..<5 { #expect(try await known.failure(1, from: "10.0.0.1") == nil) }
    for _ in 0..<2 { #expect(try await known.failure(9, from: "10.0.0.1") == .unknown) }
    #expect(try await known.failure(9, from: "10.0.0.1") == .throttled)
    #expect(try await known.failure(1, from: "10.0.0.1") == nil)
    #expect(try await known.failure(9, from: "10.0.0.2") == .unknown)
    known.elapsed.advance(seconds: 1)
    #expect(try await known.failure(9, from: "10.0.0.1") == .unknown)
  }

  @Test func `all memories hear of a change`() async throws {
    let known = try Known()
    let world = KMSIdentityTests.World()
    let memories = IdentityMemories(
      world.authenticator, known.authenticator,
      KnownApplications(
        store: world.store, authenticator: world.codes, vocabulary: PlainVocabulary(), cacheLimit: 8))
    _ = try await known.authenticator.caller(one)
    _ = try await world.authenticator.authenticate(world.request())
    memories.forget(principal: World.ownerID)
    #expect(known.authenticator.cachedCertificates == 0 && world.authenticator.cachedKeys == 0)
    _ = try await known.authenticator.caller(one)
    _ = try await world.authenticator.authenticate(world.request())
    memories.forget(certificate: one)
    #expect(known.authenticator.cachedCertificates == 0 && world.authenticator.cachedKeys == 1)
    memories.forget(accessKey: "AKIDEXAMPLE")
    #expect(world.authenticator.cachedKeys == 0)
  }
}

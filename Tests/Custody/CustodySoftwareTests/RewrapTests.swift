import CustodyConformance
import CustodySoftware
import KMSDomain
import KMSTestKit
import Testing

@Suite("Epochs that go")
struct RewrapTests {
  private let installation: Installation
  private let custody: SoftwareCustody
  private let claims = SessionClaims(
    kind: .role, account: Fixtures.account, principal: IdentityID("AROATEST"), name: "test",
    issuedAt: Fixtures.start, expiresAt: Fixtures.start.advanced(seconds: 900))

  init() throws {
    installation = try Installation()
    custody = try installation.start()
  }

  private func renew() throws -> EpochRecord {
    let next = try custody.makeEpoch(now: Fixtures.start, permit: Permits.permit(.renewEpoch))
    try custody.adopt(next)
    return next
  }

  private func retire(_ epoch: EpochID) throws -> RetiredEpoch {
    try custody.retire(epoch, until: Fixtures.start, permit: Permits.permit(.retireEpochs))
  }

  @Test("A session's token opens after its epoch is gone, also after a restart, and not once it is forgotten")
  func sessions() throws {
    let session = try custody.issueSession(claims, permit: Permits.permit(.assumeRole))
    let next = try renew()
    let retired = try retire(EpochID(1))
    try custody.release(retired)
    #expect(try custody.openSession(session.token, accessKey: session.accessKey) == claims)
    var later = installation
    later.epochs = [next]
    let again = try later.start()
    #expect(try again.openSession(session.token, accessKey: session.accessKey) == nil)
    try again.release(retired)
    #expect(try again.openSession(session.token, accessKey: session.accessKey) == claims)
    custody.forget(EpochID(1))
    #expect(try custody.openSession(session.token, accessKey: session.accessKey) == nil)
  }

  @Test("What an epoch wrapped doesn't open by what is left of it")
  func gone() throws {
    let subject = try Subject(in: custody)
    _ = try renew()
    try custody.release(try retire(EpochID(1)))
    #expect(throws: KMSError.corrupt(.keyMaterial)) {
      _ = try custody.open(subject.wrapped, as: subject.identity)
    }
  }

  @Test("The newest epoch doesn't go, nor one that was never there")
  func newest() throws {
    for epoch in [EpochID(1), EpochID(7)] {
      #expect(throws: KMSError.corrupt(.epoch)) { _ = try retire(epoch) }
    }
    #expect(throws: KMSError.permitMismatch) {
      _ = try custody.retire(EpochID(1), until: Fixtures.start, permit: Permits.permit(.renewEpoch))
    }
  }

  @Test("What is left of an epoch can't be altered, nor given another number")
  func altered() throws {
    _ = try renew()
    let retired = try retire(EpochID(1))
    var wrong = [(EpochID(3), retired.wrapped)]
    for index in retired.wrapped.indices {
      var changed = retired.wrapped
      changed[index] ^= 1
      wrong.append((EpochID(1), changed))
    }
    for (id, bytes) in wrong {
      let changed = RetiredEpoch(id: id, wrapped: bytes, until: retired.until, erasure: nil)
      #expect(throws: KMSError.corrupt(.epoch)) { try custody.release(changed) }
    }
  }
}

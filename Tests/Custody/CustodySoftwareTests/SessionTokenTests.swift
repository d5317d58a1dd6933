import CustodyConformance
import CustodySoftware
import KMSDomain
import KMSTestKit
import Testing

@Suite("Tokens of sessions")
struct SessionTokenTests {
  private let installation: Installation
  private let custody: SoftwareCustody
  private let claims = SessionClaims(
    kind: .role, account: Fixtures.account, principal: IdentityID("AROA1"), name: "build",
    issuedAt: Fixtures.start, expiresAt: Fixtures.start.advanced(seconds: 900),
    tags: [.init(key: "team", value: "blue")], sourceIdentity: "maria")

  init() throws {
    installation = try Installation()
    custody = try installation.start()
  }

  private func issue() throws -> SessionCredentials {
    try custody.issueSession(claims, permit: Permits.permit(.assumeRole))
  }

  @Test("A token says what it was issued with, also after a restart")
  func opening() throws {
    let issued = try issue()
    #expect(issued.accessKey.hasPrefix("ASIA"))
    #expect(SessionKeyID.account(of: issued.accessKey) == Fixtures.account)
    #expect(try custody.openSession(issued.token, accessKey: issued.accessKey) == claims)
    #expect(try installation.start().openSession(issued.token, accessKey: issued.accessKey) == claims)
  }

  @Test("The secret is 40 characters, differs each time and isn't in the token")
  func secret() throws {
    let one = try issue()
    let other = try issue()
    let secret = try one.secret.testBytes()
    #expect(secret.count == 40)
    #expect(try secret != other.secret.testBytes())
    #expect(one.token != other.token && one.accessKey != other.accessKey)
    #expect(!String(decoding: one.token, as: UTF8.self).contains(String(decoding: secret, as: UTF8.self)))
  }

  @Test("The signing key is that of the secret")
  func signingKey() throws {
    let issued = try issue()
    let key = try custody.sessionSigningKey(
      issued.token, accessKey: issued.accessKey, date: "20150830", region: "us-east-1", service: "kms"
    ).testBytes()
    let secret = try issued.secret.testBytes()
    let owner = IdentityID("AIDA1")
    let wrapped = try custody.wrap(
      .test(secret), accessKey: "AKIA1", owner: owner, permit: Permits.permit(.issueAccessKey))
    let record = AccessKeyRecord(
      id: "AKIA1", principal: owner, secret: wrapped, isActive: true, createdAt: Fixtures.start)
    #expect(
      try key
        == custody.signingKey(for: record, date: "20150830", region: "us-east-1", service: "kms").testBytes())
  }

  @Test("A token that was altered, cut, or belongs to another access key or store, doesn't open")
  func binding() throws {
    let issued = try issue()
    let other = try issue()
    #expect(try custody.openSession(issued.token, accessKey: other.accessKey) == nil)
    let elsewhere = try Installation(store: Bits128(high: 1, low: 2)).start(store: Bits128(high: 1, low: 2))
    #expect(try elsewhere.openSession(issued.token, accessKey: issued.accessKey) == nil)
    for index in issued.token.indices {
      var changed = issued.token
      changed[index] ^= 2
      #expect(try custody.openSession(changed, accessKey: issued.accessKey) == nil)
      #expect(throws: KMSError.corrupt(.accessKey)) {
        _ = try custody.sessionSigningKey(
          changed, accessKey: issued.accessKey, date: "20150830", region: "r", service: "kms")
      }
      #expect(try custody.openSession(Array(issued.token[..<index]), accessKey: issued.accessKey) == nil)
    }
    #expect(try custody.openSession(issued.token + [0], accessKey: issued.accessKey) == nil)
  }

  @Test("Sessions use nothing up of an epoch, and go on after the next one is there")
  func epochs() throws {
    let custody = try installation.start(limits: EpochLimits(soft: 1, hard: 2))
    let issued = try (0..<5).map { _ in try custody.issueSession(claims, permit: Permits.permit(.assumeRole))
    }
    #expect(!custody.needsNewEpoch)
    let next = try custody.makeEpoch(now: Fixtures.start, permit: Permits.permit(.renewEpoch))
    try custody.adopt(next)
    for one in issued { #expect(try custody.openSession(one.token, accessKey: one.accessKey) == claims) }
  }
}

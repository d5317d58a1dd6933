import CustodyConformance
import CustodySoftware
import KMSDomain
import KMSTestKit
import Testing

@Suite("Secrets of access keys")
struct CredentialTests {
  private let custody: SoftwareCustody
  private let owner = IdentityID("AIDA1")

  init() throws { custody = try Installation().start() }

  private func record(
    _ secret: WrappedCredential, id: String = "AKIDEXAMPLE", owner: IdentityID = IdentityID("AIDA1")
  ) -> AccessKeyRecord {
    AccessKeyRecord(id: id, principal: owner, secret: secret, isActive: true, createdAt: Fixtures.start)
  }

  private func wrapped(_ secret: String = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY") throws
    -> WrappedCredential
  {
    try custody.wrap(
      .test(Array(secret.utf8)), accessKey: "AKIDEXAMPLE", owner: owner,
      permit: Permits.permit(.issueAccessKey))
  }

  private func key(_ record: AccessKeyRecord, service: String = "iam") throws -> [UInt8] {
    try custody.signingKey(for: record, date: "20150830", region: "us-east-1", service: service).testBytes()
  }

  @Test("The signing key is that of the Signature Version 4 documentation")
  func documentedKey() throws {
    #expect(
      try key(record(wrapped())) == hex("c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"))
    #expect(try key(record(wrapped()), service: "kms") != key(record(wrapped())))
  }

  @Test("The secret isn't in what is stored, and is stored differently each time")
  func storedForm() throws {
    let one = try wrapped()
    #expect(one.bytes.count == 40 + 29)
    #expect(try one != wrapped())
    #expect(!String(decoding: one.bytes, as: UTF8.self).contains("wJalr"))
  }

  @Test("A secret moved to another access key or owner, or altered, doesn't open")
  func binding() throws {
    let stored = try wrapped()
    var wrong = [
      record(stored, id: "AKIDEXAMPLF"), record(stored, owner: IdentityID("AIDA2")),
      record(stored, id: "AKIDEXAMPLEA", owner: IdentityID("IDA1")),
      record(WrappedCredential(epoch: EpochID(7), bytes: stored.bytes)),
      record(WrappedCredential(epoch: stored.epoch, bytes: [])),
    ]
    for index in stored.bytes.indices {
      var changed = stored.bytes
      changed[index] ^= 4
      wrong.append(record(WrappedCredential(epoch: stored.epoch, bytes: changed)))
    }
    for record in wrong { #expect(throws: KMSError.corrupt(.accessKey)) { _ = try key(record) } }
  }

  @Test("Key material and credentials can't stand in for each other")
  func purposes() throws {
    let subject = try Subject(in: custody)
    let asCredential = WrappedCredential(epoch: subject.wrapped.epoch, bytes: subject.wrapped.bytes)
    #expect(throws: KMSError.corrupt(.accessKey)) { _ = try key(record(asCredential)) }
    let asKey = WrappedKey(epoch: EpochID(1), bytes: try wrapped().bytes)
    #expect(throws: KMSError.corrupt(.keyMaterial)) { _ = try custody.open(asKey, as: subject.identity) }
  }

  @Test("A record's code is for its bytes and this installation only")
  func recordCodes() throws {
    let code = custody.code(for: [1, 2, 3])
    #expect(code.count == 32)
    #expect(custody.isValid(code, for: [1, 2, 3]))
    #expect(!custody.isValid(code, for: [1, 2, 4]))
    #expect(!custody.isValid(Array(code.dropLast()), for: [1, 2, 3]))
    #expect(!custody.isValid([], for: [1, 2, 3]))
    for index in code.indices {
      var changed = code
      changed[index] ^= 1
      #expect(!custody.isValid(changed, for: [1, 2, 3]))
    }
    #expect(try !Installation().start().isValid(code, for: [1, 2, 3]))
  }

  @Test("The checkpoint key survives a restart and differs between installations")
  func checkpointKey() throws {
    let installation = try Installation()
    let one = try installation.start()
    let again = try installation.start()
    #expect(one.publicKey == again.publicKey)
    #expect(try one.sign([1]) == again.sign([1]))
    #expect(one.publicKey != custody.publicKey)
    #expect(one.publicKey.count == 32)
  }

  @Test("Identifiers don't repeat")
  func identifiers() {
    #expect(Set((0..<5000).map { _ in custody.bits128() }).count == 5000)
  }
}

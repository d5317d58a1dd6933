import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct ForRecipientTests {
  @Test func `the secret goes into the ciphertext, and can't be read beside it`() async throws {
    let world = try await World()
    let opened = try await world.run(
      ForRecipient(try .decrypt(world.ciphertext), document: TestAttestation.enclave))
    #expect(opened.base.key.record.id == world.key.id && opened.base.plaintext.bytes().isEmpty)
    let made = try await world.run(
      ForRecipient(GenerateDataKey.dataKey(world.keyReference), document: TestAttestation.enclave))
    #expect(try #require(made.base.plaintext).bytes().isEmpty)
    let pair = try await world.run(
      ForRecipient(GenerateDataKeyPair.dataKeyPair(world.keyReference), document: TestAttestation.machine))
    #expect(try #require(pair.base.privateKey).bytes().isEmpty)
    let random = try await world.run(
      ForRecipient(GenerateRandom(account: Fixtures.account, count: 32), document: TestAttestation.machine))
    #expect(random.base.bytes().isEmpty)
    let agreeing = try await world.run(.create(kind: .agreement)).record
    let secret = try await world.run(
      ForRecipient(
        DeriveSharedSecret(
          World.reference(agreeing), with: agreeing.versions.last?.publicKey ?? [], isDryRun: false),
        document: TestAttestation.enclave))
    #expect(secret.base.result.bytes().isEmpty && secret.ciphertext.count > 256)
    let ciphertexts = [opened.ciphertext, made.ciphertext, pair.ciphertext, random.ciphertext]
    #expect(Set(ciphertexts).count == 4)
    for ciphertext in ciphertexts { #expect(ciphertext.count > 256 && ciphertext.first == 0x30) }
    // What is encrypted under the key is the same secret as ever.
    #expect(try await world.run(.decrypt(made.base.ciphertext)).plaintext.bytes().count == 32)
  }

  @Test func `a document that proves nothing ends it, and is recorded`() async throws {
    let world = try await World()
    let stray = ForRecipient(try .decrypt(world.ciphertext), document: [9])
    #expect(try await world.failure(of: stray) == .attestation(.malformed))
    #expect(try world.lastRecord().code == "attestation.malformed")
    let cold = world.house.coldEngine()
    await #expect(throws: KMSError.attestation(.noRoots)) {
      try await cold.run(
        ForRecipient(try .decrypt(world.ciphertext), document: TestAttestation.enclave), as: World.admin,
        from: world.origin())
    }
  }

  @Test func `somebody without the right learns nothing of key stores`() async throws {
    let world = try await World()
    let absent = KeyStoreReference("cks-0123456789abcdef0", in: Fixtures.keyring)
    let random = ForRecipient(
      GenerateRandom(account: Fixtures.account, count: 32, source: absent), document: TestAttestation.enclave)
    #expect(try await world.failure(of: random, as: Fixtures.caller("nobody")).code == "denied")
    #expect(try await world.failure(of: random).code == KeyStoreFault.notFound("").code)
  }

  @Test func `the record says who it was for, without registers that measure nothing`() async throws {
    let world = try await World()
    try await world.run(ForRecipient(try .decrypt(world.ciphertext), document: TestAttestation.enclave))
    #expect(try world.lastRecord().operation == "Decrypt")
    #expect(
      try world.lastRecord().details == [
        "recipient.module": "test", "recipient.PCR0": TestAttestation.measurement,
      ])
  }

  /// Allows decryption where this register of an enclave has this value.
  private static func caller(_ key: ConditionKey, _ value: String, denies: Bool = false) -> Caller {
    let condition = Condition(
      key: key, test: .stringEquals([value], ignoringCase: false, negated: denies), quantifier: .single,
      ifExists: false, label: "recipient")
    let statements: [Statement] =
      denies ? [.allow(), .deny(conditions: [condition])] : [.allow(conditions: [condition])]
    return Fixtures.caller(
      "guarded", policies: [AttachedPolicy(name: "guarded", policy: Policy(statements: statements))])
  }

  @Test(arguments: [
    (ConditionKey.recipientImage, true, false), (.recipientRegister(0, of: .enclave), true, false),
    (.recipientRegister(0, of: .measuredMachine), false, true),
    (.recipientRegister(2, of: .enclave), false, false),
  ])
  func `policies ask for what runs there`(key: ConditionKey, enclave: Bool, machine: Bool) async throws {
    let world = try await World()
    for denies in [false, true] {
      let caller = Self.caller(key, TestAttestation.measurement, denies: denies)
      for (document, isAllowed) in [(TestAttestation.enclave, enclave), (TestAttestation.machine, machine)] {
        let operation = ForRecipient(try Decrypt.decrypt(world.ciphertext), document: document)
        if isAllowed {
          try await world.run(operation, as: caller)
        } else {
          #expect(try await world.failure(of: operation, as: caller).code == "denied")
        }
      }
      #expect(try await world.failure(of: .decrypt(world.ciphertext), as: caller).code == "denied")
      #expect(
        try await world.failure(
          of: ForRecipient(try .decrypt(world.ciphertext), document: TestAttestation.enclave),
          as: Self.caller(key, "cd", denies: denies)
        ).code == "denied")
    }
  }

  @Test func `a question whether it would work is answered as without a recipient`() async throws {
    let world = try await World()
    let operation = ForRecipient(
      try Decrypt.decrypt(world.ciphertext, isDryRun: true), document: TestAttestation.enclave)
    #expect(try await world.failure(of: operation) == .dryRun)
  }

  @Test func `it is never for an event loop`() async throws {
    let world = try await World()
    try await world.run(.decrypt(world.ciphertext))
    let operation = ForRecipient(try Decrypt.decrypt(world.ciphertext), document: TestAttestation.enclave)
    #expect(world.engine.attempt(operation, as: World.admin, from: world.origin()) == nil)
  }
}

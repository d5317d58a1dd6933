import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct CryptographyTests {
  @Test func `what was encrypted opens again, after a restart too`() async throws {
    let world = try await World()
    let answer = try await world.run(.decrypt(world.ciphertext))
    #expect(answer.plaintext.bytes() == World.plaintext)
    #expect(answer.key.record.id == world.key.id && answer.version == world.key.current)
    let cold = try await world.house.coldEngine().run(
      .decrypt(world.ciphertext), as: World.admin, from: world.origin())
    #expect(cold.plaintext.bytes() == World.plaintext)
  }

  @Test func `a plaintext is answered once`() async throws {
    let world = try await World()
    let answer = try await world.run(.decrypt(world.ciphertext))
    #expect(answer.plaintext.bytes() == World.plaintext)
    #expect(answer.plaintext.bytes().isEmpty)
  }

  @Test func `encrypting twice never gives the same`() async throws {
    let world = try await World()
    var seen: Set<[UInt8]> = []
    for _ in 0..<20 { seen.insert(try await world.run(.encrypt(world.keyReference)).ciphertext) }
    #expect(seen.count == 20)
  }

  @Test func `another context or a changed byte doesn't open`() async throws {
    let world = try await World()
    let other = try #require(EncryptionContext([.init(name: "purpose", value: "else")]))
    for context in [EncryptionContext.empty, other] {
      #expect(try await world.failure(of: .decrypt(world.ciphertext, context: context)) == .invalidCiphertext)
    }
    for index in [33, 49, 81, world.ciphertext.count - 1] {
      var tampered = world.ciphertext
      tampered[index] ^= 1
      #expect(try await world.failure(of: .decrypt(tampered)) == .invalidCiphertext)
    }
    #expect(try world.lastRecord().code == "invalidCiphertext")
  }

  @Test func `bytes that are no ciphertext are refused before anything is asked`() async throws {
    let world = try await World()
    let strays: [[UInt8]] = [
      [], [1], [2], Array(world.ciphertext.prefix(96)), [0] + Array(world.ciphertext.dropFirst()),
      [3] + Array(world.ciphertext.dropFirst()),
    ]
    for bytes in strays {
      #expect(throws: KMSError.invalidCiphertext) { try Decrypt.decrypt(bytes) }
      #expect(throws: KMSError.invalidCiphertext) { try ReEncrypt.reEncrypt(bytes, to: world.keyReference) }
    }
  }

  @Test func `a ciphertext of no key of ours is not told from one that may not be used`() async throws {
    let world = try await World()
    var stray = world.ciphertext
    stray[1] ^= 0xff
    #expect(try await world.failure(of: .decrypt(stray)) == .ciphertextKeyInaccessible)
    #expect(try world.lastRecord().outcome == "denied")
    let error = try await world.failure(of: .decrypt(world.ciphertext), as: Fixtures.caller("nobody"))
    guard case .denied(let denial) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(denial.named.isEmpty)
  }

  @Test func `a version that the key doesn't have opens nothing`() async throws {
    let world = try await World()
    var stray = world.ciphertext
    stray[17] ^= 0xff
    #expect(try await world.failure(of: .decrypt(stray)) == .invalidCiphertext)
  }

  @Test func `a ciphertext that names its key opens only in the key's Region`() async throws {
    let world = try await World()
    let elsewhere = try Decrypt.decrypt(world.ciphertext, region: "us-east-1")
    #expect(try await world.failure(of: elsewhere) == .ciphertextKeyInaccessible)
    #expect(world.engine.attempt(elsewhere, as: World.admin, from: world.origin()) == nil)
    let moved = try ReEncrypt.reEncrypt(world.ciphertext, to: world.otherReference, region: "us-east-1")
    #expect(try await world.failure(of: moved) == .ciphertextKeyInaccessible)
    #expect(world.engine.attempt(moved, as: World.admin, from: world.origin()) == nil)
  }

  @Test func `a key that is named must be the ciphertext's own`() async throws {
    let world = try await World()
    let wrong = try Decrypt.decrypt(world.ciphertext, key: world.otherReference)
    #expect(try await world.failure(of: wrong) == .incorrectKey)
    let source = try ReEncrypt.reEncrypt(
      world.ciphertext, source: world.otherReference, to: world.keyReference)
    #expect(try await world.failure(of: source) == .incorrectKey)
    let right = try Decrypt.decrypt(world.ciphertext, key: World.reference(World.one))
    #expect(try await world.run(right).plaintext.bytes() == World.plaintext)
  }

  @Test func `re-encryption changes key and context and keeps the plaintext`() async throws {
    let world = try await World()
    let answer = try await world.run(.reEncrypt(world.ciphertext, to: World.reference(World.two)))
    #expect(answer.source.record.id == world.key.id && answer.destination.record.id == world.other.id)
    let opened = try await world.run(.decrypt(answer.ciphertext, context: .empty))
    #expect(opened.key.record.id == world.other.id && opened.plaintext.bytes() == World.plaintext)
    let same = try await world.run(.reEncrypt(world.ciphertext, to: world.keyReference))
    #expect(try await world.run(.decrypt(same.ciphertext, context: .empty)).key.record.id == world.key.id)
  }

  @Test func `a data key is the plaintext of its ciphertext`() async throws {
    let world = try await World()
    let made = try await world.run(.dataKey(world.keyReference))
    let plaintext = try #require(made.plaintext).bytes()
    #expect(plaintext.count == 32)
    #expect(try await world.run(.decrypt(made.ciphertext)).plaintext.bytes() == plaintext)
    let hidden = try await world.run(GenerateDataKey.dataKey(world.keyReference, withPlaintext: false))
    #expect(hidden.plaintext == nil)
    let opened = try await world.run(.decrypt(hidden.ciphertext)).plaintext.bytes()
    #expect(opened.count == 32 && opened != plaintext)
  }

  @Test func `random bytes are as many as asked, and others each time`() async throws {
    let world = try await World()
    var seen: Set<[UInt8]> = []
    for _ in 0..<10 {
      seen.insert(try await world.run(GenerateRandom(account: Fixtures.account, count: 24)).bytes())
    }
    #expect(seen.count == 10 && seen.allSatisfy { $0.count == 24 })
  }
}

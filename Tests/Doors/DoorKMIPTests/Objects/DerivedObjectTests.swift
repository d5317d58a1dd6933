import KMSBytes
import KMSDomain
import KMSTestKit
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

/// Objects that come from others: replaced, derived, split and joined.
// One after the other: every world has files open.
@Suite(.serialized) struct DerivedObjectTests {
  // MARK: Re-key

  private static func reKey(
    _ key: String, _ world: DoorWorld, offset: UInt32? = nil,
    _ attributes: DoorWorld.Attributes? = nil
  ) async throws -> Item {
    try await world.ask(.reKey) { payload in
      payload.text(.uniqueIdentifier, key)
      if let offset { payload.interval(.offset, offset) }
      if let attributes { payload.structure(.attributes, attributes) }
    }
  }

  @Test func `a replacement has the names and moved dates, and both know of each other`() async throws {
    let world = try await DoorWorld()
    let now = world.house.clock.now().seconds
    let old = try await world.create(.symmetricKey) { writer in
      DoorWorld.key(.aes, 256, [.encrypt], isActive: false)(&writer)
      writer.structure(.name) { writer in
        writer.text(.nameValue, "payroll")
        writer.enumeration(KMIP.NameType.uninterpretedTextString)
      }
      writer.dateTime(.activationDate, now - 100)
      writer.dateTime(.deactivationDate, now + 1000)
      writer.boolean(.sensitive, true)
    }
    let answer = try await Self.reKey(old, world, offset: 50)
    let new = try #require(answer.identifier, "\(answer)")
    #expect(try await world.attribute(.name, of: old).isEmpty)
    #expect(try await world.attribute(.name, of: new).first?[.nameValue]?.text == "payroll")
    #expect(try await world.attribute(.activationDate, of: new).first?.dateTime == now + 50)
    #expect(try await world.attribute(.deactivationDate, of: new).first?.dateTime == now + 1150)
    #expect(try await world.attribute(.sensitive, of: new).first?.boolean == true)
    #expect(try await world.links(.replacementObjectLink, of: old) == [new])
    #expect(try await world.links(.replacedObjectLink, of: new) == [old])
  }

  @Test func `an offset goes with dates that there are, and not with dates that are given`() async throws {
    let world = try await DoorWorld()
    let key = try await world.create(.symmetricKey, DoorWorld.key(.aes, 256, [.encrypt], isActive: false))
    #expect(
      try await Self.reKey(key, world, offset: 5) { $0.dateTime(.activationDate, 1) }.reason
        == .invalidMessage)
    #expect(try await Self.reKey(key, world, offset: 5).isSuccess)
    let ending = try await world.create(.symmetricKey) { writer in
      DoorWorld.key(.aes, 256, [.encrypt], isActive: false)(&writer)
      writer.dateTime(.deactivationDate, 4_000_000_000)
    }
    #expect(try await Self.reKey(ending, world, offset: 5).reason == .illegalOperation)
    let pair = try await world.createPair(.ec, nil, curve: .p256)
    #expect(try await Self.reKey(pair.privateKey, world).reason == .invalidObjectType)
  }

  @Test func `both halves of a pair are replaced together`() async throws {
    let world = try await DoorWorld()
    let old = try await world.createPair(.ec, nil, curve: .p256, [.sign, .verify])
    let answer = try await world.ask(.reKeyKeyPair) { $0.text(.privateKeyUniqueIdentifier, old.privateKey) }
    let privateKey = try #require(answer.payload?[.privateKeyUniqueIdentifier]?.text, "\(answer)")
    let publicKey = try #require(answer.payload?[.publicKeyUniqueIdentifier]?.text)
    #expect(try await world.links(.publicKeyLink, of: privateKey) == [publicKey])
    #expect(try await world.links(.privateKeyLink, of: publicKey) == [privateKey])
    #expect(try await world.links(.replacementObjectLink, of: old.publicKey) == [publicKey])
    let half = try await world.object(publicKey, .x509).material?.byteString
    #expect(try await world.object(old.publicKey, .x509).material?.byteString != half)
  }

  // MARK: Derivation

  private static func derive(
    from bases: [String], _ world: DoorWorld, _ method: KMIP.DerivationMethod,
    _ type: KMIP.ObjectType = .symmetricKey, length: Int32 = 128,
    _ parameters: @escaping DoorWorld.Body = { _ in }
  ) async throws -> Item {
    try await world.ask(.deriveKey) { payload in
      payload.enumeration(type)
      for base in bases { payload.text(.uniqueIdentifier, base) }
      payload.enumeration(method)
      payload.structure(.derivationParameters, parameters)
      payload.structure(.attributes, DoorWorld.key(.aes, length, [.encrypt]))
    }
  }

  @Test func `a key of a length that its algorithm lacks is derived for use elsewhere`() async throws {
    let world = try await DoorWorld()
    let base = try await world.create(.symmetricKey, DoorWorld.key(.aes, 256, [.deriveKey]))
    let answer = try await Self.derive(from: [base], world, .pbkdf2, length: 160) { writer in
      writer.byteString(.salt, [1])
      writer.integer(.iterationCount, 10)
    }
    let key = try #require(answer.identifier, "\(answer)")
    #expect(try await world.object(key).material?.byteString?.count == 20)
    #expect(try await world.attribute(.cryptographicLength, of: key).first?.integer == 160)
    let use = try await world.about(key, .encrypt) { $0.byteString(.data, [1]) }
    #expect(!use.isSuccess)
  }

  @Test func `two parties derive the same key`() async throws {
    let world = try await DoorWorld()
    let one = try await world.createPair(.ec, nil, curve: .p384, [.deriveKey])
    let two = try await world.createPair(.ec, nil, curve: .p384, [.deriveKey])
    var keys: [[UInt8]] = []
    for bases in [[one.privateKey, two.publicKey], [two.privateKey, one.publicKey]] {
      let answer = try await Self.derive(from: bases, world, .asymmetricKey)
      let key = try #require(answer.identifier, "\(answer)")
      keys.append(try #require(try await world.object(key).material?.byteString))
      #expect(try await world.links(.derivationBaseObjectLink, of: key) == bases)
      #expect(try await world.links(.derivedKeyLink, of: bases[0]).last == key)
    }
    #expect(keys[0] == keys[1] && keys[0].count == 16)
  }

  @Test func `every method derives, and other data another key`() async throws {
    let world = try await DoorWorld()
    let base = try await world.create(.symmetricKey, DoorWorld.key(.aes, 256, [.deriveKey]))
    for method in [
      KMIP.DerivationMethod.pbkdf2, .hash, .hmac, .encrypt, .nist800_108C, .nist800_108F, .nist800_108DPI,
      .hkdf,
    ] {
      var keys: Set<[UInt8]> = []
      for data in [UInt8(1), 1, 2] {
        let answer = try await Self.derive(from: [base], world, method) { writer in
          writer.structure(.cryptographicParameters) { writer in
            if method == .encrypt { writer.enumeration(KMIP.BlockCipherMode.ecb) }
            writer.enumeration(KMIP.HashingAlgorithm.sha256)
          }
          writer.byteString(.derivationData, [UInt8](repeating: data, count: 16))
          writer.byteString(.salt, [data])
          writer.integer(.iterationCount, 10)
        }
        let key = try #require(answer.identifier, "\(method): \(answer)")
        keys.insert(try #require(try await world.object(key).material?.byteString))
      }
      #expect(keys.count == 2, "\(method)")
    }
  }

  @Test(arguments: [(Int32(256), false), (264, true)])
  func `more bytes than one code has come of many codes`(length: Int32, isMany: Bool) async throws {
    let world = try await DoorWorld()
    let base = try await world.create(.symmetricKey, DoorWorld.key(.aes, 256, [.deriveKey]))
    func derived(_ method: KMIP.DerivationMethod) async throws -> [UInt8] {
      let answer = try await Self.derive(from: [base], world, method, length: length) { writer in
        writer.structure(.cryptographicParameters) { $0.enumeration(KMIP.HashingAlgorithm.sha256) }
        writer.byteString(.derivationData, [1, 2, 3])
        writer.byteString(.salt, [4])
      }
      let key = try #require(answer.identifier, "\(answer)")
      return try #require(try await world.object(key).material?.byteString)
    }
    let key = try await derived(.hmac)
    #expect(key.count == Int(length / 8))
    #expect((try await derived(.hkdf) == key) == isMany)
  }

  @Test func `nothing is derived from a key that isn't for that`() async throws {
    let world = try await DoorWorld()
    let key = try await world.create(.symmetricKey, DoorWorld.key(.aes, 256, [.encrypt]))
    #expect(try await Self.derive(from: [key], world, .hash).reason == .incompatibleCryptographicUsageMask)
    #expect(try await Self.derive(from: [key], world, .hash, .publicKey).reason == .invalidObjectType)
  }

  @Test func `a key is derived from before it ends, and also before it begins`() async throws {
    let world = try await DoorWorld()
    let asleep = try await world.create(
      .symmetricKey, DoorWorld.key(.aes, 256, [.deriveKey], isActive: false))
    let salted: DoorWorld.Body = { writer in
      writer.byteString(.salt, [1])
      writer.integer(.iterationCount, 10)
    }
    let early = try await Self.derive(from: [asleep], world, .pbkdf2, .symmetricKey, length: 128, salted)
    #expect(early.isSuccess, "\(early)")
    let over = try await world.create(.symmetricKey, DoorWorld.key(.aes, 256, [.deriveKey]))
    #expect(try await world.revoke(over, .cessationOfOperation).isSuccess)
    #expect(
      try await Self.derive(from: [over], world, .pbkdf2, .symmetricKey, length: 128, salted).reason
        == .wrongKeyLifecycleState)
  }

  // MARK: Parts

  struct Sharing: Sendable, CustomTestStringConvertible {
    let method: KMIP.SplitKeyMethod
    let parts: Int32
    let threshold: Int32
    var prime: [UInt8]?
    var testDescription: String { "\(method)" }
  }

  static let sharings = [
    Sharing(method: .xor, parts: 3, threshold: 3),
    Sharing(method: .polynomialSharingGF2_8, parts: 5, threshold: 3),
    Sharing(method: .polynomialSharingGF2_16, parts: 4, threshold: 2),
    // 2^521 - 1
    Sharing(
      method: .polynomialSharingPrimeField, parts: 4, threshold: 3,
      prime: [0x01] + [UInt8](repeating: 0xff, count: 65)),
  ]

  private static func split(
    _ key: String?, _ sharing: Sharing, _ world: DoorWorld,
    _ attributes: @escaping DoorWorld.Attributes = { _ in }
  ) async throws -> [String] {
    let item = try await world.ask(.createSplitKey) { payload in
      payload.enumeration(KMIP.ObjectType.splitKey)
      if let key { payload.text(.uniqueIdentifier, key) }
      payload.integer(.splitKeyParts, sharing.parts)
      payload.integer(.splitKeyThreshold, sharing.threshold)
      payload.enumeration(sharing.method)
      if let prime = sharing.prime { payload.bigInteger(.primeFieldSize, unsigned: prime.span) }
      payload.structure(.attributes, attributes)
    }
    #expect(item.isSuccess, "\(item)")
    return item.payload?.all(.uniqueIdentifier).compactMap(\.text) ?? []
  }

  private static func join(
    _ parts: [String], _ world: DoorWorld, _ type: KMIP.ObjectType = .symmetricKey
  ) async throws -> Item {
    try await world.ask(.joinSplitKey) { payload in
      payload.enumeration(type)
      for part in parts { payload.text(.uniqueIdentifier, part) }
      payload.structure(.attributes) { $0.uses(DoorWorld.everything) }
    }
  }

  @Test(arguments: sharings)
  func `as many parts as are needed are the key again`(sharing: Sharing) async throws {
    let world = try await DoorWorld()
    let key = try await world.create()
    let plain = try await world.object(key, .raw).material?.byteString
    let parts = try await Self.split(key, sharing, world)
    #expect(parts.count == Int(sharing.parts))
    let enough = Array(parts.suffix(Int(sharing.threshold)).reversed())
    // Also when they come back from elsewhere.
    var returned: [String] = []
    for part in enough {
      let object = try await world.object(part)
      returned.append(
        try #require(
          try await world.register(object) { writer in
            writer.enumeration(KMIP.CryptographicAlgorithm.aes)
            writer.integer(.cryptographicLength, 256)
          }.identifier))
    }
    for parts in [enough, returned] {
      let joined = try await Self.join(parts, world)
      let identifier = try #require(joined.identifier, "\(joined)")
      #expect(try await world.object(identifier, .raw).material?.byteString == plain)
    }
    let few = try await Self.join(Array(enough.dropLast()), world)
    #expect(few.reason == .cryptographicFailure || few.reason == .invalidMessage)
  }

  @Test func `a private key is split, and a fresh key that nobody keeps`() async throws {
    let world = try await DoorWorld()
    let pair = try await world.createPair(.ec, nil, curve: .p256)
    let parts = try await Self.split(pair.privateKey, Self.sharings[1], world)
    let joined = try await Self.join(Array(parts.prefix(3)), world, .privateKey)
    let identifier = try #require(joined.identifier, "\(joined)")
    #expect(
      try await world.object(identifier, .pkcs8).material?.encoded
        == world.object(pair.privateKey, .pkcs8).material?.encoded)
    let count = try await world.house.store.keyCount()
    let fresh = try await Self.split(nil, Self.sharings[1], world, DoorWorld.key(.aes, 128, [.encrypt]))
    #expect(try await world.house.store.keyCount() == count + 5)
    #expect(try await Self.join(Array(fresh.prefix(3)), world).isSuccess)
  }

  @Test func `parts of different keys don't go together`() async throws {
    let world = try await DoorWorld()
    let one = try await Self.split(try await world.create(), Self.sharings[1], world)
    let two = try await Self.split(
      try await world.create(), Sharing(method: .polynomialSharingGF2_8, parts: 4, threshold: 2), world)
    #expect(try await Self.join([one[0], one[1], two[2]], world).reason == .cryptographicFailure)
    #expect(try await Self.join([one[0], one[0], one[0]], world).reason == .cryptographicFailure)
    let key = try await world.create()
    #expect(try await Self.join([key], world).reason == .invalidObjectType)
  }
}

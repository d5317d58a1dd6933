import KMSBytes
import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

/// Encrypt, Decrypt, Sign, SignatureVerify, MAC, MACVerify, Hash and the random generator, whole messages against real custody.
// One after the other: every world has files open.
@Suite(.serialized) struct UseTests {
  private static let key = Hex.bytes("feffe9928665731c6d6a8f9467308308").unsafelyPresent
  private static let iv = Hex.bytes("cafebabefacedbaddecaf888").unsafelyPresent

  private static func gcm(_ writer: inout TTLVWriter, random: Bool = false) {
    writer.structure(.cryptographicParameters) { writer in
      writer.enumeration(KMIP.BlockCipherMode.gcm)
      if random { writer.boolean(.randomIV, true) }
      writer.integer(.tagLength, 16)
    }
  }

  @Test func `a tag stands apart from 1.4 on, and behind the ciphertext before`() async throws {
    let world = try await DoorWorld()
    let id = try await world.secret(.aes128, Self.key)
    func encrypt(_ version: KMIPVersion) async throws -> Item {
      try await world.ask(.encrypt, in: version) { payload in
        payload.text(.uniqueIdentifier, id)
        Self.gcm(&payload)
        payload.byteString(.data, Array("attack".utf8))
        payload.byteString(.ivCounterNonce, Self.iv)
      }
    }
    let apart = try await encrypt(.v1_4)
    let behind = try await encrypt(.v1_2)
    let (data, tag) = (try #require(apart.data), try #require(apart.bytes(.authenticatedEncryptionTag)))
    #expect(data.count == 6 && tag.count == 16)
    #expect(behind.data == data + tag && behind.bytes(.authenticatedEncryptionTag) == nil)
    for (version, data, tag) in [(KMIPVersion.v1_4, data, tag), (.v1_2, data + tag, [])] {
      let item = try await world.ask(.decrypt, in: version) { payload in
        payload.text(.uniqueIdentifier, id)
        Self.gcm(&payload)
        payload.byteString(.data, data)
        payload.byteString(.ivCounterNonce, Self.iv)
        if !tag.isEmpty { payload.byteString(.authenticatedEncryptionTag, tag) }
      }
      #expect(item.data == Array("attack".utf8))
    }
  }

  @Test func `an IV that is made here comes back, one that was sent doesn't`() async throws {
    let world = try await DoorWorld()
    let id = try await world.secret(.aes128, Self.key)
    for iv in [nil, Self.iv] {
      let item = try await world.ask(.encrypt) { payload in
        payload.text(.uniqueIdentifier, id)
        Self.gcm(&payload, random: true)
        payload.byteString(.data, [1, 2, 3])
        if let iv { payload.byteString(.ivCounterNonce, iv) }
      }
      #expect(item.isSuccess && (item.bytes(.ivCounterNonce) == nil) == (iv != nil))
    }
  }

  @Test func `what is wrong with a ciphertext and with a request are different failures`() async throws {
    let world = try await DoorWorld()
    let id = try await world.secret(.aes128, Self.key)
    func reason(
      _ operation: KMIP.Operation, _ version: KMIPVersion, tagLength: Int32 = 16, iv: [UInt8]? = Self.iv
    ) async throws -> KMIP.ResultReason? {
      try await world.ask(operation, in: version) { payload in
        payload.text(.uniqueIdentifier, id)
        payload.structure(.cryptographicParameters) { writer in
          writer.enumeration(KMIP.BlockCipherMode.gcm)
          writer.integer(.tagLength, tagLength)
        }
        payload.byteString(.data, [1, 2, 3])
        if let iv { payload.byteString(.ivCounterNonce, iv) }
        if operation == .decrypt {
          payload.byteString(.authenticatedEncryptionTag, [UInt8](repeating: 0, count: 16))
        }
      }.reason
    }
    for version in [KMIPVersion.v1_4, .v2_1] {
      #expect(try await reason(.decrypt, version) == .cryptographicFailure)
      #expect(try await reason(.decrypt, version, iv: nil) == .invalidMessage)
      #expect(try await reason(.encrypt, version, tagLength: 1) == .generalFailure)
      #expect(try await reason(.encrypt, version, tagLength: 32) == .generalFailure)
    }
  }

  @Test func `signatures and codes that are wrong are answers`() async throws {
    let world = try await DoorWorld()
    let pair = try await world.pair(.p256)
    let message = Array("attack".utf8)
    let signature = try #require(
      try await world.ask(.sign) {
        $0.text(.uniqueIdentifier, pair)
        $0.byteString(.data, message)
      }.bytes(.signatureData))
    func verify(_ data: [UInt8]) async throws -> Item {
      try await world.ask(.signatureVerify) {
        $0.text(.uniqueIdentifier, pair)
        $0.byteString(.data, data)
        $0.byteString(.signatureData, signature)
      }
    }
    #expect(try await verify(message).validity == .valid)
    let wrong = try await verify([0])
    #expect(wrong.isSuccess && wrong.validity == .invalid)
    #expect(wrong.payload?[.uniqueIdentifier]?.text == pair)
    #expect(try world.house.records().last?.code == "invalidSignature")

    let secret = try await world.secret(.aes128, Self.key) {
      $0.enumeration(KMIP.CryptographicAlgorithm.hmacSHA256)
    }
    let code = try #require(
      try await world.ask(.mac) {
        $0.text(.uniqueIdentifier, secret)
        $0.byteString(.data, message)
      }.bytes(.macData))
    func verifyCode(_ code: [UInt8]) async throws -> Item {
      try await world.ask(.macVerify) {
        $0.text(.uniqueIdentifier, secret)
        $0.byteString(.data, message)
        $0.byteString(.macData, code)
      }
    }
    #expect(try await verifyCode(code).validity == .valid)
    #expect(try await verifyCode(Array(code.dropLast())).validity == .invalid)
  }

  @Test func `hashes and random bytes need no key`() async throws {
    let world = try await DoorWorld()
    let hash = try await world.ask(.hash) {
      $0.structure(.cryptographicParameters) { $0.enumeration(KMIP.HashingAlgorithm.sha256) }
      $0.byteString(.data, Array("abc".utf8))
    }
    #expect(
      hash.data.map(Hex.string) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(try await world.ask(.rngRetrieve) { $0.integer(.dataLength, 32) }.data?.count == 32)
    #expect(try await world.ask(.rngRetrieve) { $0.integer(.dataLength, 65_537) }.reason == .invalidField)
    #expect(try await world.ask(.rngRetrieve) { $0.integer(.dataLength, 0) }.reason == .invalidField)
    let seed = try await world.ask(.rngSeed) { $0.byteString(.data, [1, 2, 3]) }
    #expect(seed.payload?[.dataLength]?.integer == 3)
  }

  @Test func `a limit of bytes is spent by what is protected`() async throws {
    let world = try await DoorWorld()
    let id = try await world.secret(.aes128, Self.key, limit: UsageLimit(total: 16, left: 16, unit: .bytes))
    func encrypt(_ count: Int) async throws -> Item {
      try await world.ask(.encrypt) { payload in
        payload.text(.uniqueIdentifier, id)
        payload.structure(.cryptographicParameters) { $0.enumeration(KMIP.BlockCipherMode.ecb) }
        payload.byteString(.data, [UInt8](repeating: 0, count: count))
      }
    }
    #expect(try await encrypt(32).reason == .permissionDenied)
    #expect(try await encrypt(16).isSuccess)
    #expect(try await encrypt(16).reason == .permissionDenied)
  }

  @Test func `what legacy algorithms do has to be permitted`() async throws {
    let world = try await DoorWorld(legacy: .none)
    let id = try await world.secret(.aes128, Self.key)
    let item = try await world.ask(.encrypt) { payload in
      payload.text(.uniqueIdentifier, id)
      payload.structure(.cryptographicParameters) { $0.enumeration(KMIP.BlockCipherMode.ecb) }
      payload.byteString(.data, [UInt8](repeating: 0, count: 16))
    }
    #expect(item.reason == .unsupportedCryptographicParameters)
  }

  @Test(arguments: [
    KMIP.Operation.encrypt, .decrypt, .sign, .signatureVerify, .mac, .macVerify, .hash, .rngRetrieve,
    .rngSeed, .pkcs11,
  ])
  func `without the right nothing is done`(operation: KMIP.Operation) async throws {
    let world = try await DoorWorld()
    let id = try await world.secret(.aes128, Self.key) { $0.enumeration(KMIP.BlockCipherMode.ecb) }
    let item = try await world.ask(operation, as: DoorWorld.stranger) { payload in
      payload.text(.uniqueIdentifier, id)
      if operation == .hash {
        payload.structure(.cryptographicParameters) { $0.enumeration(KMIP.HashingAlgorithm.sha256) }
      }
      payload.byteString(.data, [UInt8](repeating: 0, count: 16))
      payload.byteString(.signatureData, [1])
      payload.integer(.dataLength, 16)
      payload.enumeration(KMIP.PKCS11Function.initialize)
    }
    #expect(item.reason == .permissionDenied)
    #expect(try world.house.records().last?.outcome == "denied")
  }

  @Test func `a secret that is a one-time pad says so and is used as one`() async throws {
    let world = try await DoorWorld()
    let pad: [UInt8] = [0xfc, 0x93, 0x2e, 0x14, 0x2a, 0xbd]
    let made = try await world.ask(.register, in: .v1_4) { payload in
      payload.enumeration(KMIP.ObjectType.secretData)
      var attributes = AttributeList()
      attributes.set(KMIP.CryptographicAlgorithm.oneTimePad)
      attributes.set(.cryptographicUsageMask, to: Int32(12))
      attributes.set(.activationDate, to: Instant(milliseconds: 1))
      AttributeWriter.write(attributes, in: .templateAttribute, .v1_4, into: &payload)
      payload.structure(.secretData) { secret in
        secret.enumeration(KMIP.SecretDataType.password)
        secret.structure(.keyBlock) { block in
          block.enumeration(KMIP.KeyFormatType.opaque)
          block.structure(.keyValue) { $0.byteString(.keyMaterial, pad) }
        }
      }
    }
    let identifier = try #require(made.identifier, "\(made)")
    let told = try await world.attributes(of: identifier, .cryptographicAlgorithm, in: .v1_4)
    #expect(told.enumeration(KMIP.CryptographicAlgorithm.self) == .oneTimePad)
    let sealed = try await world.about(identifier, .encrypt, in: .v1_4) {
      $0.byteString(.data, [1, 2, 3, 4, 5, 6])
    }
    #expect(sealed.data == [0xfd, 0x91, 0x2d, 0x10, 0x2f, 0xbb])
  }

  @Test func `data may come from an item before, and stay in the server`() async throws {
    let world = try await DoorWorld()
    let id = try await world.secret(.aes128, Self.key) { $0.enumeration(KMIP.BlockCipherMode.ecb) }
    let items = try await world.ask([
      .init(.rngRetrieve, isEphemeral: true) { $0.integer(.dataLength, 32) },
      .init(.encrypt) {
        $0.text(.uniqueIdentifier, id)
        $0.enumeration(KMIP.DataEnumeration.rngRetrieve)
      },
      .init(.hash) {
        $0.structure(.cryptographicParameters) { $0.enumeration(KMIP.HashingAlgorithm.sha256) }
        $0.enumeration(KMIP.DataEnumeration.rngRetrieve)
      },
      .init(.decrypt) {
        $0.text(.uniqueIdentifier, id)
        $0.enumeration(KMIP.DataEnumeration.encrypt)
      },
    ])
    #expect(items.allSatisfy { $0.isSuccess })
    #expect(items[0].data == nil)
    let bytes = try #require(items[3].data)
    #expect(bytes.count == 32)
    let hash = try await world.ask(.hash) {
      $0.structure(.cryptographicParameters) { $0.enumeration(KMIP.HashingAlgorithm.sha256) }
      $0.byteString(.data, bytes)
    }
    #expect(hash.data == items[2].data)
    let alone = try await world.ask(.encrypt) {
      $0.text(.uniqueIdentifier, id)
      $0.enumeration(KMIP.DataEnumeration.rngRetrieve)
    }
    #expect(alone.reason == .missingData)
  }
}

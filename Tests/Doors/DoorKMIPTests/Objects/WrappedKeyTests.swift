import KMSBytes
import KMSDomain
import KMSTestKit
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

/// Keys under other keys, out and back in.
// One after the other: every world has files open.
@Suite(.serialized) struct WrappedKeyTests {
  struct Way: Sendable, CustomTestStringConvertible {
    let method: KMIP.WrappingMethod
    var mode: KMIP.BlockCipherMode?
    var padding: KMIP.PaddingMethod?
    let encoding: KMIP.EncodingOption?
    var isRSA = false
    var testDescription: String {
      "\(method) \(mode.map { "\($0)" } ?? "") \(encoding.map { "\($0)" } ?? "unsaid")\(isRSA ? " RSA" : "")"
    }
  }

  static let ways: [Way] = [
    Way(method: .encrypt, mode: .nistKeyWrap, encoding: .noEncoding),
    Way(method: .encrypt, mode: .nistKeyWrap, encoding: .ttlvEncoding),
    Way(method: .encrypt, mode: .nistKeyWrap, encoding: nil),
    Way(method: .encrypt, encoding: .noEncoding),
    Way(method: .encrypt, mode: .aesKeyWrapPadding, encoding: .noEncoding),
    Way(method: .encrypt, mode: .cbc, padding: .pkcs5, encoding: .ttlvEncoding),
    Way(method: .encrypt, mode: .gcm, encoding: .noEncoding),
    Way(method: .encrypt, padding: .oaep, encoding: .noEncoding, isRSA: true),
    Way(method: .macSign, encoding: .ttlvEncoding),
    Way(method: .macSign, encoding: .noEncoding),
    Way(method: .encryptThenMACSign, mode: .ctr, encoding: .noEncoding),
    Way(method: .macSignThenEncrypt, mode: .ctr, encoding: .ttlvEncoding),
  ]

  struct Keys {
    let wrapping: (out: String, back: String)
    let code: String
    let secret: String
  }

  static func keys(_ way: Way, _ world: DoorWorld) async throws -> Keys {
    let code = try await world.create(
      .symmetricKey, DoorWorld.key(.hmacSHA256, 256, [.macGenerate, .macVerify]))
    let secret = try await world.create(.symmetricKey, DoorWorld.key(.aes, 128, [.encrypt, .decrypt]))
    guard way.isRSA else {
      let key = try await world.create(.symmetricKey, DoorWorld.key(.aes, 256, [.wrapKey, .unwrapKey]))
      return Keys(wrapping: (key, key), code: code, secret: secret)
    }
    let pair = try await world.createPair(.rsa, 2048, [.wrapKey, .unwrapKey])
    return Keys(wrapping: (pair.publicKey, pair.privateKey), code: code, secret: secret)
  }

  static func write(
    _ way: Way, encryption: String, code: String, into writer: inout TTLVWriter
  ) {
    writer.enumeration(way.method)
    if way.method != .macSign {
      writer.structure(.encryptionKeyInformation) { writer in
        writer.text(.uniqueIdentifier, encryption)
        if way.mode != nil || way.padding != nil {
          writer.structure(.cryptographicParameters) { writer in
            if let mode = way.mode { writer.enumeration(mode) }
            if let padding = way.padding { writer.enumeration(padding) }
          }
        }
      }
    }
    if way.method != .encrypt {
      writer.structure(.macSignatureKeyInformation) { writer in
        writer.text(.uniqueIdentifier, code)
        writer.structure(.cryptographicParameters) { $0.enumeration(KMIP.CryptographicAlgorithm.hmacSHA256) }
      }
    }
  }

  static func wrapped(_ way: Way, _ keys: Keys, _ world: DoorWorld) async throws -> TTLVItem {
    try await world.object(keys.secret) { payload in
      payload.structure(.keyWrappingSpecification) { writer in
        write(way, encryption: keys.wrapping.out, code: keys.code, into: &writer)
        if let encoding = way.encoding { writer.enumeration(encoding) }
      }
    }
  }

  /// The same block, said to be wrapped by the key that unwraps.
  static func incoming(
    _ object: TTLVItem, _ way: Way, _ keys: Keys, change: (inout [UInt8]) -> Void = { _ in }
  ) throws -> TTLVItem {
    let block = try #require(object[.keyBlock])
    let data = try #require(block[.keyWrappingData])
    var value = try #require(block[.keyValue]?.byteString)
    change(&value)
    var writer = TTLVWriter()
    writer.structure(.symmetricKey) { writer in
      writer.structure(.keyBlock) { writer in
        for child in block.children where child.tag != .keyValue && child.tag != .keyWrappingData {
          writer.copy(child)
          if child.tag == .keyFormatType { writer.byteString(.keyValue, value) }
        }
        writer.structure(.keyWrappingData) { writer in
          write(way, encryption: keys.wrapping.back, code: keys.code, into: &writer)
          for tag in [KMIPTag.macSignature, .ivCounterNonce, .encodingOption] {
            if let item = data[tag] { writer.copy(item) }
          }
        }
      }
    }
    return try TTLVDocument(writer.finish(), limits: KMIPDoor.limits).root
  }

  @Test(arguments: ways)
  func `a key comes back from under another by every method`(way: Way) async throws {
    let world = try await DoorWorld()
    let keys = try await Self.keys(way, world)
    let plain = try #require(try await world.object(keys.secret).material?.byteString)
    let object = try await Self.wrapped(way, keys, world)
    let value = try #require(object[.keyBlock]?[.keyValue]?.byteString)
    #expect(way.method == .macSign || !value.holds(plain))
    let incoming = try Self.incoming(object, way, keys)
    let answer = try await world.register(incoming)
    let identifier = try #require(answer.identifier, "\(answer)")
    // As it was registered, and in the clear.
    #expect(try await world.object(identifier).encoded == incoming.encoded)
    let bare = try await world.object(identifier) { $0.enumeration(KMIP.KeyWrapType.notWrapped) }
    #expect(bare.material?.byteString == plain && bare[.keyBlock]?[.keyWrappingData] == nil)
  }

  @Test(arguments: ways.filter { ($0.mode != .cbc && $0.mode != .ctr) || $0.method != .encrypt })
  func `a wrapped key that somebody changed doesn't come in`(way: Way) async throws {
    let world = try await DoorWorld()
    let keys = try await Self.keys(way, world)
    let object = try await Self.wrapped(way, keys, world)
    let changed = try Self.incoming(object, way, keys) { $0[$0.count - 1] ^= 1 }
    let answer = try await world.register(changed)
    #expect(answer.reason == .cryptographicFailure, "\(answer)")
  }

  @Test func `attributes travel with the key where there is an encoding`() async throws {
    let world = try await DoorWorld()
    let way = Way(method: .encrypt, mode: .nistKeyWrap, encoding: .ttlvEncoding)
    let keys = try await Self.keys(way, world)
    func get(_ encoding: KMIP.EncodingOption) async throws -> Item {
      try await world.get(keys.secret) { payload in
        payload.structure(.keyWrappingSpecification) { writer in
          Self.write(way, encryption: keys.wrapping.out, code: keys.code, into: &writer)
          writer.text(.attributeName, "Cryptographic Usage Mask")
          writer.enumeration(encoding)
        }
      }
    }
    #expect(try await get(.noEncoding).reason == .encodingOptionError)
    let item = try await get(.ttlvEncoding)
    let object = try #require(item.payload?[.symmetricKey], "\(item)")
    let answer = try await world.register(try Self.incoming(object, way, keys)) { _ in }
    let identifier = try #require(answer.identifier, "\(answer)")
    let mask = try await world.attribute(.cryptographicUsageMask, of: identifier)
    #expect(mask.first?.integer == KMIP.CryptographicUsageMask([.encrypt, .decrypt]).rawValue)
  }

  @Test func `a sensitive key leaves only where it can't be seen`() async throws {
    let world = try await DoorWorld()
    var keys = try await Self.keys(Self.ways[0], world)
    let secret = try await world.create(
      .symmetricKey, DoorWorld.key(.aes, 128, [.encrypt]) { $0.boolean(.sensitive, true) })
    keys = Keys(wrapping: keys.wrapping, code: keys.code, secret: secret)
    #expect(try await world.get(secret).reason == .sensitive)
    #expect(try await world.get(secret, in: .v1_2).reason == .permissionDenied)
    _ = try await Self.wrapped(Self.ways[0], keys, world)
    let open = try await world.get(secret) { payload in
      payload.structure(.keyWrappingSpecification) { writer in
        Self.write(
          Way(method: .macSign, encoding: nil), encryption: "", code: keys.code, into: &writer)
      }
    }
    #expect(open.reason == .sensitive)
    let split = try await world.ask(.createSplitKey) { payload in
      payload.enumeration(KMIP.ObjectType.splitKey)
      payload.text(.uniqueIdentifier, secret)
      payload.integer(.splitKeyParts, 2)
      payload.integer(.splitKeyThreshold, 2)
      payload.enumeration(KMIP.SplitKeyMethod.xor)
    }
    #expect(split.reason == .sensitive)
  }

  @Test func `a wrapping key that isn't there is told from an object that isn't`() async throws {
    let world = try await DoorWorld()
    let way = Self.ways[0]
    let keys = try await Self.keys(way, world)
    func get(_ key: String, _ wrapping: String) async throws -> Item {
      try await world.get(key) { payload in
        payload.structure(.keyWrappingSpecification) { writer in
          Self.write(way, encryption: wrapping, code: "", into: &writer)
        }
      }
    }
    #expect(try await get(keys.secret, "nothing").reason == .wrappingObjectNotFound)
    #expect(try await get("nothing", keys.wrapping.out).reason == .objectNotFound)
  }

  @Test func `what a key from elsewhere wrapped is kept for whoever has that key`() async throws {
    let world = try await DoorWorld()
    let way = Self.ways[0]
    let keys = try await Self.keys(way, world)
    let gone = Keys(wrapping: ("nothing", "nothing"), code: "", secret: "")
    let incoming = try Self.incoming(try await Self.wrapped(way, keys, world), way, gone)
    let answer = try await world.register(incoming) {
      $0.uses([.encrypt])
      $0.dateTime(.activationDate, 1)
    }
    let identifier = try #require(answer.identifier, "\(answer)")
    #expect(try await world.object(identifier).encoded == incoming.encoded)
    let bare = try await world.get(identifier) { $0.enumeration(KMIP.KeyWrapType.notWrapped) }
    #expect(bare.reason == .wrappingObjectNotFound)
    let use = try await world.ask(.encrypt) { payload in
      payload.text(.uniqueIdentifier, identifier)
      payload.byteString(.data, [1])
    }
    #expect(use.reason != nil)
  }

  @Test func `who may not use the wrapping key doesn't get what it would wrap`() async throws {
    let world = try await DoorWorld()
    let way = Self.ways[0]
    let keys = try await Self.keys(way, world)
    for right in [Action.wrapKey, .getObject] {
      let caller = Fixtures.caller("almost", policies: [.allBut(right)])
      let item = try await world.get(keys.secret, as: caller) { payload in
        payload.structure(.keyWrappingSpecification) { writer in
          Self.write(way, encryption: keys.wrapping.out, code: "", into: &writer)
        }
      }
      #expect(item.reason == .permissionDenied)
    }
  }
}

extension [UInt8] {
  fileprivate func holds(_ part: [UInt8]) -> Bool {
    indices.contains { Array(self[$0...].prefix(part.count)) == part }
  }
}

import KMSBytes
import KMSDomain
import Testing
import WireKMIP

@testable import DoorKMIP

/// Keys in every format, out and back in.
// One after the other: every world has files open.
@Suite(.serialized) struct KeyFormatTests {
  struct Pair: Sendable, CustomTestStringConvertible {
    let algorithm: KMIP.CryptographicAlgorithm
    var length: Int32?
    var curve: KMIP.RecommendedCurve?
    let privateFormats: [KMIP.KeyFormatType]
    let publicFormats: [KMIP.KeyFormatType]
    var testDescription: String { "\(algorithm) \(curve.map { "\($0)" } ?? "\(length ?? 0)")" }
  }

  static let pairs = [
    Pair(
      algorithm: .rsa, length: 2048, privateFormats: [.pkcs1, .pkcs8, .transparentRSAPrivateKey],
      publicFormats: [.pkcs1, .x509, .transparentRSAPublicKey]),
    Pair(
      algorithm: .ec, curve: .p256,
      privateFormats: [.ecPrivateKey, .pkcs8, .transparentECPrivateKey],
      publicFormats: [.raw, .x509, .transparentECPublicKey]),
    Pair(
      algorithm: .ec, curve: .secp256K1,
      privateFormats: [.ecPrivateKey, .pkcs8, .transparentECPrivateKey],
      publicFormats: [.x509, .transparentECPublicKey]),
    Pair(
      algorithm: .ed25519, length: 256, privateFormats: [.raw, .pkcs8], publicFormats: [.raw, .x509]),
  ]

  @Test(arguments: pairs)
  func `a key pair comes back in every format as it went out`(pair: Pair) async throws {
    let world = try await DoorWorld()
    let made = try await world.createPair(pair.algorithm, pair.length, curve: pair.curve)
    for (identifier, formats) in [
      (made.privateKey, pair.privateFormats), (made.publicKey, pair.publicFormats),
    ] {
      for format in formats {
        let object = try await world.object(identifier, format)
        #expect(object[.keyBlock]?[.keyFormatType]?.enumeration() == format)
        let again = try await world.register(object) { writer in
          writer.uses(DoorWorld.everything)
          if let curve = pair.curve {
            writer.structure(.cryptographicDomainParameters) { $0.enumeration(curve) }
          }
        }
        let other = try #require(again.identifier, "\(format): \(again)")
        // In its own format without being asked for it, and in the others as the original; PKCS#8 may name a curve once or twice.
        #expect(try await world.object(other).encoded == object.encoded, "\(format)")
        for format in formats where format != .pkcs8 || pair.curve == nil {
          let one = try await world.object(identifier, format)
          let two = try await world.object(other, format)
          #expect(one.material?.encoded == two.material?.encoded, "\(format)")
        }
      }
    }
  }

  @Test func `a registered key is used like one that was made here`() async throws {
    let world = try await DoorWorld()
    let made = try await world.createPair(.ec, nil, curve: .p256)
    let copy = try await world.register(try await world.object(made.privateKey, .transparentECPrivateKey)) {
      writer in
      writer.uses([.sign])
      writer.dateTime(.activationDate, 1)
    }
    let other = try #require(copy.identifier, "\(copy)")
    let signature = try await world.ask(.sign) { payload in
      payload.text(.uniqueIdentifier, other)
      payload.byteString(.data, [1, 2, 3])
    }
    let bytes = try #require(signature.bytes(.signatureData), "\(signature)")
    let verdict = try await world.ask(.signatureVerify) { payload in
      payload.text(.uniqueIdentifier, made.publicKey)
      payload.byteString(.data, [1, 2, 3])
      payload.byteString(.signatureData, bytes)
    }
    #expect(verdict.validity == .valid)
  }

  @Test func `symmetric keys are bytes, alone or in a structure`() async throws {
    let world = try await DoorWorld()
    let key = try await world.create()
    let raw = try #require(try await world.object(key, .raw).material?.byteString)
    let structured = try await world.object(key, .transparentSymmetricKey)
    #expect(structured.material?[.key]?.byteString == raw && raw.count == 32)
    let again = try #require(try await world.register(structured).identifier)
    #expect(try await world.object(again).encoded == structured.encoded)
    #expect(try await world.object(again, .raw).material?.byteString == raw)
    #expect(try await world.get(key, .pkcs8).reason == .keyFormatTypeNotSupported)
  }

  @Test func `a point comes compressed where the client wants that`() async throws {
    let world = try await DoorWorld()
    let made = try await world.createPair(.ec, nil, curve: .p256)
    let whole = try #require(try await world.object(made.publicKey, .raw).material?.byteString)
    let short = try await world.object(made.publicKey, .raw) { payload in
      payload.enumeration(KMIP.KeyCompressionType.ecPublicKeyTypeX9_62CompressedPrime)
    }
    let point = try #require(short.material?.byteString)
    #expect(point == [2 | (whole[64] & 1)] + whole[1...32])
    let refused = try await world.get(made.publicKey, .x509) { payload in
      payload.enumeration(KMIP.KeyCompressionType.ecPublicKeyTypeX9_62CompressedPrime)
    }
    #expect(refused.reason == .keyFormatTypeNotSupported)
  }

  @Test func `what isn't a sound key is kept as it is and used for nothing`() async throws {
    let world = try await DoorWorld()
    let made = try await world.createPair(.rsa, 2048)
    let sound = try await world.object(made.privateKey, .transparentRSAPrivateKey).encoded
    // Another modulus than that of the primes.
    var broken = sound
    let place = try #require(
      sound.indices.first { place in
        Array(sound[place...].prefix(3)) == [0x42, 0x00, 0x52]
      })
    broken[place + 200] ^= 1
    let object = try TTLVDocument(broken, limits: KMIPDoor.limits).root
    let answer = try await world.register(object) { writer in
      writer.uses([.sign])
      writer.dateTime(.activationDate, 1)
    }
    let identifier = try #require(answer.identifier, "\(answer)")
    #expect(try await world.object(identifier).encoded == broken)
    let signature = try await world.ask(.sign) { payload in
      payload.text(.uniqueIdentifier, identifier)
      payload.byteString(.data, [1])
    }
    #expect(!signature.isSuccess)
    #expect(try await world.get(identifier, .pkcs8).reason == .keyFormatTypeNotSupported)
  }

  @Test func `a key that claims to be another kind is kept as bytes`() async throws {
    let world = try await DoorWorld()
    let answer = try await world.ask(.register) { payload in
      payload.enumeration(KMIP.ObjectType.symmetricKey)
      payload.structure(.attributes) { $0.uses([.encrypt]) }
      payload.structure(.symmetricKey) { object in
        object.structure(.keyBlock) { block in
          block.enumeration(KMIP.KeyFormatType.raw)
          block.structure(.keyValue) { $0.byteString(.keyMaterial, [1, 2, 3, 4, 5]) }
          block.enumeration(KMIP.CryptographicAlgorithm.aes)
          block.integer(.cryptographicLength, 128)
        }
      }
    }
    let identifier = try #require(answer.identifier, "\(answer)")
    #expect(try await world.object(identifier).material?.byteString == [1, 2, 3, 4, 5])
    let use = try await world.ask(.encrypt) { payload in
      payload.text(.uniqueIdentifier, identifier)
      payload.byteString(.data, [1])
    }
    #expect(!use.isSuccess)
  }
}

import KMSBytes
import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

/// Certificates that are issued, judged, registered and kept in stores.
// One after the other: every world has files open.
@Suite(.serialized) struct CertificateTests {
  private static func certify(
    _ key: String, _ world: DoorWorld, as caller: Caller = DoorWorld.client,
    _ attributes: @escaping DoorWorld.Attributes = { $0.uses([.verify]) }
  ) async throws -> Item {
    try await world.ask(.certify, as: caller) { payload in
      payload.text(.uniqueIdentifier, key)
      payload.structure(.attributes, attributes)
    }
  }

  private static func certificate(_ identifier: String, _ world: DoorWorld) async throws -> [UInt8] {
    try #require(try await world.object(identifier)[.certificateValue]?.byteString)
  }

  private static func authority(_ world: DoorWorld) async throws -> (key: String, certificate: String) {
    let found = try await world.ask(.locate) { payload in
      payload.structure(.attributes) { writer in
        writer.enumeration(KMIP.ObjectType.privateKey)
        writer.uses([.certificateSign])
      }
    }
    let key = try #require(found.payload?[.uniqueIdentifier]?.text, "\(found)")
    return (key, try #require(try await world.links(.certificateLink, of: key).first))
  }

  private static func validity(
    _ identifiers: [String], _ world: DoorWorld, at date: Int64? = nil
  ) async throws -> KMIP.ValidityIndicator? {
    let item = try await world.ask(.validate) { payload in
      for identifier in identifiers { payload.text(.uniqueIdentifier, identifier) }
      if let date { payload.dateTime(.validityDate, date) }
    }
    return item.validity
  }

  @Test func `a certificate says what was asked for, and its authority vouches for it`() async throws {
    let world = try await DoorWorld()
    let pair = try await world.createPair(.ec, nil, curve: .p256)
    let answer = try await Self.certify(pair.publicKey, world) { writer in
      writer.uses([.sign, .verify])
      writer.text(.certificateSubjectCN, "scanner, 3")
      writer.text(.certificateSubjectO, "Acme")
    }
    let identifier = try #require(answer.identifier, "\(answer)")
    let facts = try #require(CertificateFacts(try await Self.certificate(identifier, world)))
    #expect(facts.subject.line == "CN=scanner\\, 3,O=Acme")
    #expect(facts.issuer.line == "CN=KMIP certificate authority,OU=111122223333,O=Claviger")
    #expect(facts.key == KMIPKeyKind(.ec, 256, .p256))
    #expect(try await world.links(.publicKeyLink, of: identifier) == [pair.publicKey])
    #expect(try await world.links(.certificateLink, of: pair.publicKey) == [identifier])
    let length = try await world.attribute(.certificateLength, of: identifier).first?.integer
    #expect(length == Int32(try await Self.certificate(identifier, world).count))
    let authority = try await Self.authority(world)
    #expect(try await Self.validity([identifier, authority.certificate], world) == .valid)
    #expect(try await Self.validity([identifier], world) == .unknown)
    let later = world.house.clock.now().seconds + 400 * 86_400
    #expect(try await Self.validity([identifier, authority.certificate], world, at: later) == .invalid)
  }

  @Test func `one authority serves an account, and its key does nothing else`() async throws {
    let world = try await DoorWorld()
    var issuers: Set<[UInt8]> = []
    for _ in 0..<2 {
      let pair = try await world.createPair(.ec, nil, curve: .p256)
      let identifier = try #require(try await Self.certify(pair.publicKey, world).identifier)
      issuers.insert(try #require(CertificateFacts(try await Self.certificate(identifier, world))).issuer.der)
    }
    #expect(issuers.count == 1)
    let authority = try await Self.authority(world)
    #expect(try await world.get(authority.key).reason == .notExtractable)
    let signature = try await world.ask(.sign) { payload in
      payload.text(.uniqueIdentifier, authority.key)
      payload.byteString(.data, [1])
    }
    #expect(signature.reason == .incompatibleCryptographicUsageMask)
  }

  @Test func `an authority that was revoked issues nothing, and one that was destroyed makes room`()
    async throws
  {
    let world = try await DoorWorld()
    let pair = try await world.createPair(.ec, nil, curve: .p256)
    #expect(try await Self.certify(pair.publicKey, world).isSuccess)
    let first = try await Self.authority(world)
    #expect(try await world.revoke(first.key, .cessationOfOperation).isSuccess)
    #expect(try await Self.certify(pair.publicKey, world).reason == .wrongKeyLifecycleState)
    #expect(try await world.about(first.key, .destroy).isSuccess)
    #expect(try await Self.certify(pair.publicKey, world).isSuccess)
  }

  @Test func `a client can't make its own key the authority`() async throws {
    let world = try await DoorWorld()
    let pair = try await world.createPair(.rsa, 3072)
    for type in [KMIP.NameType.uninterpretedTextString, .uri] {
      let named = try await world.ask(.addAttribute) { payload in
        payload.text(.uniqueIdentifier, pair.privateKey)
        payload.structure(.newAttribute) { writer in
          writer.structure(.name) { writer in
            writer.text(.nameValue, SearchTerm.authority("key"))
            writer.enumeration(type)
          }
        }
      }
      #expect(named.isSuccess)
    }
    let noted = try await world.ask(.addAttribute) { payload in
      payload.text(.uniqueIdentifier, pair.privateKey)
      payload.structure(.newAttribute) { $0.text(.authorityNote, "key") }
    }
    #expect(!noted.isSuccess)
    let other = try await world.createPair(.ec, nil, curve: .p256)
    #expect(try await Self.certify(other.publicKey, world).isSuccess)
    #expect(try await world.links(.certificateLink, of: pair.privateKey).isEmpty)
  }

  @Test func `without the right to certify nobody is issued anything`() async throws {
    let world = try await DoorWorld()
    let pair = try await world.createPair(.ec, nil, curve: .p256)
    #expect(try await Self.certify(pair.publicKey, world).isSuccess)
    let caller = Fixtures.caller("almost", policies: [.allBut(.certify)])
    #expect(try await Self.certify(pair.publicKey, world, as: caller).reason == .permissionDenied)
  }

  @Test func `a new certificate takes the place of the old one`() async throws {
    let world = try await DoorWorld()
    let pair = try await world.createPair(.ec, nil, curve: .p256)
    let old = try #require(try await Self.certify(pair.publicKey, world).identifier)
    let answer = try await world.ask(.reCertify) { $0.text(.uniqueIdentifier, old) }
    let new = try #require(answer.identifier, "\(answer)")
    #expect(try await world.links(.replacementObjectLink, of: old) == [new])
    #expect(try await world.links(.certificateLink, of: pair.publicKey) == [new])
    let (one, other) = (
      try #require(CertificateFacts(try await Self.certificate(old, world))),
      try #require(CertificateFacts(try await Self.certificate(new, world)))
    )
    #expect(one.subject.der == other.subject.der && one.publicKey == other.publicKey)
    #expect(one.serial != other.serial)
  }

  @Test func `a request must be signed by the key that it is for`() async throws {
    let world = try await DoorWorld()
    let pair = try await world.createPair(.ec, nil, curve: .p256)
    let answer = try await world.ask(.certify) { payload in
      payload.text(.uniqueIdentifier, pair.publicKey)
      payload.enumeration(KMIP.CertificateRequestType.pkcs10)
      payload.byteString(.certificateRequestValue, [0x30, 0x03, 0x02, 0x01, 0x00])
    }
    #expect(answer.reason == .invalidCSR)
    #expect(try await Self.certify(pair.privateKey, world).reason == .invalidObjectType)
  }

  @Test func `whatever comes as a certificate is answered`() async throws {
    let world = try await DoorWorld()
    let pair = try await world.createPair(.ec, nil, curve: .p256)
    let identifier = try #require(try await Self.certify(pair.publicKey, world).identifier)
    let sound = try await Self.certificate(identifier, world)
    #expect(CertificateFacts(sound) != nil)
    for place in sound.indices {
      for value in [UInt8(0), 0x7f, 0x80, 0xff, sound[place] ^ 1] {
        var changed = sound
        changed[place] = value
        _ = CertificateFacts(changed).map { [$0.attributes(), $0.attributes(.bare), $0.keyAttributes] }
      }
      #expect(CertificateFacts(Array(sound[..<place])) == nil)
    }
    let answer = try await world.ask(.register) { payload in
      payload.enumeration(KMIP.ObjectType.certificate)
      payload.structure(.attributes) { _ in }
      payload.structure(.certificate) { writer in
        writer.enumeration(KMIP.CertificateType.x509)
        writer.byteString(.certificateValue, [1, 2, 3])
      }
    }
    #expect(answer.reason == .invalidField)
  }

  /// A store's password is text, so bytes as they come don't do.
  private static func password(_ world: DoorWorld) async throws -> String {
    let letters = world.house.engine.desk.randomness.bits128().bytes.map { 0x61 + $0 % 26 }
    let made = try await world.ask(.register) { payload in
      payload.enumeration(KMIP.ObjectType.secretData)
      payload.structure(.attributes) { writer in
        writer.uses([.deriveKey])
        writer.dateTime(.activationDate, 1)
      }
      payload.structure(.secretData) { secret in
        secret.enumeration(KMIP.SecretDataType.password)
        secret.structure(.keyBlock) { block in
          block.enumeration(KMIP.KeyFormatType.opaque)
          block.structure(.keyValue) { $0.byteString(.keyMaterial, letters) }
        }
      }
    }
    return try #require(made.identifier)
  }

  @Test func `a store holds a key with its certificates, under a password`() async throws {
    let world = try await DoorWorld()
    let pair = try await world.createPair(.rsa, 2048)
    let certificate = try #require(try await Self.certify(pair.publicKey, world).identifier)
    let password = try await Self.password(world)
    for (type, target) in [
      (KMIP.LinkType.pkcs12PasswordLink, password), (.pkcs12CertificateLink, certificate),
    ] {
      let linked = try await world.ask(.addAttribute) { payload in
        payload.text(.uniqueIdentifier, pair.privateKey)
        payload.structure(.newAttribute) { writer in
          writer.structure(.link) { writer in
            writer.enumeration(type)
            writer.text(.linkedObjectIdentifier, target)
          }
        }
      }
      #expect(linked.isSuccess)
    }
    let store = try await world.object(pair.privateKey, .pkcs12)
    func register(_ password: String?) async throws -> Item {
      try await world.register(store) { writer in
        writer.uses([.sign])
        guard let password else { return }
        writer.structure(.link) { writer in
          writer.enumeration(KMIP.LinkType.pkcs12PasswordLink)
          writer.text(.linkedObjectIdentifier, password)
        }
      }
    }
    let answer = try await register(password)
    let key = try #require(answer.identifier, "\(answer)")
    #expect(
      try await world.object(key, .pkcs8).material?.encoded
        == world.object(pair.privateKey, .pkcs8).material?.encoded)
    let copy = try #require(try await world.links(.pkcs12CertificateLink, of: key).first)
    #expect(try await Self.certificate(copy, world) == Self.certificate(certificate, world))
    #expect(try await register(nil).reason == .invalidField)
    let other = try await Self.password(world)
    #expect(try await register(other).reason == .badPassword)
  }
}

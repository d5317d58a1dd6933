import CustodyConformance
import KMSDomain
import KMSSecrets
import KMSTestKit
import Testing

@testable import CustodyPKCS11
@testable import CustodySoftware

extension TokenSuites {
  @Suite("Keys on a token do what keys in memory do")
  struct TokenKeyTests {
    let house: TokenHouse
    let token: Token
    let custody: SoftwareCustody

    init() throws {
      house = try TokenHouse.shared.get()
      house.faults.planNothing()
      token = try house.open(sessions: 4)
      custody = try DeviceHouse.custody(token)
    }

    @Test("Messages open again, only with their context, and no byte can be altered")
    func messages() throws {
      let subject = try DeviceHouse.subject(custody, .aes256)
      #expect(subject.live.isElsewhere)
      let context = try EncryptionContext.test(["a": "b"])
      let sealed = try subject.encrypt([1, 2, 3], context)
      #expect(sealed.count == 3 + SymmetricCiphertext.overhead)
      #expect(try subject.decrypt(sealed, context) == [1, 2, 3])
      #expect(throws: KMSError.invalidCiphertext) { try subject.decrypt(sealed) }
      for index in sealed.indices {
        var changed = sealed
        changed[index] ^= 1
        #expect(throws: KMSError.invalidCiphertext) { try subject.decrypt(changed, context) }
      }
      #expect(try subject.decrypt(subject.encrypt([])) == [])
    }

    @Test("A new epoch takes keys on the token along as they are")
    func epochs() throws {
      let subject = try DeviceHouse.subject(custody, .p256)
      let next = try custody.makeEpoch(now: Fixtures.start, permit: Permits.permit(.renewEpoch))
      try custody.adopt(next)
      var record = Fixtures.key()
      record.versions[0].material = subject.wrapped
      let moved = try custody.rewrap(record, permit: Permits.permit(.rewrapMaterial))
      let material = try #require(moved.versions[0].material)
      #expect(material == WrappedKey(epoch: next.id, bytes: subject.wrapped.bytes))
      #expect(try custody.open(material, as: subject.identity).isElsewhere)
    }

    @Test("The derivation is that of keys in memory")
    func sameForm() throws {
      let key = KeyID(Bits128(high: 1, low: 2))
      let version = VersionID(Bits128(high: 3, low: 4))
      let material = [UInt8](0..<32)
      let here = try Envelope(material: SecretBytes(copying: material.span), key: key, version: version)
      let there = try DerivedEnvelope(key: key, version: version)
      let mac = try MACKey(SecretBytes(copying: material.span), .hmacSHA256)
      let derived = try mac.code(for: there.inputs.0.span) + mac.code(for: there.inputs.1.span)
      let text = SecretBytes(copying: [5, 6].span)
      let sealed = try there.seal(text, context: .empty, SecretBytes(copying: derived.span))
      let opened = try here.open(sealed, context: .empty).equals(text)
      #expect(opened)
    }

    @Test(
      "Each signing algorithm of RSA and of each curve, over messages and digests",
      arguments: [
        (KeySpec.rsa2048, SigningAlgorithm.rsaPSSSHA256), (.rsa2048, .rsaPSSSHA384),
        (.rsa2048, .rsaPSSSHA512),
        (.rsa2048, .rsaPKCS1SHA256), (.rsa3072, .rsaPKCS1SHA384), (.rsa4096, .rsaPKCS1SHA512),
        (.p256, .ecdsaSHA256), (.p384, .ecdsaSHA384), (.p521, .ecdsaSHA512), (.secp256k1, .ecdsaSHA256),
      ])
    func signatures(_ spec: KeySpec, _ algorithm: SigningAlgorithm) throws {
      let subject = try DeviceHouse.subject(custody, spec, [.sign, .verify])
      let half = try subject.publicHalf()
      for (form, message) in [
        (MessageForm.raw, [UInt8]([1, 2, 3])),
        (.digest, [UInt8](repeating: 7, count: algorithm.length(of: .digest) ?? 0)),
      ] {
        let signature = try custody.sign(
          .test(message), as: form, by: algorithm, with: subject.live, permit: subject.permit(.sign))
        for live in [subject.live, half] {
          try custody.verify(
            signature, of: .test(message), as: form, by: algorithm, with: live,
            permit: subject.permit(.verify))
        }
        #expect(throws: KMSError.invalidSignature) {
          try custody.verify(
            signature, of: .test([9] + message.dropFirst()), as: form, by: algorithm, with: half,
            permit: subject.permit(.verify))
        }
      }
    }

    @Test("RSAES-OAEP with the hash that the token knows; with the other neither way")
    func encryption() throws {
      let subject = try DeviceHouse.subject(custody, .rsa2048, [.encrypt, .decrypt])
      let sealed = try custody.encrypt(
        .test([1, 2, 3]), by: .rsaOAEPSHA1, with: subject.live, permit: subject.permit(.encrypt))
      let text = try custody.decrypt(
        sealed, by: .rsaOAEPSHA1, with: subject.live, permit: subject.permit(.decrypt))
      #expect(try text.testBytes() == [1, 2, 3])
      var changed = sealed
      changed[9] ^= 1
      let generation = house.module.generation
      #expect(throws: KMSError.invalidCiphertext) {
        try custody.decrypt(
          changed, by: .rsaOAEPSHA1, with: subject.live, permit: subject.permit(.decrypt))
      }
      #expect(house.module.generation == generation, "what a caller sends doesn't start the module anew")
      #expect(throws: KMSError.self) {
        try custody.encrypt(
          .test([1, 2, 3]), by: .rsaOAEPSHA256, with: subject.live, permit: subject.permit(.encrypt))
      }
    }

    @Test("A shared secret is the one that the other side finds", arguments: [KeySpec.p256, .p384, .p521])
    func agreement(_ spec: KeySpec) throws {
      let there = try DeviceHouse.subject(custody, spec, [.derive])
      let here = try DeviceHouse.subject(DeviceHouse.custody(token, takesNewKeys: false), spec, [.derive])
      let publicKeys = (try #require(there.publicKey), try #require(here.publicKey))
      let one = try custody.deriveSharedSecret(
        with: publicKeys.1, key: there.live, permit: there.permit(.deriveSharedSecret))
      let other = try here.custody.deriveSharedSecret(
        with: publicKeys.0, key: here.live, permit: here.permit(.deriveSharedSecret))
      #expect(try one.testBytes() == other.testBytes())
    }

    @Test(
      "Codes of each length",
      arguments: [
        (KeySpec.hmac224, MACAlgorithm.hmacSHA224), (.hmac256, .hmacSHA256), (.hmac384, .hmacSHA384),
        (.hmac512, .hmacSHA512),
      ])
    func codes(_ spec: KeySpec, _ algorithm: MACAlgorithm) throws {
      let subject = try DeviceHouse.subject(custody, spec)
      let code = try custody.mac(
        .test([1, 2]), by: algorithm, with: subject.live, permit: subject.permit(.generateMac))
      try custody.verifyMac(
        code, of: .test([1, 2]), by: algorithm, with: subject.live, permit: subject.permit(.verifyMac))
      #expect(throws: KMSError.invalidMAC) {
        try custody.verifyMac(
          code, of: .test([1, 3]), by: algorithm, with: subject.live, permit: subject.permit(.verifyMac))
      }
    }

    @Test("Keys in memory and keys on the token serve side by side")
    func mixed() throws {
      let here = try DeviceHouse.subject(DeviceHouse.custody(token, takesNewKeys: false), .aes256)
      #expect(!here.live.isElsewhere)
      #expect(try here.decrypt(here.encrypt([4])) == [4])
    }

    @Test(
      "Every private and secret key is sensitive and stays; kinds that the token lacks are refused by name")
    func lockedIn() throws {
      for spec in [KeySpec.aes256, .hmac512, .rsa2048, .p256] {
        let usages: KeyUsages? = spec.isAsymmetric ? [.sign, .verify] : nil
        let subject = try DeviceHouse.subject(custody, spec, usages)
        let object = ObjectID(subject.identity, try TokenKeyTests.reference(subject))
        #expect(
          try token.use(object) { (session, key) throws(ReturnCode) in try session.isLockedIn(key) })
      }
      for spec in [KeySpec.ed25519, .mlDSA65, .sm2] {
        let fault = #expect(throws: KMSError.self) { try DeviceHouse.subject(custody, spec) }
        guard case .unsupportedAlgorithm = fault else {
          Issue.record("\(String(describing: fault))")
          continue
        }
      }
    }

    private static func reference(_ subject: Subject) throws -> TokenReference {
      let custody = try #require(subject.custody as? SoftwareCustody)
      let stored = try StoredReference(subject.wrapped, as: subject.identity, by: custody)
      return try #require(TokenReference(stored.reference))
    }

    @Test(
      "A key for explicit parameters is one of AES: each mode that the token has, and its own answer to what was altered"
    )
    func ciphers() throws {
      let subject = try Subject(kept: .aes256, in: custody)
      #expect(subject.live.isElsewhere)
      let generation = house.module.generation
      for (mode, length) in [
        (CipherParameters.Mode.gcm, 21), (.gcm, 0), (.cbc, 32), (.ctr, 21), (.ecb, 16), (.keyWrap, 24),
      ] {
        let parameters = CipherParameters(mode, iv: mode.takesIV ? .random : .absent)
        let text = [UInt8](repeating: 6, count: length)
        let made = try subject.encipher(text, parameters)
        let opening = parameters.opening(made)
        #expect(try subject.decipher(made.data, opening, tag: made.tag) == text, "\(mode)")
        guard mode == .gcm || mode == .keyWrap else { continue }
        let altered = made.data.map { $0 ^ 1 }
        #expect(throws: KMSError.invalidCiphertext, "\(mode)") {
          try subject.decipher(altered + [UInt8](repeating: 1, count: 8), opening, tag: made.tag)
        }
      }
      #expect(house.module.generation == generation, "what a caller sends doesn't start the module anew")
    }

    @Test("GCM on the token is GCM: its text is that of CTR, begun behind the nonce's first block")
    func standard() throws {
      let subject = try Subject(kept: .aes128, in: custody)
      let nonce = [UInt8](1...12)
      let text = [UInt8](repeating: 5, count: 40)
      let sealed = try subject.encipher(text, CipherParameters(.gcm, iv: .given(nonce)))
      let plain = try subject.encipher(text, CipherParameters(.ctr, iv: .given(nonce + [0, 0, 0, 2])))
      #expect(sealed.data == plain.data)
    }

    @Test(
      "Keys for fixed algorithms and keys of ciphers are told apart, and each refuses the other's work by name"
    )
    func forms() throws {
      let fixed = try DeviceHouse.subject(custody, .aes256)
      let explicit = try Subject(kept: .aes256, in: custody)
      let generation = house.module.generation
      for body in [
        { _ = try fixed.encipher([1], CipherParameters(.gcm, iv: .random)) },
        { _ = try explicit.encrypt([1]) },
        {
          _ = try explicit.custody.mac(
            .test([1]), by: .hmac(.sha256), with: explicit.live, permit: explicit.permit(.generateMac))
        },
      ] {
        let fault = #expect(throws: KMSError.self) { try body() }
        guard case .unsupportedAlgorithm(let reason) = fault, reason.contains("token") else {
          Issue.record("\(String(describing: fault))")
          continue
        }
      }
      #expect(house.module.generation == generation)
    }

    @Test(
      "The site decides: what may leave is never on the token, and what asks for a device is, whatever is usual"
    )
    func sites() throws {
      let software = try DeviceHouse.custody(token, takesNewKeys: false)
      for (custody, exportable, site, isThere) in [
        (custody, false, MaterialSite.root, false), (custody, false, .usual, true),
        (custody, true, .device, false), (software, false, .usual, false), (software, false, .device, true),
        (software, true, .device, false),
      ] {
        let identity = VersionIdentity(
          key: KeyID(Bits128(high: 7, low: .random(in: 0 ... .max))),
          version: VersionID(Bits128(high: 7, low: 1)),
          spec: .aes128, usages: KeySpec.aes128.explicitUsages, origin: .generated, exportable: exportable)
        let permit = try Permits.permit(.createVaultKey, key: identity.key, version: identity.version)
        let made = try custody.generate(identity, length: nil, at: site, permit: permit)
        #expect(made.wrapped.isOnDevice == isThere, "\(site)")
        #expect(try custody.open(made.wrapped, as: identity).isElsewhere == isThere)
      }
    }

    @Test("An RSA key with a public exponent of its owner's choice")
    func exponent() throws {
      let identity = VersionIdentity(
        key: KeyID(Bits128(high: 8, low: .random(in: 0 ... .max))),
        version: VersionID(Bits128(high: 8, low: 1)),
        spec: .rsa2048, usages: KeySpec.rsa2048.explicitUsages, origin: .generated, exportable: false)
      let permit = try Permits.permit(.createVaultKey, key: identity.key, version: identity.version)
      let made = try custody.generateRSA(identity, exponent: 257, at: .device, permit: permit)
      let half = PublicHalf(spec: .rsa2048, publicKey: try #require(made.publicKey))
      #expect(try custody.components(of: half)[.publicExponent] == [1, 1])
    }

    @Test("The material of a symmetric key has no digest, and nothing divides or exports it")
    func out() throws {
      let subject = try Subject(kept: .aes256, in: custody)
      #expect(try custody.digest(of: subject.live, permit: subject.permit(.getAttributes)) == nil)
      #expect(throws: KMSError.cryptography(.notExportable)) { try subject.export() }
    }

    @Test(
      "Material is removed for good by a permit for that alone, as often as one likes, and only by what was stored for it"
    )
    func removal() throws {
      let subject = try DeviceHouse.subject(custody, .p256, [.sign, .verify])
      let other = try DeviceHouse.subject(custody, .p256, [.sign, .verify])
      #expect(throws: KMSError.permitMismatch) {
        try custody.remove(subject.wrapped, as: subject.identity, permit: subject.permit(.sign))
      }
      #expect(throws: KMSError.permitMismatch) {
        try custody.remove(subject.wrapped, as: subject.identity, permit: other.permit(.removeFromDevice))
      }
      #expect(throws: KMSError.corrupt(.keyMaterial)) {
        try custody.remove(other.wrapped, as: subject.identity, permit: subject.permit(.removeFromDevice))
      }
      for _ in 0..<2 {
        try custody.remove(subject.wrapped, as: subject.identity, permit: subject.permit(.removeFromDevice))
      }
      let object = ObjectID(subject.identity, try TokenKeyTests.reference(subject))
      for kind in [ObjectID.Class.privateHalf, .publicHalf] {
        #expect(throws: HSMFault.missingKey(object.name)) {
          try token.use(ObjectID(kind: kind, id: object.id)) { (_, _) throws(ReturnCode) in }
        }
      }
      _ = try other.custody.sign(
        .test([1]), as: .raw, by: .ecdsaSHA256, with: other.live, permit: other.permit(.sign))
    }

    @Test("What is said of a key is what the token says of itself and of the key, each time that it is asked")
    func facts() throws {
      for (spec, maker) in [
        (KeySpec.rsa2048, "CKM_RSA_PKCS_KEY_PAIR_GEN"), (.p256, "CKM_EC_KEY_PAIR_GEN"),
        (.aes256, "CKM_GENERIC_SECRET_KEY_GEN"),
      ] {
        let subject = try DeviceHouse.subject(custody, spec)
        var object = DeviceKeyFacts.Object()
        (object.isSensitive, object.wasAlwaysSensitive, object.isLocal) = (true, true, true)
        (object.isExtractable, object.wasNeverExtractable, object.maker) = (false, true, maker)
        let facts = DeviceKeyFacts(
          module: token.provider, manufacturer: token.info.manufacturer, model: token.info.model,
          serial: token.info.serial, label: token.info.label, object: object)
        let place = try custody.place(of: subject.live, permit: subject.permit(.attestVaultKey))
        #expect(place == .device(facts) && !facts.manufacturer.isEmpty)
        try TokenKeyDevice(token).destroy(
          try TokenKeyTests.reference(subject).encoded, as: subject.identity)
        #expect(throws: KMSError.custodyUnavailable) {
          try custody.place(of: subject.live, permit: subject.permit(.attestVaultKey))
        }
      }
    }

    @Test("A key whose object is gone says that custody can't be reached, and nothing else")
    func gone() throws {
      let subject = try DeviceHouse.subject(custody, .aes256)
      let sealed = try subject.encrypt([1])
      try TokenKeyDevice(token).destroy(
        try TokenKeyTests.reference(subject).encoded, as: subject.identity)
      #expect(throws: KMSError.custodyUnavailable) { try subject.decrypt(sealed) }
    }
  }
}

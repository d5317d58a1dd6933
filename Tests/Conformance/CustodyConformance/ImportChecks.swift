import KMSDomain
import KMSTestKit

extension CustodyConformance {
  static let importChecks = [
    CustodyConformance("imported symmetric material is the material that was sent") { custody in
      for (algorithm, importKey) in [
        (ImportAlgorithm.rsaOAEPSHA1, ImportKeySpec.rsa2048), (.rsaOAEPSHA256, .rsa2048), (.sm2PKE, .sm2),
      ] where custody.has(importKey.keySpec) {
        let identity = VersionIdentity.test(.hmac256)
        let importer = try Importer(in: custody, for: identity, by: algorithm, under: importKey)
        // RFC 4231 has no key of 32 bytes: what two imports of one material compute is compared instead.
        let material = [UInt8](1...32)
        var codes: Set<[UInt8]> = []
        var prints: Set<[UInt8]> = []
        for _ in 0..<2 {
          let made = try importer.bring(material, permit: identity.importPermit())
          let live = try custody.open(made.wrapped, as: identity)
          codes.insert(
            try custody.mac(.test([1]), by: .hmacSHA256, with: live, permit: identity.permit(.generateMac)))
          prints.insert(made.fingerprint)
        }
        let other = try importer.bring(
          [UInt8](2...33), permit: identity.importPermit())
        try expect(codes.count == 1, "two codes of one material")
        try expect(prints.count == 1 && !prints.contains(other.fingerprint), "fingerprints")
      }
    },
    CustodyConformance("an imported key pair signs for the public key that it came with") { custody in
      let subject = try Subject(in: custody)
      for spec in [KeySpec.p256, .p384, .secp256k1, .ed25519, .sm2] where custody.has(spec) {
        let pair = try custody.generateDataKeyPair(
          spec, context: .empty, with: subject.live, permit: subject.permit(.generateDataKeyPair))
        let identity = VersionIdentity.test(spec, [.sign, .verify])
        let importer = try Importer(in: custody, for: identity)
        let made = try importer.bring(
          try pair.privateKey.testBytes(), permit: identity.importPermit())
        try expect(made.publicKey == pair.sealed.publicKey, "another public key of \(spec)")
        _ = try custody.open(made.wrapped, as: identity)
      }
    },
    CustodyConformance("material of another kind or length is refused") { custody in
      let subject = try Subject(in: custody)
      let pair = try custody.generateDataKeyPair(
        .p256, context: .empty, with: subject.live, permit: subject.permit(.generateDataKeyPair))
      let privateKey = try pair.privateKey.testBytes()
      for (spec, material) in [
        (KeySpec.aes256, [UInt8](repeating: 1, count: 31)), (.aes256, [UInt8](repeating: 1, count: 33)),
        (.aes256, privateKey), (.hmac224, [UInt8](repeating: 1, count: 32)), (.p384, privateKey),
        (.secp256k1, privateKey), (.ed25519, privateKey), (.p256, Array(privateKey.dropLast())),
        (.p256, privateKey + [0]), (.p256, [UInt8](repeating: 1, count: 32)),
      ] {
        let identity = VersionIdentity.test(spec)
        let importer = try Importer(in: custody, for: identity)
        try refused(.incorrectKeyMaterial, "\(material.count) bytes as \(spec)") {
          try importer.bring(material, permit: identity.importPermit())
        }
      }
    },
    CustodyConformance("a token serves its own key and time, untouched") { custody in
      let identity = VersionIdentity.test(.aes256)
      let importer = try Importer(in: custody, for: identity)
      let sealed = try importer.protected([UInt8](repeating: 9, count: 32))
      func bring(token: [UInt8]? = nil, now: Instant) throws {
        _ = try importer.bring(
          encrypted: sealed, token: token, now: now, permit: identity.importPermit())
      }
      let last = Instant(milliseconds: Importer.expiry.milliseconds - 1)
      try bring(now: last)
      try refused(.expiredImportToken, "late") { try bring(now: Importer.expiry) }
      let token = importer.parameters.token
      for changed in mutations(of: token).prefix(80) + [token + [0], []] {
        try refused(.invalidImportToken, "an altered token") { try bring(token: changed, now: last) }
      }
      for other in [VersionIdentity.test(.aes256, key: 2), .test(.hmac256)] {
        let material = ImportedMaterial(encrypted: sealed, token: token)
        try refused(.invalidImportToken, "another key's") {
          try custody.importMaterial(
            material, for: other.key, of: other.key, other.spec, now: last, permit: other.importPermit()
          ) { (_: [UInt8]) throws(KMSError) in other }
        }
      }
    },
    CustodyConformance("material encrypted for another import key doesn't come in") { custody in
      let identity = VersionIdentity.test(.aes256)
      let one = try Importer(in: custody, for: identity)
      let two = try Importer(in: custody, for: identity)
      try expect(one.parameters.publicKey != two.parameters.publicKey, "the same import key twice")
      let sealed = try one.protected([UInt8](repeating: 9, count: 32))
      try refused(.invalidCiphertext, "another import key's") {
        try two.bring(encrypted: sealed, permit: identity.importPermit())
      }
    },
    CustodyConformance("what can't come that way is refused before a key is made for it") { custody in
      for (spec, algorithm, importKey) in [
        (KeySpec.rsa2048, ImportAlgorithm.rsaOAEPSHA256, ImportKeySpec.rsa4096),
        (.p521, .rsaOAEPSHA1, .rsa2048), (.aes256, .sm2PKE, .rsa2048), (.aes256, .rsaOAEPSHA1, .sm2),
      ] {
        try refused(.incompatibleImport(algorithm, importKey, spec), "\(spec) by \(algorithm)") {
          try Importer(in: custody, for: .test(spec), by: algorithm, under: importKey)
        }
      }
    },
    CustodyConformance("material is wrapped as what its fingerprint says, of its own key") { custody in
      let identity = VersionIdentity.test(.aes256)
      let importer = try Importer(in: custody, for: identity)
      let material = ImportedMaterial(
        encrypted: try importer.protected([UInt8](repeating: 9, count: 32)), token: importer.parameters.token)
      func bring(as identify: ([UInt8]) throws(KMSError) -> VersionIdentity) throws -> NewMaterial {
        try custody.importMaterial(
          material, for: identity.key, of: identity.key, identity.spec, now: Fixtures.start,
          permit: identity.importPermit(),
          as: identify)
      }
      var told: [UInt8] = []
      let made = try bring { (fingerprint: [UInt8]) throws(KMSError) in
        told = fingerprint
        return identity
      }
      try expect(told == made.fingerprint && told.count == 32, "another fingerprint")
      _ = try custody.open(made.wrapped, as: identity)
      for other in [VersionIdentity.test(.aes256, key: 2), .test(.hmac256)] {
        try refused(.permitMismatch, "another identity") {
          try bring { (_: [UInt8]) throws(KMSError) in other }
        }
      }
      try refused(.contention, "what the caller throws") {
        try bring { (_: [UInt8]) throws(KMSError) in throw .contention }
      }
    },
    CustodyConformance("bringing material in needs its own permit, for the key and no version") { custody in
      let identity = VersionIdentity.test(.aes256)
      let importer = try Importer(in: custody, for: identity)
      let sealed = try importer.protected([UInt8](repeating: 9, count: 32))
      func bring(_ permit: borrowing Permit) throws {
        _ = try importer.bring(encrypted: sealed, permit: permit)
      }
      for action in Action.allCases where action != .importKeyMaterial {
        try refused(.permitMismatch, "by \(action)") { try bring(Permits.permit(action, key: identity.key)) }
      }
      try refused(.permitMismatch, "for a version") { try bring(identity.permit(.importKeyMaterial)) }
      try refused(.permitMismatch, "for another key") {
        try bring(Permits.permit(.importKeyMaterial, key: KeyID(Bits128(high: 0, low: 0))))
      }
      try bring(identity.importPermit())
    },
    CustodyConformance("import parameters need their own permit, for the key and no version") { custody in
      let identity = VersionIdentity.test(.aes256)
      func ask(_ permit: borrowing Permit) throws {
        _ = try custody.importParameters(
          for: identity.key, .aes256, by: .rsaOAEPSHA256, under: .rsa2048, expiry: Importer.expiry,
          permit: permit)
      }
      for action in Action.allCases where action != .getParametersForImport {
        try refused(.permitMismatch, "by \(action)") { try ask(Permits.permit(action, key: identity.key)) }
      }
      try refused(.permitMismatch, "for a version") { try ask(identity.permit(.getParametersForImport)) }
      try refused(.permitMismatch, "for another key") {
        try ask(Permits.permit(.getParametersForImport, key: KeyID(Bits128(high: 0, low: 0))))
      }
      try ask(Permits.permit(.getParametersForImport, key: identity.key))
    },
  ]
}

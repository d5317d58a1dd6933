import KMSDomain
import KMSTestKit

extension CustodyConformance {
  private static let anyLength = KeyDerivation.longestOutput

  private static let derivations: [(KeyDerivation, most: Int)] = [
    (.pbkdf2(.sha256, salt: [1], iterations: 2), anyLength), (.hash(.sha256, data: [1]), 32),
    (.hmac(.sha512, data: [1]), 64), (.hkdf(.sha256, salt: [], info: []), 255 * 32),
    (.sp800_108(.counter, by: .hmac(.sha256), data: [1]), anyLength),
    (.sp800_108(.feedback(iv: []), by: .hmac(.sha256), data: [1]), anyLength),
    (.sp800_108(.feedback(iv: sample(32)), by: .hmac(.sha256), data: [1]), anyLength),
    (.sp800_108(.doublePipeline, by: .cmac, data: [1]), anyLength), (.awsSignature(steps: [[1], [2]]), 32),
    (.encrypt(CipherParameters(.cbc, padding: .pkcs5, iv: .given(sample(16))), data: sample(20)), 32),
  ]

  static let derivationChecks = [
    CustodyConformance("derivation is the same each time, another for another key, and as long as it can be")
    {
      custody in
      let one = try Subject(explicit: .aes128, in: custody)
      let two = try Subject(explicit: .aes128, in: custody)
      for (derivation, most) in derivations {
        let bytes = try one.derive(32, by: derivation)
        try expect(bytes.count == 32, "\(derivation): 32 bytes")
        try expect(try one.derive(32, by: derivation) == bytes, "\(derivation): the same again")
        try expect(try two.derive(32, by: derivation) != bytes, "\(derivation): another by another key")
        try expect(
          try one.derive(7, by: derivation) == Array(bytes.prefix(7)),
          "\(derivation): the first bytes")
        if most != anyLength {
          try expect(try one.derive(most, by: derivation).count == most, "\(derivation): \(most) bytes")
          try refused(.cryptography(.outputLength), "\(derivation): \(most + 1) bytes") {
            try one.derive(most + 1, by: derivation)
          }
        }
        for wrong in [0, -1, 1 << 20] {
          try refused(.cryptography(.outputLength), "\(derivation): \(wrong) bytes") {
            try one.derive(wrong, by: derivation)
          }
        }
      }
      for iterations in [0, -1, Int.max] {
        try refused(.cryptography(.iterations), "\(iterations) iterations") {
          try one.derive(16, by: .pbkdf2(.sha256, salt: [], iterations: iterations))
        }
      }
      // The bound is on the work, which many blocks multiply: seven seconds would be hours.
      let most = KeyDerivation.mostIterations
      for (hash, iterations) in [(HashFunction.sha256, most / 512 + 1), (.sha1, most / 819), (.sha512, most)]
      {
        try refused(.cryptography(.iterations), "\(iterations) iterations for each of many blocks") {
          try one.derive(anyLength, by: .pbkdf2(hash, salt: [], iterations: iterations))
        }
      }
      try refused(.cryptography(.missingIV), "a random IV") {
        try one.derive(16, by: .encrypt(CipherParameters(.cbc, iv: .random), data: sample(16)))
      }
    },
    CustodyConformance("secret data counts like public data behind it") { custody in
      let key = try Subject(explicit: .aes128, in: custody)
      let data = try Subject(sample(8), .bytes, in: custody, usages: [.deriveKey], key: 2)
      for (part, whole) in [
        (KeyDerivation.hash(.sha256, data: [9]), KeyDerivation.hash(.sha256, data: [9] + sample(8))),
        (.hmac(.sha256, data: []), .hmac(.sha256, data: sample(8))),
        (.hkdf(.sha256, salt: [1], info: [9]), .hkdf(.sha256, salt: [1], info: [9] + sample(8))),
      ] {
        let derived = try custody.derive(
          16, by: part, with: key.live, data: data.live, permit: key.permit(.deriveObject),
          dataPermit: data.permit(.deriveObject)
        ).testBytes()
        try expect(try derived == key.derive(16, by: whole), "\(part)")
      }
      let kept = try Subject(sample(8), .bytes, in: custody, usages: [], key: 3)
      try refused(.permitMismatch, "secret data that isn't for that") {
        try custody.derive(
          16, by: .hash(.sha256, data: []), with: key.live, data: kept.live,
          permit: key.permit(.deriveObject), dataPermit: kept.permit(.deriveObject))
      }
    },
    CustodyConformance("both sides of an agreement find the same, and no other group comes in") { custody in
      for (spec, length) in [
        (KeySpec.p224, 28), (.p256, 32), (.p384, 48), (.p521, 66), (.secp256k1, 32), (.x25519, 32),
        (.x448, 56),
      ] {
        let one = try Subject(explicit: spec, in: custody)
        let two = try Subject(explicit: spec, in: custody, key: 2)
        let secret = try one.derive(length, by: .agreement(peer: two.publicKey ?? []))
        try expect(try two.derive(length, by: .agreement(peer: one.publicKey ?? [])) == secret, "\(spec)")
        try refused(.cryptography(.outputLength), "\(spec): a byte more") {
          try one.derive(length + 1, by: .agreement(peer: two.publicKey ?? []))
        }
        let other = try Subject(explicit: spec == .p256 ? .p384 : .p256, in: custody, key: 3)
        for peer in [other.publicKey ?? [], [], Array((two.publicKey ?? []).dropLast())] {
          try refused(.invalidPublicKey, "\(spec): another peer") {
            try one.derive(16, by: .agreement(peer: peer))
          }
        }
        let agreeing = try Subject(
          one.export(as: .pkcs8), spec, as: .pkcs8, in: custody, usages: [.derive])
        try expect(
          try agreeing.derive(length, by: .agreement(peer: two.publicKey ?? [])) == secret,
          "\(spec), for agreements only")
        try refused(.permitMismatch, "a key for agreements is no base") {
          try agreeing.derive(16, by: .hash(.sha256, data: []))
        }
        try refused(.permitMismatch, "the public half") {
          try custody.derive(
            16, by: .agreement(peer: two.publicKey ?? []), with: one.publicHalf(),
            permit: one.permit(.deriveObject))
        }
      }
    },
  ]
}

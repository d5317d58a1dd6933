import KMSDomain

extension CustodyConformance {
  static let keyPairChecks = [
    CustodyConformance("RSA and SM2 decrypt what their public half encrypts, up to their limit") { custody in
      for spec in [KeySpec.rsa2048, .sm2] where custody.has(spec) {
        let subject = try Subject(in: custody, spec)
        let publicHalf = try subject.publicHalf()
        for case .encryption(let algorithm) in spec.algorithms {
          let limit = spec.longestPlaintext(algorithm) ?? 1024
          for count in [1, 32, limit] {
            let text = [UInt8](repeating: 5, count: count)
            let sealed = try custody.encrypt(
              .test(text), by: algorithm, with: publicHalf, permit: subject.permit(.encrypt))
            try expect(try subject.decrypt(sealed, by: algorithm) == text, "\(count) bytes by \(algorithm)")
          }
          for bytes in mutations(of: try subject.encrypt([1], by: algorithm)).prefix(40) {
            try refused(.invalidCiphertext, "an altered ciphertext") {
              try subject.decrypt(bytes, by: algorithm)
            }
          }
        }
      }
    },
    CustodyConformance("what is too long for RSA is refused with the limit") { custody in
      let subject = try Subject(in: custody, .rsa2048)
      for (algorithm, limit) in [(EncryptionAlgorithm.rsaOAEPSHA1, 214), (.rsaOAEPSHA256, 190)] {
        try refused(.plaintextTooLong(algorithm, .rsa2048, limit: limit), "one byte more") {
          try subject.encrypt([UInt8](repeating: 0, count: limit + 1), by: algorithm)
        }
      }
      let sealed = try subject.encrypt([1], by: .rsaOAEPSHA1)
      try refused(.invalidCiphertext, "by the other hash") { try subject.decrypt(sealed, by: .rsaOAEPSHA256) }
      try refused(.incompatibleAlgorithm(.symmetric, .rsa2048), "with a context") { try subject.encrypt([1]) }
    },
    CustodyConformance("two parties agree on one secret, as long as the field") { custody in
      for (spec, length) in [(KeySpec.p256, 32), (.p384, 48), (.p521, 66), (.secp256k1, 32)] {
        let one = try Subject(in: custody, spec)
        let two = try Subject(in: custody, key: 2, spec)
        let secret = try one.secret(with: two.publicKey ?? [])
        try expect(try two.secret(with: one.publicKey ?? []) == secret, "two secrets of \(spec)")
        try expect(secret.count == length, "\(secret.count) bytes of \(spec)")
        try expect(try one.secret(with: one.publicKey ?? []) != secret, "the same with another peer")
      }
    },
    CustodyConformance("a peer on another curve, off the curve or malformed is refused") { custody in
      let subject = try Subject(in: custody, .p256)
      let own = subject.publicKey ?? []
      for spec in [KeySpec.p384, .secp256k1, .ed25519] {
        let other = try Subject(in: custody, key: 2, spec).publicKey ?? []
        try refused(.invalidPublicKey, "a key of \(spec)") { try subject.secret(with: other) }
      }
      for bytes in mutations(of: own) + [[], [0x30, 0x00]] {
        try refused(.invalidPublicKey, "an altered key") { try subject.secret(with: bytes) }
      }
    },
    CustodyConformance("encapsulated secrets come out of their ciphertexts") { custody in
      for spec in [KeySpec.mlKEM512, .mlKEM768, .mlKEM1024] where custody.has(spec) {
        let subject = try Subject(in: custody, spec)
        let made = try custody.encapsulate(
          with: subject.publicHalf(), permit: subject.permit(.encapsulate))
        let secret = try made.secret.testBytes()
        func open(_ bytes: [UInt8]) throws -> [UInt8] {
          try custody.decapsulate(bytes, with: subject.live, permit: subject.permit(.decapsulate)).testBytes()
        }
        try expect(try open(made.ciphertext) == secret && secret.count == 32, "\(spec)")
        var changed = made.ciphertext
        changed[0] ^= 1
        try expect(try open(changed) != secret, "the same secret from an altered ciphertext")
        for wrong in [[], Array(made.ciphertext.dropLast()), made.ciphertext + [0]] {
          try refused(.invalidCiphertext, "another length") { try open(wrong) }
        }
      }
    },
    CustodyConformance("a data key pair's halves belong together, and its private half is what was sealed") {
      custody in
      let subject = try Subject(in: custody)
      let context = try EncryptionContext.test(["purpose": "test"])
      let kinds: [KeySpec] = [
        .p256, .p384, .p521, .secp256k1, .ed25519, .sm2, .mlKEM512, .mlKEM768, .mlKEM1024,
      ]
      for spec in kinds where custody.has(spec) {
        let made = try custody.generateDataKeyPair(
          spec, context: context, with: subject.live, permit: subject.permit(.generateDataKeyPair))
        let privateKey = try made.privateKey.testBytes()
        try expect(try subject.decrypt(made.sealed.ciphertext, context) == privateKey, "what was sealed")
        let isSeed = [.mlKEM512, .mlKEM768, .mlKEM1024].contains(spec)
        try expect(!isSeed || privateKey.count == 86, "\(privateKey.count) bytes where a seed is enough")
        try refused(.invalidCiphertext, "without the context") { try subject.decrypt(made.sealed.ciphertext) }
        let sealed = try custody.generateDataKeyPairWithoutPlaintext(
          spec, context: context, with: subject.live,
          permit: subject.permit(.generateDataKeyPairWithoutPlaintext))
        try expect(sealed.publicKey != made.sealed.publicKey, "the same pair twice")
        let opened = try subject.decrypt(sealed.ciphertext, context)
        try expect(opened.count == privateKey.count, "a private half of another length")
      }
      for spec in [KeySpec.aes256, .hmac256] {
        do {
          _ = try custody.generateDataKeyPair(
            spec, context: .empty, with: subject.live, permit: subject.permit(.generateDataKeyPair))
        } catch KMSError.unsupportedAlgorithm {
          continue
        }
        throw ConformanceFailure("a pair of \(spec)")
      }
    },
    CustodyConformance("a key does nothing that it isn't for, and a public half nothing private") { custody in
      let signer = try Subject(in: custody, .p256, usages: [.sign, .verify])
      let agreer = try Subject(in: custody, .p256, usages: [.derive])
      try refused(.permitMismatch, "agreement with a signing key") {
        try signer.secret(with: agreer.publicKey ?? [])
      }
      try refused(.permitMismatch, "a signature by an agreement key") {
        try agreer.sign([1], by: .ecdsaSHA256)
      }
      let publicHalf = try signer.publicHalf()
      try refused(.permitMismatch, "a signature by a public half") {
        try custody.sign(
          .test([1]), as: .raw, by: .ecdsaSHA256, with: publicHalf, permit: signer.permit(.sign))
      }
    },
    CustodyConformance("a stored pair opens as what it is, untouched, and as nothing else") { custody in
      for spec in [KeySpec.p256, .ed25519, .hmac256] {
        let subject = try Subject(in: custody, spec)
        for changed in mutations(of: subject.wrapped.bytes).prefix(60) {
          try refused(.corrupt(.keyMaterial), "altered material") {
            try custody.open(WrappedKey(epoch: subject.wrapped.epoch, bytes: changed), as: subject.identity)
          }
        }
        for other in KeySpec.allCases where other != spec && custody.has(other) {
          let identity = VersionIdentity(
            key: subject.identity.key, version: subject.identity.version, spec: other,
            usages: subject.identity.usages, origin: .generated, exportable: false)
          try refused(.corrupt(.keyMaterial), "\(spec) as \(other)") {
            try custody.open(subject.wrapped, as: identity)
          }
          guard other.isAsymmetric, let publicKey = subject.publicKey else { continue }
          try refused(.corrupt(.keyRecord), "the public half of \(spec) as \(other)") {
            try custody.openPublic(publicKey, as: identity)
          }
        }
      }
    },
  ]
}

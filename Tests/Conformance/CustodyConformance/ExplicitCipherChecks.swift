import KMSDomain
import KMSTestKit

extension CustodyConformance {
  /// Modes that need no permission, with a kind of key that each takes.
  static let modes: [(CipherParameters.Mode, KeySpec)] = [
    (.cbc, .aes128), (.ctr, .aes192), (.cfb, .aes256), (.cfb8, .aes128), (.ofb, .aes128), (.gcm, .aes256),
    (.ccm, .aes128), (.xts, .aes256), (.keyWrap, .aes128), (.keyWrapPadded, .aes256), (.chaCha20, .chaCha20),
    (.chaCha20Poly1305, .chaCha20),
  ]

  private static let modeChecks = modes.map { mode, spec in
    CustodyConformance("\(mode) opens what it made, with an IV that custody made") { custody in
      let subject = try Subject(kept: spec, in: custody)
      let parameters = CipherParameters(mode, iv: mode.takesIV ? .random : .absent)
      for length in [16, 32, 48, 1024] {
        let made = try subject.encipher(sample(length), parameters)
        try expect((made.iv != nil) == mode.takesIV, "\(mode): the IV")
        try expect((made.tag != nil) == mode.hasTag, "\(mode): the tag")
        try expect(made.data != sample(length), "\(mode): the text isn't left as it is")
        let opened = try subject.decipher(made.data, parameters.opening(made), tag: made.tag)
        try expect(opened == sample(length), "\(mode) of \(length) bytes")
        let again = try subject.encipher(sample(length), parameters)
        try expect((again.data != made.data) == mode.takesIV, "\(mode): another IV each time")
      }
    }
  }

  private static let alterationChecks = [
    CipherParameters.Mode.gcm, .ccm, .chaCha20Poly1305, .keyWrap, .keyWrapPadded,
  ].map { mode in
    CustodyConformance("\(mode) opens nothing that was altered") { custody in
      let subject = try Subject(kept: mode == .chaCha20Poly1305 ? .chaCha20 : .aes128, in: custody)
      try checkAlterations(of: mode, subject)
    }
  }

  private static func checkAlterations(of mode: CipherParameters.Mode, _ subject: Subject) throws {
    let associated = mode.hasTag ? sample(9) : []
    let parameters = CipherParameters(mode, iv: mode.takesIV ? .random : .absent)
    let made = try subject.encipher(sample(24), parameters, associated: associated)
    let opening = parameters.opening(made)
    for data in mutations(of: made.data) {
      try refused(.invalidCiphertext, "\(mode): altered data") {
        try subject.decipher(data, opening, associated: associated, tag: made.tag)
      }
    }
    guard mode.hasTag, let tag = made.tag, let iv = made.iv else { return }
    try refused(.cryptography(.missingTag), "\(mode): no tag") {
      try subject.decipher(made.data, opening, associated: associated)
    }
    for at in tag.indices {
      var altered = tag
      altered[at] ^= 0x40
      try refused(.invalidCiphertext, "\(mode): an altered tag") {
        try subject.decipher(made.data, opening, associated: associated, tag: altered)
      }
    }
    try refused(.invalidCiphertext, "\(mode): other associated data") {
      try subject.decipher(made.data, opening, associated: associated + [0], tag: tag)
    }
    var other = iv
    other[0] ^= 1
    try refused(.invalidCiphertext, "\(mode): another nonce") {
      try subject.decipher(
        made.data, CipherParameters(mode, iv: .given(other)), associated: associated, tag: tag)
    }
  }

  private static let encryptions = [
    RSAEncryption.oaep(.sha1, mask: nil, label: []), .oaep(.sha256, mask: .sha1, label: [1, 2]),
    .oaep(.sha512, mask: nil, label: []), .oaep(.sha3_256, mask: nil, label: sample(40)),
  ]

  private static let encryptionChecks = encryptions.map { encryption in
    CustodyConformance("RSA opens what was encrypted for it by \(encryption), and nothing else") { custody in
      let subject = try Subject(kept: .rsa2048, in: custody)
      let half = try subject.publicHalf()
      // By the pair: whether the other half can open it shows there.
      let made = try custody.encrypt(
        .test([1, 2, 3]), by: encryption, with: subject.live, permit: subject.permit(.encrypt))
      func opened(_ data: [UInt8], _ encryption: RSAEncryption) throws -> [UInt8] {
        try custody.decrypt(data, by: encryption, with: subject.live, permit: subject.permit(.decrypt))
          .testBytes()
      }
      try expect(try opened(made, encryption) == [1, 2, 3], "\(encryption)")
      for wrong in [Array(made.dropLast()), made + [0], made.map { $0 ^ 1 }, []] {
        try refused(.invalidCiphertext, "\(encryption), altered") { try opened(wrong, encryption) }
      }
      try refused(.permitMismatch, "the public half can't") {
        try custody.decrypt(made, by: encryption, with: half, permit: subject.permit(.decrypt))
      }
    }
  }

  static let explicitCipherChecks =
    modeChecks + alterationChecks + encryptionChecks + [
      CustodyConformance("keys that were made for fixed algorithms do the same, as their usages allow") {
        custody in
        let fixed = try Subject(in: custody, .aes256)
        let made = try fixed.encipher([1, 2, 3], CipherParameters(.gcm, iv: .random))
        try expect(
          try fixed.decipher(made.data, CipherParameters(.gcm, iv: .random).opening(made), tag: made.tag)
            == [1, 2, 3], "AES-256")
        try refused(.cryptography(.notExportable), "its material") { try fixed.export() }
      },
      CustodyConformance("tags are as long as their standard allows, and shorter ones are the beginning") {
        custody in
        let subject = try Subject(kept: .aes128, in: custody)
        let whole = try subject.encipher([1], CipherParameters(.gcm, iv: .given(sample(12)))).tag ?? []
        for length in 0...33 {
          let parameters = CipherParameters(.gcm, iv: .given(sample(12)), tagLength: length)
          guard [4, 8, 12, 13, 14, 15, 16].contains(length) else {
            try refused(.cryptography(.tagLength), "a tag of \(length) bytes") {
              try subject.encipher([1], parameters)
            }
            continue
          }
          let made = try subject.encipher([1], parameters)
          try expect(made.tag == Array(whole.prefix(length)), "a tag of \(length) bytes")
          try expect(try subject.decipher(made.data, parameters, tag: made.tag) == [1], "it opens")
          try refused(.cryptography(.tagLength), "a tag of another length") {
            try subject.decipher(made.data, parameters, tag: (made.tag ?? []) + [0])
          }
        }
        let negative = CipherParameters(.gcm, iv: .given(sample(12)), tagLength: -1)
        try refused(.cryptography(.tagLength), "a tag of -1 bytes") { try subject.encipher([1], negative) }
      },
      CustodyConformance("parameters that don't go together are refused, each for its reason") { custody in
        let aes = try Subject(kept: .aes128, in: custody)
        let chaCha = try Subject(kept: .chaCha20, in: custody)
        let bytes = try Subject(sample(16), .bytes, in: custody)
        let cases: [(Subject, CipherParameters, [UInt8], CryptoFault)] = [
          (aes, CipherParameters(.cbc), sample(16), .missingIV),
          (aes, CipherParameters(.cbc, iv: .given(sample(15))), sample(16), .ivLength),
          (aes, CipherParameters(.gcm, iv: .given([])), sample(16), .ivLength),
          (aes, CipherParameters(.gcm, iv: .given(sample(129))), sample(16), .ivLength),
          (aes, CipherParameters(.ccm, iv: .given(sample(6))), sample(16), .ivLength),
          (chaCha, CipherParameters(.chaCha20, iv: .given(sample(9))), sample(16), .ivLength),
          (chaCha, CipherParameters(.chaCha20Poly1305, iv: .given(sample(8))), sample(16), .ivLength),
          (
            chaCha, CipherParameters(.chaCha20, iv: .given(sample(12)), initialCounter: 1 << 32), sample(16),
            .ivLength
          ), (aes, CipherParameters(.cbc, iv: .random), sample(17), .dataLength),
          (aes, CipherParameters(.keyWrap), sample(15), .dataLength),
          (aes, CipherParameters(.keyWrap), sample(8), .dataLength),
          (aes, CipherParameters(.keyWrapPadded), [], .dataLength),
          (aes, CipherParameters(.ctr, padding: .pkcs5, iv: .random), sample(16), .padding),
          (aes, CipherParameters(.chaCha20, iv: .random), sample(16), .keyKind),
          (aes, CipherParameters(.xts, iv: .random), sample(16), .keyKind),
          (chaCha, CipherParameters(.gcm, iv: .random), sample(16), .keyKind),
          (bytes, CipherParameters(.gcm, iv: .random), sample(16), .keyKind),
          (bytes, CipherParameters(.keyWrap), sample(16), .keyKind),
        ]
        for (at, (subject, parameters, text, fault)) in cases.enumerated() {
          try refused(.cryptography(fault), "case \(at)") { try subject.encipher(text, parameters) }
        }
        try refused(.cryptography(.associatedData), "associated data for CBC") {
          try aes.encipher(sample(16), CipherParameters(.cbc, iv: .random), associated: [1])
        }
        try refused(.cryptography(.missingIV), "decryption with an IV of custody's choice") {
          try aes.decipher(sample(16), CipherParameters(.cbc, iv: .random))
        }
        let pair = try Subject(explicit: .p256, in: custody)
        let asCipher = try Subject(
          pair.export(as: .pkcs8), .p256, as: .pkcs8, in: custody, usages: [.encrypt, .wrap])
        try refused(.cryptography(.keyKind), "a key pair") {
          try asCipher.encipher(sample(16), CipherParameters(.gcm, iv: .random))
        }
      },
      CustodyConformance("every padding fills the last block, and only a right one is taken off") { custody in
        let subject = try Subject(kept: .aes128, in: custody)
        for padding in CipherParameters.Padding.allCases where padding != .none {
          let parameters = CipherParameters(.cbc, padding: padding, iv: .given(sample(16)))
          for length in 0...33 {
            let text = sample(length).map { $0 | 1 }
            let made = try subject.encipher(text, parameters)
            let whole = padding == .zeros ? (length + 15) / 16 * 16 : (length / 16 + 1) * 16
            try expect(made.data.count == whole, "\(padding) of \(length) bytes")
            try expect(try subject.decipher(made.data, parameters) == text, "\(padding) of \(length) bytes")
          }
          guard padding != .zeros else { continue }
          // A block that ends with 0xff is padded by none of them.
          let bare = CipherParameters(.cbc, iv: .given(sample(16)))
          let wrong = try subject.encipher([UInt8](repeating: 0xff, count: 16), bare).data
          try refused(.invalidCiphertext, "\(padding): no padding") {
            try subject.decipher(wrong, parameters)
          }
          try refused(.invalidCiphertext, "\(padding): half a block") {
            try subject.decipher(Array(wrong.prefix(8)), parameters)
          }
          try refused(.invalidCiphertext, "\(padding): nothing") { try subject.decipher([], parameters) }
        }
      },
      CustodyConformance("what the operator hasn't permitted doesn't work") { custody in
        guard custody.legacy == .none else { return }
        let aes = try Subject(kept: .aes128, in: custody)
        let des = try Subject(sample(24), .tripleDES168, in: custody)
        let pad = try Subject(sample(24), .bytes, in: custody)
        let rsa = try Subject(kept: .rsa2048, in: custody)
        func unsupported(_ what: String, _ body: () throws -> Void) throws {
          do {
            try body()
          } catch KMSError.unsupportedAlgorithm(let reason) {
            return try expect(reason.contains("doesn't permit"), "\(what): \(reason)")
          }
          throw ConformanceFailure("\(what) works")
        }
        try unsupported("ECB") { _ = try aes.encipher(sample(16), CipherParameters(.ecb)) }
        try unsupported("ECB the other way") { _ = try aes.decipher(sample(16), CipherParameters(.ecb)) }
        try unsupported("Triple DES") {
          _ = try des.encipher(sample(16), CipherParameters(.cbc, iv: .given(sample(8))))
        }
        let blowfish = try Subject(sample(16), .blowfish, in: custody)
        try unsupported("Blowfish") {
          _ = try blowfish.encipher(sample(16), CipherParameters(.cbc, iv: .given(sample(8))))
        }
        try unsupported("a one-time pad") { _ = try pad.encipher([1], CipherParameters(.oneTimePad)) }
        for hash in [HashFunction.md5, .ripemd160] {
          try unsupported("\(hash)") {
            _ = try custody.hash(.test([1]), by: hash, permit: Permits.permit(.hash))
          }
        }
        for scheme in [SignatureParameters.Scheme.rsaPKCS1, .rsaPSS(salt: .asHash, mask: nil)] {
          try unsupported("a signature over SHA-1") {
            _ = try rsa.sign([1], SignatureParameters(scheme, hash: .sha1))
          }
        }
        try unsupported("a signature over anything") {
          _ = try rsa.sign([1], SignatureParameters(.rsaPKCS1, hash: nil, isDigest: true))
        }
        for encryption in [RSAEncryption.pkcs1, .raw] {
          try unsupported("\(encryption)") {
            _ = try custody.encrypt(.test([1]), by: encryption, with: rsa.live, permit: rsa.permit(.encrypt))
          }
        }
        for spec in [KeySpec.rsa1024, .rsa1536, .p192, .tripleDES112, .tripleDES168] {
          let identity = VersionIdentity.test(spec, [])
          try unsupported("making \(spec)") {
            _ = try custody.generate(identity, length: nil, permit: identity.permit(.createKey))
          }
        }
        // It is kept all the same.
        try expect(try des.export() == sample(24), "a key of Triple DES")
      },
      CustodyConformance("RSA opens nothing under another label, and takes as much as its padding leaves") {
        custody in
        let subject = try Subject(kept: .rsa2048, in: custody)
        let half = try subject.publicHalf()
        let labelled = RSAEncryption.oaep(.sha256, mask: nil, label: [1])
        let made = try custody.encrypt(
          .test([1]), by: labelled, with: subject.live, permit: subject.permit(.encrypt))
        try refused(.invalidCiphertext, "another label") {
          try custody.decrypt(
            made, by: .oaep(.sha256, mask: nil, label: [9]), with: subject.live,
            permit: subject.permit(.decrypt)
          ).testBytes()
        }
        let most = 256 - 2 * 32 - 2
        _ = try custody.encrypt(
          .test(sample(most)), by: .oaep(.sha256, mask: nil, label: []), with: half,
          permit: subject.permit(.encrypt))
        try refused(.cryptography(.dataLength), "a byte too many") {
          try custody.encrypt(
            .test(sample(most + 1)), by: .oaep(.sha256, mask: nil, label: []), with: half,
            permit: subject.permit(.encrypt))
        }
        let aes = try Subject(kept: .aes128, in: custody)
        try refused(.cryptography(.keyKind), "a symmetric key") {
          try custody.encrypt(
            .test([1]), by: .oaep(.sha256, mask: nil, label: []), with: aes.live, permit: aes.permit(.encrypt)
          )
        }
      },
    ]
}

import KMSDomain
import KMSTestKit
import Testing

@Suite("Which algorithms fit which keys")
struct KeyCapabilityTests {
  @Test func `stored numbers of kinds, usages and origins never change`() {
    #expect(
      KeySpec.allCases.map(\.rawValue) == [
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 32, 33, 34, 35, 36, 37, 38,
        39,
        40, 41, 42, 48, 49, 64, 65, 66, 67, 68, 69, 80, 96,
      ])
    let usages: [KeyUsages] = [
      .encrypt, .decrypt, .sign, .verify, .mac, .verifyMac, .derive, .encapsulate, .decapsulate,
    ]
    #expect(usages.map(\.rawValue) == (0..<9).map { 1 << $0 })
    #expect(KeyOrigin.allCases.map(\.rawValue) == [1, 2])
  }

  /// The rows of the API's tables, by kind.
  private static let table: [KeySpec: ([KeyAlgorithm], KeyUsages)] = {
    let pkcs: [KeyAlgorithm] = [.encryption(.rsaOAEPSHA1), .encryption(.rsaOAEPSHA256)]
    let signing: [SigningAlgorithm] = [
      .rsaPSSSHA256, .rsaPSSSHA384, .rsaPSSSHA512, .rsaPKCS1SHA256, .rsaPKCS1SHA384, .rsaPKCS1SHA512,
    ]
    let rsa = (pkcs + signing.map { .signing($0) }, [.encrypt, .decrypt, .sign, .verify] as KeyUsages)
    let macs: KeyUsages = [.mac, .verifyMac]
    let signatures: KeyUsages = [.sign, .verify]
    let kem = ([KeyAlgorithm.mlKEM], [.encapsulate, .decapsulate] as KeyUsages)
    return [
      .aes256: ([.symmetric], [.encrypt, .decrypt]), .hmac224: ([.mac(.hmacSHA224)], macs),
      .hmac256: ([.mac(.hmacSHA256)], macs), .hmac384: ([.mac(.hmacSHA384)], macs),
      .hmac512: ([.mac(.hmacSHA512)], macs), .rsa2048: rsa, .rsa3072: rsa, .rsa4096: rsa,
      .p256: ([.signing(.ecdsaSHA256), .ecdh], [.sign, .verify, .derive]),
      .p384: ([.signing(.ecdsaSHA384), .ecdh], [.sign, .verify, .derive]),
      .p521: ([.signing(.ecdsaSHA512), .ecdh], [.sign, .verify, .derive]),
      .secp256k1: ([.signing(.ecdsaSHA256), .ecdh], [.sign, .verify, .derive]),
      .ed25519: ([.signing(.ed25519), .signing(.ed25519ph)], signatures),
      .sm2: (
        [.encryption(.sm2PKE), .signing(.sm2DSA), .ecdh], [.encrypt, .decrypt, .sign, .verify, .derive]
      ),
      .mlDSA44: ([.signing(.mlDSA)], signatures), .mlDSA65: ([.signing(.mlDSA)], signatures),
      .mlDSA87: ([.signing(.mlDSA)], signatures), .mlKEM512: kem, .mlKEM768: kem, .mlKEM1024: kem,
    ]
  }()

  @Test(arguments: KeySpec.allCases)
  func `each kind has its algorithms and no other`(spec: KeySpec) throws {
    // Those that aren't in the tables are for explicit parameters only.
    let (algorithms, usages) = Self.table[spec] ?? ([], [])
    #expect(spec.algorithms == algorithms)
    #expect(spec.usages == usages)
    for algorithm in KeyAlgorithm.allCases {
      if algorithms.contains(algorithm) {
        try algorithm.require(spec)
      } else {
        #expect(throws: KMSError.incompatibleAlgorithm(algorithm, spec)) { try algorithm.require(spec) }
      }
    }
  }

  @Test func `no two kinds and no two algorithms share a name`() {
    #expect(Set(KeySpec.allCases.map(\.standardName)).count == KeySpec.allCases.count)
    #expect(Set(SigningAlgorithm.allCases.map(\.standardName)).count == SigningAlgorithm.allCases.count)
  }

  @Test func `a key's usages choose among its algorithms`() {
    #expect(
      KeySpec.rsa2048.algorithms(for: [.encrypt, .decrypt])
        == [.encryption(.rsaOAEPSHA1), .encryption(.rsaOAEPSHA256)])
    #expect(KeySpec.rsa2048.algorithms(for: [.verify]).count == 6)
    #expect(KeySpec.p384.algorithms(for: [.derive]) == [.ecdh])
    #expect(KeySpec.p384.algorithms(for: []).isEmpty)
  }

  @Test func `every kind is a secret of one length, one of any, or a pair`() {
    for spec in KeySpec.allCases {
      #expect([spec.isAsymmetric, spec.secretLength != nil, spec.hasAnyLength].count { $0 } == 1)
    }
    #expect(
      [KeySpec.aes256, .hmac224, .hmac256, .hmac384, .hmac512].map(\.secretLength) == [32, 28, 32, 48, 64])
  }

  @Test func `RSA encrypts as much as its padding leaves`() {
    let limits = [KeySpec.rsa2048, .rsa3072, .rsa4096].map {
      [$0.longestPlaintext(.rsaOAEPSHA1), $0.longestPlaintext(.rsaOAEPSHA256)]
    }
    #expect(limits == [[214, 190], [342, 318], [470, 446]])
    #expect(KeySpec.sm2.longestPlaintext(.sm2PKE) == 1024)
  }

  @Test func `each signing algorithm takes its forms of a message, at its lengths`() {
    #expect(SigningAlgorithm.ecdsaSHA384.length(of: .digest) == 48)
    #expect(SigningAlgorithm.rsaPSSSHA512.length(of: .digest) == 64)
    #expect(SigningAlgorithm.sm2DSA.length(of: .digest) == 32)
    #expect(SigningAlgorithm.mlDSA.length(of: .externalMu) == 64)
    for algorithm in SigningAlgorithm.allCases {
      #expect(algorithm.length(of: .raw) == nil)
      #expect(algorithm.accepts(.raw) == (algorithm != .ed25519ph))
      #expect(algorithm.accepts(.digest) == (algorithm != .ed25519 && algorithm != .mlDSA))
      #expect(algorithm.accepts(.externalMu) == (algorithm == .mlDSA))
    }
  }

  @Test func `material comes in only by what can carry it`() {
    for spec in KeySpec.allCases {
      for key in ImportKeySpec.allCases {
        #expect(ImportAlgorithm.rsaAESKeyWrapSHA256.fits(spec, under: key) == (key != .sm2))
      }
    }
    for algorithm in [ImportAlgorithm.rsaOAEPSHA1, .rsaOAEPSHA256] {
      #expect(algorithm.fits(.aes256, under: .rsa2048) && !algorithm.fits(.aes256, under: .sm2))
      #expect(!algorithm.fits(.rsa2048, under: .rsa4096) && !algorithm.fits(.mlDSA44, under: .rsa4096))
      #expect(!algorithm.fits(.p521, under: .rsa2048) && algorithm.fits(.p521, under: .rsa3072))
    }
    #expect(
      ImportAlgorithm.sm2PKE.fits(.p256, under: .sm2) && !ImportAlgorithm.sm2PKE.fits(.p256, under: .rsa2048))
    #expect(!ImportAlgorithm.sm2PKE.fits(.rsa2048, under: .sm2))
  }
}

@Suite("Records from before there were public keys")
struct OlderRecordTests {
  @Test func `a version without public key and fingerprint has the bytes that it always had`() {
    var without = Fixtures.key()
    without.versions[0].material = WrappedKey(epoch: EpochID(1), bytes: [])
    let bytes = without.canonicalBytes
    // The last fields are: whether there is material, the current version, the generation.
    #expect(Array(bytes.suffix(32).prefix(8)) == [0, 0, 0, 0, 0, 0, 0, 1])
    var with = without
    with.versions[0].publicKey = [1, 2, 3]
    #expect(with.canonicalBytes.count == bytes.count + 8 + 3)
    with.versions[0].fingerprint = [4]
    let content: [UInt8] =
      [0, 0, 0, 0, 0, 0, 0, 7] + [0, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3] + [0, 0, 0, 0, 0, 0, 0, 1, 4]
    #expect(Array(with.canonicalBytes.suffix(24 + content.count).prefix(content.count)) == content)
  }

  @Test func `what a version has of the two can't be taken for the other`() {
    var variants: Set<[UInt8]> = []
    for (publicKey, fingerprint) in [
      (nil, nil), ([1], nil), (nil, [1]), ([1], [1]), ([], nil), (nil, []), ([1, 2], nil), ([2], nil),
    ] as [([UInt8]?, [UInt8]?)] {
      var record = Fixtures.key()
      record.versions[0].publicKey = publicKey
      record.versions[0].fingerprint = fingerprint
      variants.insert(record.canonicalBytes)
    }
    #expect(variants.count == 8)
  }
}

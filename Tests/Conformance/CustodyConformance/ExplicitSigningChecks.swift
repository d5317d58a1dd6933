import KMSDomain
import KMSTestKit

extension CustodyConformance {
  private static let schemes: [(KeySpec, SignatureParameters)] = [
    (.rsa2048, SignatureParameters(.rsaPKCS1, hash: .sha256)),
    (.rsa2048, SignatureParameters(.rsaPKCS1, hash: .sha3_512)),
    (.rsa2048, SignatureParameters(.rsaPSS(salt: .asHash, mask: nil), hash: .sha256)),
    (.rsa2048, SignatureParameters(.rsaPSS(salt: .longest, mask: nil), hash: .sha384)),
    (.rsa2048, SignatureParameters(.rsaPSS(salt: .bytes(0), mask: .sha1), hash: .sha512)),
    (.rsa2048, SignatureParameters(.rsaPSS(salt: .bytes(222), mask: nil), hash: .sha256)),
    (.p224, SignatureParameters(.ecdsa, hash: .sha224)), (.p256, SignatureParameters(.ecdsa, hash: .sha512)),
    (.p384, SignatureParameters(.ecdsa, hash: .sha3_384)),
    (.p521, SignatureParameters(.ecdsa, hash: .sha256)),
    (.secp256k1, SignatureParameters(.ecdsa, hash: .sha256)),
    (.ed25519, SignatureParameters(.edDSA, hash: nil)), (.ed448, SignatureParameters(.edDSA, hash: nil)),
  ]

  private static let schemeChecks = schemes.map { spec, parameters in
    CustodyConformance(
      "\(spec) by \(parameters) verifies what it signed, by the public half, and nothing else"
    ) {
      custody in
      let subject = try Subject(kept: spec, in: custody)
      let half = try subject.publicHalf()
      let signature = try subject.sign(sample(100), parameters)
      try subject.verify(signature, of: sample(100), parameters, with: half)
      for (what, message, signature) in [
        ("another message", sample(99), signature),
        ("a byte less", sample(100), Array(signature.dropLast())),
        ("a byte more", sample(100), signature + [0]), ("nothing", sample(100), []),
        ("another signature", sample(100), signature.map { $0 ^ 2 }),
      ] {
        try refused(.invalidSignature, "\(parameters): \(what)") {
          try subject.verify(signature, of: message, parameters, with: half)
        }
      }
      try refused(.permitMismatch, "the public half can't sign") {
        try custody.sign(.test([1]), by: parameters, with: half, permit: subject.permit(.sign))
      }
      try checkDigest(of: subject, parameters)
    }
  }

  /// A hash that was made elsewhere is signed like the message.
  private static func checkDigest(of subject: Subject, _ parameters: SignatureParameters) throws {
    guard let hash = parameters.hash else { return }
    let digest = try subject.custody.hash(.test(sample(100)), by: hash, permit: Permits.permit(.hash))
    let given = SignatureParameters(parameters.scheme, hash: hash, isDigest: true)
    try subject.verify(try subject.sign(digest, given), of: sample(100), parameters)
    try subject.verify(try subject.sign(sample(100), parameters), of: digest, given)
    try refused(.cryptography(.digestLength), "\(parameters): a byte less") {
      try subject.sign(Array(digest.dropLast()), given)
    }
  }

  /// Ways to make a code, with a kind of key for each.
  private static let codes: [(KeySpec, MACMethod)] = [
    (.aes128, .hmac(.sha256)), (.aes128, .cmac), (.aes256, .cmac), (.chaCha20, .poly1305),
    (.hmacSHA1, .hmac(.sha1)), (.hmacSHA512, .hmac(.sha256)), (.bytes, .hmac(.sha3_256)),
  ]

  private static let codeChecks = codes.map { spec, method in
    CustodyConformance("codes are made by \(spec) and \(method), and compared whole") { custody in
      let subject = try Subject(kept: spec, in: custody)
      let code = try custody.mac(
        .test([1, 2]), by: method, with: subject.live, permit: subject.permit(.generateMac))
      func verify(_ code: [UInt8], _ message: [UInt8]) throws {
        try custody.verifyMac(
          code, of: .test(message), by: method, with: subject.live, permit: subject.permit(.verifyMac))
      }
      try verify(code, [1, 2])
      for (wrong, message) in [
        (code, [1, 2, 3]), (Array(code.dropLast()), [1, 2]), (code + [0], [1, 2]), ([], [1, 2]),
      ] as [([UInt8], [UInt8])] {
        try refused(.invalidMAC, "\(method)") { try verify(wrong, message) }
      }
      let stream = try custody.macStream(
        by: method, with: subject.live, permit: subject.permit(.generateMac))
      try stream.add(.test([1]), permit: subject.permit(.generateMac))
      let pieced = try stream.finish(.test([2]), permit: subject.permit(.generateMac))
      try expect(pieced == code, "\(method) in pieces")
    }
  }

  static let explicitSigningChecks =
    schemeChecks + codeChecks + [
      CustodyConformance("a curve signs what may be a hash, whatever made it") { custody in
        let curve = try Subject(kept: .p256, in: custody)
        let unnamed = SignatureParameters(.ecdsa, hash: nil, isDigest: true)
        try curve.verify(try curve.sign(sample(16), unnamed), of: sample(16), unnamed)
      },
      CustodyConformance("the length of a salt is kept to, unless any will do") { custody in
        let subject = try Subject(kept: .rsa2048, in: custody)
        func parameters(_ salt: SignatureParameters.Salt) -> SignatureParameters {
          SignatureParameters(.rsaPSS(salt: salt, mask: nil), hash: .sha256)
        }
        let signature = try subject.sign([1], parameters(.longest))
        try subject.verify(signature, of: [1], parameters(.bytes(222)))
        try subject.verify(signature, of: [1], parameters(.any))
        try refused(.invalidSignature, "another length") {
          try subject.verify(signature, of: [1], parameters(.asHash))
        }
        for salt in [SignatureParameters.Salt.bytes(223), .bytes(-1), .any] {
          try refused(.cryptography(.saltLength), "\(salt)") { try subject.sign([1], parameters(salt)) }
        }
      },
      CustodyConformance("schemes sign with their own kinds of keys only") { custody in
        let all: [SignatureParameters.Scheme] = [
          .rsaPKCS1, .rsaPSS(salt: .asHash, mask: nil), .ecdsa, .dsa, .edDSA,
        ]
        for (spec, right) in [
          (KeySpec.rsa2048, [all[0], all[1]]), (.p256, [all[2]]), (.ed25519, [all[4]]), (.x25519, []),
        ] {
          let subject = try Subject(in: custody, spec, usages: [.sign, .verify])
          for scheme in all where !right.contains(scheme) {
            let hash: HashFunction? = scheme == .edDSA ? nil : .sha256
            try refused(.cryptography(.keyKind), "\(spec) by \(scheme)") {
              try subject.sign([1], SignatureParameters(scheme, hash: hash))
            }
          }
        }
        let aes = try Subject(in: custody, .aes128, usages: [.sign, .verify])
        try refused(.cryptography(.keyKind), "a symmetric key") {
          try aes.sign([1], SignatureParameters(.ecdsa, hash: .sha256))
        }
        let edwards = try Subject(explicit: .ed25519, in: custody)
        try refused(.cryptography(.hash), "Ed25519 with a hash") {
          try edwards.sign([1], SignatureParameters(.edDSA, hash: .sha512))
        }
        let rsa = try Subject(kept: .rsa2048, in: custody)
        try refused(.cryptography(.hash), "PSS without a hash") {
          try rsa.sign([1], SignatureParameters(.rsaPSS(salt: .asHash, mask: nil), hash: nil))
        }
      },
      CustodyConformance("a code is made by keys of its own kinds only") { custody in
        let bytes = try Subject(sample(16), .bytes, in: custody)
        for method in [MACMethod.cmac, .poly1305] {
          try refused(.cryptography(.keyKind), "\(method) by 16 bytes") {
            try custody.mac(.test([1]), by: method, with: bytes.live, permit: bytes.permit(.generateMac))
          }
        }
      },
    ]
}

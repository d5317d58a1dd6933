import KMSDomain

extension CustodyConformance {
  static let signingChecks = [
    CustodyConformance(
      "every kind of key signs and verifies by each of its algorithms, with the public half too"
    ) {
      custody in
      for spec in KeySpec.allCases where custody.has(spec) && spec.usages.contains(.sign) {
        let subject = try Subject(in: custody, spec)
        let publicHalf = try subject.publicHalf()
        for (algorithm, form) in trials(spec, custody) {
          for message in messages(algorithm, form) {
            let signature = try subject.sign(message, as: form, by: algorithm)
            try subject.verify(signature, of: message, as: form, by: algorithm)
            try subject.verify(signature, of: message, as: form, by: algorithm, with: publicHalf)
          }
        }
      }
    },
    CustodyConformance("a signature is refused when it, its message, its key or its algorithm is another") {
      custody in
      for spec in KeySpec.allCases where custody.has(spec) && spec.usages.contains(.sign) {
        // One size of RSA stands for all: making the others takes seconds.
        guard spec != .rsa3072, spec != .rsa4096 else { continue }
        let subject = try Subject(in: custody, spec)
        let other = try Subject(in: custody, key: 2, spec)
        let all = trials(spec, custody)
        for (algorithm, form) in all {
          let message = messages(algorithm, form)[0]
          let signature = try subject.sign(message, as: form, by: algorithm)
          func refusedHere(_ signature: [UInt8], _ message: [UInt8], _ what: String) throws {
            try refused(.invalidSignature, "\(spec), \(algorithm): \(what)") {
              try subject.verify(signature, of: message, as: form, by: algorithm)
            }
          }
          for changed in samples(of: mutations(of: signature)) {
            try refusedHere(changed, message, "an altered signature")
          }
          var changed = message
          changed[0] ^= 1
          try refusedHere(signature, changed, "an altered message")
          try refusedHere(other.sign(message, as: form, by: algorithm), message, "another key's")
          for (wrong, itsForm) in all where wrong != algorithm && itsForm == .raw && form == .raw {
            try refusedHere(subject.sign(message, by: wrong), message, "made by \(wrong)")
          }
        }
      }
    },
    CustodyConformance("a message's own hash, signed as a hash, verifies as the message") { custody in
      // SHA-256 of "abc" (FIPS 180-4).
      let digest: [UInt8] = [
        0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0,
        0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
      ]
      for (spec, algorithm) in [
        (KeySpec.p256, SigningAlgorithm.ecdsaSHA256), (.secp256k1, .ecdsaSHA256), (.rsa2048, .rsaPSSSHA256),
        (.rsa2048, .rsaPKCS1SHA256),
      ] {
        let subject = try Subject(in: custody, spec)
        let signature = try subject.sign(digest, as: .digest, by: algorithm)
        try subject.verify(signature, of: Array("abc".utf8), by: algorithm)
      }
    },
    CustodyConformance("what doesn't fit the key or the algorithm is refused by name") { custody in
      let subject = try Subject(in: custody, .p256)
      for algorithm in SigningAlgorithm.allCases where algorithm != .ecdsaSHA256 {
        try refused(.incompatibleAlgorithm(.signing(algorithm), .p256), "\(algorithm) with P-256") {
          try subject.sign([1], by: algorithm)
        }
        try refused(.incompatibleAlgorithm(.signing(algorithm), .p256), "verifying \(algorithm)") {
          try subject.verify([1], of: [1], by: algorithm)
        }
      }
      try refused(.incompatibleMessageForm(.externalMu, .p256), "mu for ECDSA") {
        try subject.sign([UInt8](repeating: 0, count: 64), as: .externalMu, by: .ecdsaSHA256)
      }
      for count in [0, 31, 33, 64] {
        try refused(.invalidDigestLength(.ecdsaSHA256), "a hash of \(count) bytes") {
          try subject.sign([UInt8](repeating: 0, count: count), as: .digest, by: .ecdsaSHA256)
        }
      }
      let edwards = try Subject(in: custody, .ed25519)
      try refused(.incompatibleMessageForm(.digest, .ed25519), "a hash for Ed25519") {
        try edwards.sign([UInt8](repeating: 0, count: 64), as: .digest, by: .ed25519)
      }
      try refused(.incompatibleMessageForm(.raw, .ed25519), "a message for Ed25519ph") {
        try edwards.sign([1], by: .ed25519ph)
      }
    },
    CustodyConformance("what custody hasn't got, it says, and does no part of") { custody in
      for spec in KeySpec.allCases {
        guard case .unavailable(let reason) = custody.availability(of: spec, for: spec.usages) else {
          continue
        }
        try expect(reason.contains(spec.standardName), "\(spec): \(reason)")
        let identity = VersionIdentity.test(spec)
        try refused(.unsupportedAlgorithm(reason), "\(spec)") {
          try custody.generate(identity, permit: identity.permit(.createKey))
        }
      }
      let edwards = try Subject(in: custody, .ed25519)
      guard case .unavailable(let reason) = custody.availability(of: .ed25519ph) else { return }
      try refused(.unsupportedAlgorithm(reason), "Ed25519ph") {
        try edwards.sign([UInt8](repeating: 0, count: 64), as: .digest, by: .ed25519ph)
      }
    },
    CustodyConformance("codes are made and verified by the key's own algorithm alone") { custody in
      for spec in [KeySpec.hmac224, .hmac256, .hmac384, .hmac512] {
        let subject = try Subject(in: custody, spec)
        let other = try Subject(in: custody, key: 2, spec)
        for algorithm in MACAlgorithm.allCases {
          guard spec.algorithms == [.mac(algorithm)] else {
            try refused(.incompatibleAlgorithm(.mac(algorithm), spec), "\(algorithm) with \(spec)") {
              try subject.mac([1], by: algorithm)
            }
            continue
          }
          let code = try subject.mac([1, 2, 3], by: algorithm)
          try subject.verifyMac(code, of: [1, 2, 3], by: algorithm)
          for changed in mutations(of: code) {
            try refused(.invalidMAC, "an altered code") {
              try subject.verifyMac(changed, of: [1, 2, 3], by: algorithm)
            }
          }
          try refused(.invalidMAC, "another message") {
            try subject.verifyMac(code, of: [1, 2], by: algorithm)
          }
          try refused(.invalidMAC, "another key") { try other.verifyMac(code, of: [1, 2, 3], by: algorithm) }
        }
      }
    },
  ]

  /// Each algorithm of the kind that custody has, with each form that it takes.
  private static func trials(_ spec: KeySpec, _ custody: any Custody) -> [(SigningAlgorithm, MessageForm)] {
    SigningAlgorithm.allCases.filter { spec.algorithms.contains(.signing($0)) && custody.has($0) }
      .flatMap { algorithm in
        MessageForm.allCases.filter(algorithm.accepts).map { (algorithm, $0) }
      }
  }

  private static func messages(_ algorithm: SigningAlgorithm, _ form: MessageForm) -> [[UInt8]] {
    let lengths = algorithm.length(of: form).map { [$0] } ?? [1, 0, 4096, 65_536]
    return lengths.map { count in (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 11 &+ 3) } }
  }

  /// Some from everywhere: signatures are long, and each verification takes its time.
  private static func samples(of all: [[UInt8]]) -> [[UInt8]] {
    all.indices.filter { $0 < 8 || $0 % max(1, all.count / 24) == 0 || $0 >= all.count - 4 }.map { all[$0] }
  }
}

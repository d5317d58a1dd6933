import KMSDomain
import KMSTestKit

extension CustodyConformance {
  /// Kinds of key pairs that custody makes, but for slow ones.
  private static let quickPairs: [KeySpec] = [
    .p224, .p256, .p384, .p521, .secp256k1, .ed25519, .ed448, .x25519, .x448, .rsa2048,
  ]

  static let explicitMaterialChecks = [
    CustodyConformance("symmetric material comes out as it went in, if it may, and only of its length") {
      custody in
      for (spec, length) in [
        (KeySpec.aes128, 16), (.aes192, 24), (.aes256, 32), (.tripleDES112, 16), (.tripleDES168, 24),
        (.chaCha20, 32), (.hmac384, 48), (.hmacSHA1, 5), (.hmacSHA512, 200), (.bytes, 1), (.bytes, 5000),
        (.blowfish, 4), (.blowfish, 56),
      ] {
        let subject = try Subject(sample(length), spec, in: custody)
        try expect(try subject.export() == sample(length), "\(spec) of \(length) bytes")
        try refused(.cryptography(.form), "\(spec) as PKCS#8") { try subject.export(as: .pkcs8) }
        let kept = try Subject(sample(length), spec, in: custody, exportable: false)
        try refused(.cryptography(.notExportable), "\(spec) that stays") { try kept.export() }
        guard spec.secretLength != nil else { continue }
        try refused(.incorrectKeyMaterial, "\(spec) of another length") {
          try Subject(sample(length + 1), spec, in: custody)
        }
      }
      try refused(.cryptography(.form), "bytes as PKCS#8") {
        try Subject(sample(16), .bytes, as: .pkcs8, in: custody)
      }
    },
    CustodyConformance("material is made as long as it is asked for, anew each time") { custody in
      for (spec, length) in [(KeySpec.bytes, 1), (.bytes, 100), (.hmacSHA256, 20)] {
        let identity = VersionIdentity(
          key: KeyID(Bits128(high: 1, low: 1)), version: VersionID(Bits128(high: 1, low: 2)), spec: spec,
          usages: [], origin: .generated, exportable: true)
        let one = try custody.generate(identity, length: length, permit: identity.permit(.createKey))
        let live = try custody.open(one.wrapped, as: identity)
        let bytes = try custody.export(live, as: .raw, permit: identity.permit(.getObject)).testBytes()
        try expect(bytes.count == length, "\(length) bytes")
        for wrong in [nil, 0, -1, 1 << 30] as [Int?] {
          try refused(.cryptography(.dataLength), "\(wrong ?? -2) bytes") {
            try custody.generate(identity, length: wrong, permit: identity.permit(.createKey))
          }
        }
      }
      let fixed = VersionIdentity.test(.aes128, [])
      try refused(.cryptography(.dataLength), "AES-128 of a length of its own") {
        try custody.generate(fixed, length: 16, permit: fixed.permit(.createKey))
      }
      for spec in [KeySpec.dsa, .dh, .rsa8192] {
        let identity = VersionIdentity.test(spec, [])
        do {
          _ = try custody.generate(identity, length: nil, permit: identity.permit(.createKey))
          throw ConformanceFailure("\(spec) was made")
        } catch KMSError.unsupportedAlgorithm {}
      }
    },
    CustodyConformance("a key pair goes out in each of its forms, and comes in again from each") { custody in
      for spec in quickPairs {
        let subject = try Subject(explicit: spec, in: custody)
        var forms: [MaterialForm] = [.pkcs8]
        if spec.modulusLength != nil { forms.append(.pkcs1) }
        if [.p224, .p256, .p384, .p521, .secp256k1].contains(spec) { forms.append(.sec1) }
        if [.ed25519, .ed448, .x25519, .x448].contains(spec) { forms.append(.raw) }
        for form in MaterialForm.allCases {
          guard forms.contains(form) else {
            try refused(.cryptography(.form), "\(spec) as \(form)") { try subject.export(as: form) }
            continue
          }
          let material = try subject.export(as: form)
          let kind = custody.kind(of: try .test(material), in: form)
          try expect(kind == (form == .raw ? nil : spec), "\(spec) is told from its \(form)")
          let again = try Subject(material, spec, as: form, in: custody)
          try expect(again.publicKey == subject.publicKey, "\(spec) as \(form): the same public half")
          try expect(try again.export(as: form) == material, "\(spec) as \(form): the same bytes")
        }
      }
    },
    CustodyConformance("a key pair goes out as numbers, and comes in again from them") { custody in
      for spec in [KeySpec.rsa2048, .p256, .p521] {
        let subject = try Subject(explicit: spec, in: custody)
        let numbers = try custody.exportComponents(subject.live, permit: subject.permit(.getObject))
        let plain = try numbers.mapValues { try $0.testBytes() }
        func taken(_ leavingOut: Set<KeyComponent>) throws -> Subject {
          var payloads: [KeyComponent: Payload] = [:]
          for (component, bytes) in plain where !leavingOut.contains(component) {
            payloads[component] = try .test(bytes)
          }
          return try Subject(.components(payloads), spec, in: custody)
        }
        let whole = try taken([])
        try expect(whole.publicKey == subject.publicKey, "\(spec): the same public half")
        try expect(try whole.export(as: .pkcs8) == subject.export(as: .pkcs8), "\(spec): the same key")
        let publicHalf = try custody.publicHalf(
          plain.filter { !$0.key.isSecret }, spec)
        try expect(publicHalf.publicKey == subject.publicKey, "\(spec): the public numbers")
        guard spec.modulusLength != nil else { continue }
        let fewest = try taken([.prime1, .prime2, .exponent1, .exponent2, .coefficient])
        try expect(fewest.publicKey == subject.publicKey, "from the exponents alone")
        let primes = try taken([.privateExponent, .exponent1, .exponent2, .coefficient])
        try expect(primes.publicKey == subject.publicKey, "from the primes alone")
        try refused(.incorrectKeyMaterial, "nothing private") {
          try taken([.privateExponent, .prime1, .prime2, .exponent1, .exponent2, .coefficient])
        }
      }
    },
    CustodyConformance("numbers that don't belong together are no key") { custody in
      let one = try Subject(explicit: .p256, in: custody)
      let two = try Subject(explicit: .p256, in: custody)
      func numbers(_ subject: Subject) throws -> [KeyComponent: [UInt8]] {
        try custody.exportComponents(subject.live, permit: subject.permit(.getObject)).mapValues {
          try $0.testBytes()
        }
      }
      var mixed = try numbers(one)
      mixed[.publicPoint] = try numbers(two)[.publicPoint]
      try refused(.incorrectKeyMaterial, "another key's point") {
        try Subject(.components(mixed.mapValues { try .test($0) }), .p256, in: custody)
      }
      try refused(.incorrectKeyMaterial, "zero") {
        try Subject(.components([.privateValue: .test([0])]), .p256, in: custody)
      }
      try refused(.incorrectKeyMaterial, "more than the order") {
        try Subject(
          .components([.privateValue: .test([UInt8](repeating: 0xff, count: 32))]), .p256, in: custody)
      }
      let rsa = try Subject(explicit: .rsa2048, in: custody)
      var altered = try numbers(rsa)
      altered[.exponent1]?[5] ^= 1
      try refused(.incorrectKeyMaterial, "an altered exponent") {
        try Subject(.components(altered.mapValues { try .test($0) }), .rsa2048, in: custody)
      }
    },
    CustodyConformance("no other bytes than those of a sound key come in as one") { custody in
      for (spec, form) in [(KeySpec.p256, MaterialForm.pkcs8), (.p256, .sec1), (.ed25519, .pkcs8)] {
        let subject = try Subject(explicit: spec, in: custody)
        let material = try subject.export(as: form)
        for (at, bytes) in mutations(of: material).enumerated() {
          do {
            let taken = try Subject(bytes, spec, as: form, in: custody)
            // Some bytes may be any, and then it is another key; but never one that comes out otherwise.
            try expect(try taken.export(as: form) == bytes, "mutation \(at) of \(spec)")
          } catch KMSError.incorrectKeyMaterial {}
        }
        for other in [KeySpec.p384, .x25519, .rsa2048, .dsa] {
          do {
            _ = try Subject(material, other, as: form, in: custody)
            throw ConformanceFailure("\(spec) came in as \(other)")
          } catch KMSError.incorrectKeyMaterial {} catch KMSError.cryptography(.form) {}
        }
      }
    },
    CustodyConformance("public halves go from each form into each other") { custody in
      for spec in quickPairs {
        let subject = try Subject(explicit: spec, in: custody)
        let half = PublicHalf(spec: spec, publicKey: subject.publicKey ?? [])
        let found = try custody.publicHalf(half.publicKey, in: .spki, nil)
        try expect(found == half, "\(spec) says what it is")
        for form in PublicForm.allCases {
          let fits = form == .spki || (form == .pkcs1) == (spec.modulusLength != nil)
          guard fits else {
            try refused(.cryptography(.form), "\(spec) as \(form)") { try custody.write(half, as: form) }
            continue
          }
          let written = try custody.write(half, as: form)
          try expect(try custody.publicHalf(written, in: form, spec) == half, "\(spec) as \(form)")
          try refused(.invalidPublicKey, "\(spec) as \(form), with a byte more") {
            try custody.publicHalf(written + [0], in: form, spec)
          }
        }
        try refused(.invalidPublicKey, "\(spec) as another kind") {
          try custody.publicHalf(half.publicKey, in: .spki, spec == .p256 ? .p384 : .p256)
        }
      }
    },
    CustodyConformance("a store of a key and its password gives the key back") { custody in
      let key = try Subject(explicit: .p256, in: custody)
      let password = try Subject(Array("correct horse".utf8), .bytes, in: custody, key: 2)
      let wrong = try Subject(Array("correct house".utf8), .bytes, in: custody, key: 3)
      func store() throws -> [UInt8] {
        try custody.exportBundle(
          key.live, certificates: [], friendlyName: "name", password: password.live,
          permit: key.permit(.getObject), passwordPermit: password.permit(.wrapKey)
        ).testBytes()
      }
      let made = try store()
      let opened = try custody.openBundle(
        .test(made), password: password.live, permit: password.permit(.unwrapKey))
      try expect(try opened.privateKey.testBytes() == key.export(as: .pkcs8), "the key")
      try expect(opened.certificates.isEmpty, "no certificates")
      try refused(.invalidCiphertext, "another password") {
        try custody.openBundle(.test(made), password: wrong.live, permit: wrong.permit(.unwrapKey))
      }
      for at in stride(from: 0, to: made.count, by: 37) {
        var altered = made
        altered[at] ^= 4
        do {
          _ = try custody.openBundle(
            .test(altered), password: password.live, permit: password.permit(.unwrapKey))
          throw ConformanceFailure("altered at \(at), and it opened")
        } catch KMSError.invalidCiphertext {}
      }
      try refused(.cryptography(.form), "what is no certificate") {
        try custody.exportBundle(
          key.live, certificates: [[1, 2, 3]], friendlyName: nil, password: password.live,
          permit: key.permit(.getObject), passwordPermit: password.permit(.wrapKey))
      }
    },
  ]
}

import KMSDomain
import KMSTestKit

extension CustodyConformance {
  /// How pieces may fall.
  private static let cuts: [[Int]] = [
    [48], [0, 48], [1, 15, 32], [16, 16, 16], [5, 5, 5, 5, 28], [47, 1], [48, 0],
  ]

  private static func pieces(of bytes: [UInt8], _ cut: [Int]) -> [[UInt8]] {
    var rest = bytes[...]
    return cut.map { count in
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    } + [Array(rest)]
  }

  private static let cutChecks = modes.map { mode, spec in
    CustodyConformance("pieces yield what the whole does by \(mode), however they fall") { custody in
      let subject = try Subject(kept: spec, in: custody)
      let first = CipherParameters(mode, iv: mode.takesIV ? .random : .absent)
      let associated = mode.hasTag ? sample(5) : []
      let whole = try subject.encipher(sample(48), first, associated: associated)
      for cut in cuts { try check(cut, whole, first.opening(whole), associated: associated, subject) }
    }
  }

  private static func check(
    _ cut: [Int], _ whole: Enciphered, _ parameters: CipherParameters, associated: [UInt8],
    _ subject: Subject
  ) throws {
    let (custody, mode) = (subject.custody, parameters.mode)
    let stream = try custody.encipherStream(
      by: parameters, associated: associated, with: subject.live, permit: subject.permit(.encrypt))
    var data: [UInt8] = []
    for piece in pieces(of: sample(48), cut) {
      data += try stream.add(.test(piece), permit: subject.permit(.encrypt))
    }
    let last = try stream.finish(nil, permit: subject.permit(.encrypt))
    try expect(data + last.data == whole.data, "\(mode), cut \(cut): the data")
    try expect(last.tag == whole.tag && last.iv == whole.iv, "\(mode), cut \(cut): tag and IV")

    let back = try custody.decipherStream(
      by: parameters, associated: associated, with: subject.live, permit: subject.permit(.decrypt))
    var text: [UInt8] = []
    for piece in pieces(of: whole.data, cut) {
      text += try back.add(.test(piece), permit: subject.permit(.decrypt)).testBytes()
    }
    if mode.hasTag { try expect(text.isEmpty, "\(mode): nothing leaves before it is verified") }
    text += try back.finish(nil, tag: whole.tag, permit: subject.permit(.decrypt)).testBytes()
    try expect(text == sample(48), "\(mode), cut \(cut): the text")
  }

  static let explicitStreamChecks =
    cutChecks + [
      CustodyConformance("padding is held back until the end, in every cut") { custody in
        let subject = try Subject(kept: .aes128, in: custody)
        for padding in CipherParameters.Padding.allCases where padding != .none {
          let parameters = CipherParameters(.cbc, padding: padding, iv: .given(sample(16)))
          let text = sample(37).map { $0 | 1 }
          let whole = try subject.encipher(text, parameters).data
          for cut in cuts {
            let stream = try custody.decipherStream(
              by: parameters, associated: [], with: subject.live, permit: subject.permit(.decrypt))
            var opened: [UInt8] = []
            for piece in pieces(of: whole, cut) {
              opened += try stream.add(.test(piece), permit: subject.permit(.decrypt)).testBytes()
            }
            opened += try stream.finish(nil, tag: nil, permit: subject.permit(.decrypt)).testBytes()
            try expect(opened == text, "\(padding), cut \(cut)")
          }
        }
      },
      CustodyConformance("a stream says what is wrong at its end, and is over then") { custody in
        let subject = try Subject(kept: .aes128, in: custody)
        let gcm = CipherParameters(.gcm, iv: .given(sample(12)))
        let made = try subject.encipher(sample(20), gcm)
        let stream = try custody.decipherStream(
          by: gcm, associated: [], with: subject.live, permit: subject.permit(.decrypt))
        _ = try stream.add(.test(made.data), permit: subject.permit(.decrypt))
        try refused(.invalidCiphertext, "a wrong tag") {
          try stream.finish(nil, tag: sample(16), permit: subject.permit(.decrypt))
        }
        try refused(.cryptography(.streamEnded), "the right one afterwards") {
          try stream.finish(nil, tag: made.tag, permit: subject.permit(.decrypt))
        }
        let cbc = try custody.encipherStream(
          by: CipherParameters(.cbc, iv: .random), associated: [], with: subject.live,
          permit: subject.permit(.encrypt))
        _ = try cbc.add(.test(sample(10)), permit: subject.permit(.encrypt))
        try refused(.cryptography(.dataLength), "half a block without padding") {
          try cbc.finish(nil, permit: subject.permit(.encrypt))
        }
        let long = try custody.decipherStream(
          by: gcm, associated: [], with: subject.live, permit: subject.permit(.decrypt))
        try refused(.cryptography(.streamTooLong), "more than is held back") {
          for _ in 0..<5000 {
            _ = try long.add(.test(sample(1 << 16)), permit: subject.permit(.decrypt))
          }
        }
      },
      CustodyConformance("hashes, codes and signatures in pieces are those of the whole") { custody in
        let message = sample(48)
        let hash = try custody.hash(.test(message), by: .sha384, permit: Permits.permit(.hash))
        let key = try Subject(kept: .hmacSHA256, in: custody)
        let code = try custody.mac(
          .test(message), by: .hmac(.sha256), with: key.live, permit: key.permit(.generateMac))
        for cut in cuts {
          let hashing = try custody.hashStream(by: .sha384, permit: Permits.permit(.hash))
          let coding = try custody.macStream(
            by: .hmac(.sha256), with: key.live, permit: key.permit(.generateMac))
          let judging = try custody.macVerificationStream(
            by: .hmac(.sha256), with: key.live, permit: key.permit(.verifyMac))
          for piece in pieces(of: message, cut) {
            try hashing.add(.test(piece), permit: Permits.permit(.hash))
            try coding.add(.test(piece), permit: key.permit(.generateMac))
            try judging.add(.test(piece), permit: key.permit(.verifyMac))
          }
          try expect(try hashing.finish(nil, permit: Permits.permit(.hash)) == hash, "a hash, cut \(cut)")
          try expect(try coding.finish(nil, permit: key.permit(.generateMac)) == code, "a code, cut \(cut)")
          try judging.finish(nil, expecting: code, permit: key.permit(.verifyMac))
        }
        let wrong = try custody.macVerificationStream(
          by: .hmac(.sha256), with: key.live, permit: key.permit(.verifyMac))
        try refused(.invalidMAC, "a code of something else") {
          try wrong.finish(nil, expecting: code, permit: key.permit(.verifyMac))
        }
        for (spec, scheme, hash) in [
          (KeySpec.p256, SignatureParameters.Scheme.ecdsa, HashFunction.sha256 as HashFunction?),
          (.rsa2048, .rsaPSS(salt: .asHash, mask: nil), .sha256), (.ed25519, .edDSA, nil),
        ] {
          let subject = try Subject(kept: spec, in: custody)
          let parameters = SignatureParameters(scheme, hash: hash)
          let signing = try custody.signatureStream(
            by: parameters, with: subject.live, permit: subject.permit(.sign))
          try signing.add(.test(Array(message.prefix(7))), permit: subject.permit(.sign))
          let signature = try signing.finish(
            .test(Array(message.dropFirst(7))), permit: subject.permit(.sign))
          try subject.verify(signature, of: message, parameters)
          for (text, isRight) in [(message, true), (message + [0], false)] {
            let verifying = try custody.verificationStream(
              by: parameters, with: subject.live, permit: subject.permit(.verify))
            try verifying.add(.test(text), permit: subject.permit(.verify))
            if isRight {
              try verifying.finish(nil, expecting: signature, permit: subject.permit(.verify))
            } else {
              try refused(.invalidSignature, "\(spec), another message") {
                try verifying.finish(nil, expecting: signature, permit: subject.permit(.verify))
              }
            }
          }
        }
      },
    ]
}

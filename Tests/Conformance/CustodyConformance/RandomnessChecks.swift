import KMSDomain

extension CustodyConformance {
  static let randomnessChecks = [
    CustodyConformance("a data key's two forms belong together") { custody in
      let subject = try Subject(in: custody)
      let context = try EncryptionContext.test(["purpose": "test"])
      for count in [1, 16, 32, 64, 1024] {
        let key = try custody.generateDataKey(
          count: count, context: context, with: subject.live, permit: subject.permit(.generateDataKey))
        let plaintext = try key.plaintext.testBytes()
        try expect(plaintext.count == count, "\(count) bytes were asked for")
        try expect(try subject.decrypt(key.ciphertext, context) == plaintext, "the forms differ")
        try refused(.invalidCiphertext, "without the context") { try subject.decrypt(key.ciphertext) }
      }
    },
    CustodyConformance("a data key without plaintext is as long as it was asked for, and new each time") {
      custody in
      let subject = try Subject(in: custody)
      let context = try EncryptionContext.test(["purpose": "test"])
      for count in [1, 16, 32, 64, 1024] {
        var keys: [[UInt8]] = []
        for _ in 0..<2 {
          let ciphertext = try custody.generateDataKeyWithoutPlaintext(
            count: count, context: context, with: subject.live,
            permit: subject.permit(.generateDataKeyWithoutPlaintext))
          keys.append(try subject.decrypt(ciphertext, context))
          try refused(.invalidCiphertext, "without the context") { try subject.decrypt(ciphertext) }
        }
        try expect(keys.allSatisfy { $0.count == count }, "\(count) bytes were asked for")
        try expect(count == 1 || keys[0] != keys[1], "two data keys are alike")
      }
    },
    CustodyConformance("nothing random occurs twice") { custody in
      let subject = try Subject(in: custody)
      var seen: Set<[UInt8]> = []
      for _ in 0..<500 {
        let sealed = try subject.encrypt([1, 2, 3])
        let key = try custody.generateDataKey(
          count: 16, context: .empty, with: subject.live, permit: subject.permit(.generateDataKey))
        let random = try custody.random(count: 16, permit: Permits.permit(.generateRandom))
        seen.insert(Array(sealed[33..<49]))
        seen.insert(Array(key.ciphertext[33..<49]))
        seen.insert(try key.plaintext.testBytes())
        seen.insert(try random.testBytes())
      }
      try expect(seen.count == 2000, "\(2000 - seen.count) repetitions")
    },
    CustodyConformance("random bytes use all values in all places") { custody in
      for count in [1, 32, 127, 128, 129, 1024] {
        var ever = [UInt8](repeating: 0, count: count)
        for _ in 0..<64 {
          let bytes = try custody.random(count: count, permit: Permits.permit(.generateRandom)).testBytes()
          for index in bytes.indices { ever[index] |= bytes[index] }
        }
        try expect(ever.allSatisfy { $0 == 0xff }, "a bit that is never set among \(count) bytes")
      }
    },
  ]
}

import KMSDomain

extension CustodyConformance {
  static let ciphertextChecks = [
    CustodyConformance("what was encrypted is decrypted, at every size and with every context") { custody in
      let subject = try Subject(in: custody)
      for count in [0, 1, 15, 16, 17, 255, 1024, 4096, 65_536] {
        let text = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        for context in try contexts() {
          let sealed = try subject.encrypt(text, context)
          try expect(sealed.count == count + SymmetricCiphertext.overhead, "the length of \(count) bytes")
          let header = try SymmetricCiphertext(sealed.span)
          try expect(header.key == subject.identity.key, "the header names the key")
          try expect(header.version == subject.identity.version, "the header names the version")
          try expect(try subject.decrypt(sealed, context) == text, "\(count) bytes come back")
        }
      }
    },
    CustodyConformance("no byte of a ciphertext can be altered, left out or added") { custody in
      let subject = try Subject(in: custody)
      for text in [[], [7], Array(repeating: 9, count: 40)] as [[UInt8]] {
        for bytes in mutations(of: try subject.encrypt(text)) {
          try refused(.invalidCiphertext, "an altered ciphertext") { try subject.decrypt(bytes) }
        }
      }
      try refused(.invalidCiphertext, "far too long") {
        try subject.decrypt(subject.encrypt([1]) + [UInt8](repeating: 0, count: 1 << 20))
      }
    },
    CustodyConformance("a ciphertext opens under its own context only") { custody in
      let subject = try Subject(in: custody)
      let all = try contexts()
      for (index, context) in all.enumerated() {
        let sealed = try subject.encrypt([1, 2, 3], context)
        for (other, wrong) in all.enumerated() where other != index {
          try refused(.invalidCiphertext, "context \(other) for \(index)") {
            try subject.decrypt(sealed, wrong)
          }
        }
      }
    },
    CustodyConformance("a ciphertext opens with its own key and version only") { custody in
      let subject = try Subject(in: custody)
      let sealed = try subject.encrypt([1, 2, 3])
      for other in [try Subject(in: custody, key: 2), try Subject(in: custody, version: 2)] {
        try refused(.invalidCiphertext, "another key or version") { try other.decrypt(sealed) }
        let relabelled =
          [sealed[0]] + other.identity.key.bits.bytes + other.identity.version.bits.bytes + sealed[33...]
        try refused(.invalidCiphertext, "relabelled for another key") { try other.decrypt(relabelled) }
      }
    },
    CustodyConformance("pieces of two ciphertexts don't fit together") { custody in
      let subject = try Subject(in: custody)
      let one = try subject.encrypt([1, 2, 3])
      let two = try subject.encrypt([1, 2, 3])
      for cut in [49, 81, one.count - 16] {
        try refused(.invalidCiphertext, "joined at \(cut)") {
          try subject.decrypt(Array(one[..<cut] + two[cut...]))
        }
      }
    },
    CustodyConformance("a payload is encrypted once") { custody in
      let subject = try Subject(in: custody)
      let payload = try Payload.test([1])
      _ = try custody.encrypt(payload, context: .empty, with: subject.live, permit: subject.permit(.encrypt))
      try refused(.custodyUnavailable, "a used payload") {
        try custody.encrypt(payload, context: .empty, with: subject.live, permit: subject.permit(.encrypt))
      }
    },
    CustodyConformance("one live key serves many tasks at once") { custody in
      let subject = try Subject(in: custody)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for task in UInt8(0)..<12 {
          group.addTask {
            for round in UInt8(0)..<100 {
              let text = [task, round, task &+ round]
              try expect(try subject.decrypt(subject.encrypt(text)) == text, "task \(task), round \(round)")
            }
          }
        }
        try await group.waitForAll()
      }
    },
  ]

  /// Contexts that are easily mistaken for each other.
  private static func contexts() throws -> [EncryptionContext] {
    [
      .empty, try .test(["a": "b"]), try .test(["a": ""]), try .test(["": "a"]), try .test(["ab": "c"]),
      try .test(["a": "bc"]), try .test(["a": "b", "c": "d"]), try .test(["a": "d", "c": "b"]),
      try .test(["A": "b"]),
      try .test(["\u{e9}": "x"]), try .test(["e\u{301}": "x"]),
      try .test(["long": String(repeating: "value", count: 500)]),
    ]
  }
}

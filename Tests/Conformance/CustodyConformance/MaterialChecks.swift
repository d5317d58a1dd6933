import KMSDomain

extension CustodyConformance {
  static let materialChecks = [
    CustodyConformance("stored material opens for its own identity, again and again") { custody in
      let subject = try Subject(in: custody)
      let sealed = try subject.encrypt([1, 2, 3])
      let again = try custody.open(subject.wrapped, as: subject.identity)
      try expect(again.key == subject.identity.key, "the live key's key")
      try expect(again.version == subject.identity.version, "the live key's version")
      let text = try custody.decrypt(sealed, context: .empty, with: again, permit: subject.permit(.decrypt))
      try expect(try text.testBytes() == [1, 2, 3], "the same material")
    },
    CustodyConformance("no field of the identity can be altered") { custody in
      let subject = try Subject(in: custody)
      for (field, identity) in altered(subject.identity) {
        try refused(.corrupt(.keyMaterial), "another \(field)") {
          try custody.open(subject.wrapped, as: identity)
        }
      }
    },
    CustodyConformance("no byte of stored material can be altered, left out or added") { custody in
      let subject = try Subject(in: custody)
      let stored = subject.wrapped.bytes
      for bytes in mutations(of: stored) {
        try refused(.corrupt(.keyMaterial), "altered material") {
          try custody.open(WrappedKey(epoch: subject.wrapped.epoch, bytes: bytes), as: subject.identity)
        }
      }
    },
    CustodyConformance("material of another version doesn't open, nor under another epoch") { custody in
      let one = try Subject(in: custody, version: 1)
      let two = try Subject(in: custody, version: 2)
      let otherKey = try Subject(in: custody, key: 2)
      try refused(.corrupt(.keyMaterial), "another version's") {
        try custody.open(two.wrapped, as: one.identity)
      }
      try refused(.corrupt(.keyMaterial), "another key's") {
        try custody.open(otherKey.wrapped, as: one.identity)
      }
      let moved = WrappedKey(epoch: EpochID(.max), bytes: one.wrapped.bytes)
      try refused(.corrupt(.keyMaterial), "an epoch that isn't") { try custody.open(moved, as: one.identity) }
    },
    CustodyConformance("material is made anew each time") { custody in
      let one = try Subject(in: custody)
      let two = try Subject(in: custody)
      try expect(one.wrapped != two.wrapped, "two wrappings are alike")
      try refused(.invalidCiphertext, "the same material twice") { try two.decrypt(one.encrypt([1, 2, 3])) }
    },
  ]

  private static func altered(_ original: VersionIdentity) -> [(String, VersionIdentity)] {
    func with(
      key: KeyID? = nil, version: VersionID? = nil, usages: KeyUsages? = nil, exportable: Bool? = nil
    ) -> VersionIdentity {
      VersionIdentity(
        key: key ?? original.key, version: version ?? original.version, spec: original.spec,
        usages: usages ?? original.usages, origin: original.origin,
        exportable: exportable ?? original.exportable)
    }
    return [
      ("key", with(key: KeyID(Bits128(high: 0, low: 0)))),
      ("version", with(version: VersionID(Bits128(high: 0, low: 0)))),
      ("set of usages", with(usages: [.encrypt])),
      ("exportable flag", with(exportable: !original.exportable)),
    ]
  }
}

/// Every byte with one bit flipped, every shorter length, and one byte more.
func mutations(of bytes: [UInt8]) -> [[UInt8]] {
  var all: [[UInt8]] = []
  for index in bytes.indices {
    var changed = bytes
    changed[index] ^= 1 << UInt8(index % 8)
    all.append(changed)
    all.append(Array(bytes[..<index]))
  }
  return all + [bytes + [0]]
}

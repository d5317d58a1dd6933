import KMSDomain
import KMSTestKit

extension CustodyConformance {
  private static let methods: [SecretSharing.Method] = [
    .gf256, .gf65536, .prime([0x01] + [UInt8](repeating: 0, count: 15) + [0x33]),
    // 2^521 - 1
    .prime([0x01] + [UInt8](repeating: 0xff, count: 65)),
  ]

  private static func joined(
    _ parts: [(identifier: Int, bytes: [UInt8])], _ sharing: SecretSharing, in custody: any Custody,
    as spec: KeySpec = .bytes, length: Int? = nil, form: MaterialForm = .raw
  ) throws -> [UInt8] {
    let join = custody.join(by: sharing)
    for part in parts {
      let share = try Subject(part.bytes, .bytes, in: custody, usages: [], key: UInt64(part.identifier) + 100)
      try join.add(share.live, identifier: part.identifier, permit: share.permit(.joinSplitKey))
    }
    let identity = VersionIdentity(
      key: KeyID(Bits128(high: 7, low: 7)), version: VersionID(Bits128(high: 7, low: 8)), spec: spec,
      usages: [], origin: .imported, exportable: true)
    let made = try join.finish(
      as: identity, length: length, form: form, permit: identity.permit(.joinSplitKey))
    let live = try custody.open(made.wrapped, as: identity)
    return try custody.export(live, as: form, permit: identity.permit(.getObject)).testBytes()
  }

  static let sharingChecks = [
    CustodyConformance("any parts that are enough make the secret, and fewer don't") { custody in
      let secret = try Subject(sample(16), .bytes, in: custody)
      for method in methods {
        let sharing = try SecretSharing(method, parts: 5, threshold: 3)
        let parts = try secret.split(by: sharing)
        try expect(parts.map(\.identifier) == [1, 2, 3, 4, 5], "\(method): the identifiers")
        for chosen in [[0, 1, 2], [4, 2, 0], [1, 3, 4], [0, 1, 2, 3, 4]] {
          let bytes = try joined(chosen.map { parts[$0] }, sharing, in: custody, length: 16)
          try expect(bytes == sample(16), "\(method): the parts \(chosen)")
        }
        try refused(.cryptography(.shares), "\(method): two parts") {
          try joined([parts[0], parts[1]], sharing, in: custody, length: 16)
        }
        let again = try secret.split(by: sharing)
        try expect(again[0].bytes != parts[0].bytes, "\(method): other parts each time")
      }
      let all = try SecretSharing(.xor, parts: 4, threshold: 4)
      let parts = try secret.split(by: all)
      try expect(try joined(parts.reversed(), all, in: custody) == sample(16), "XOR")
      try refused(.cryptography(.shares), "XOR of three") {
        try joined(Array(parts.dropFirst()), all, in: custody)
      }
    },
    CustodyConformance("a threshold of one, and as many parts as there can be") { custody in
      let secret = try Subject(sample(3), .bytes, in: custody)
      for method in methods {
        let one = try SecretSharing(method, parts: 2, threshold: 1)
        try expect(
          try joined([secret.split(by: one)[1]], one, in: custody, length: 3) == sample(3), "\(method)")
      }
      for method in [SecretSharing.Method.gf256, .gf65536] {
        let many = try SecretSharing(method, parts: 255, threshold: 200)
        let parts = try secret.split(by: many)
        let last = try joined(Array(parts.suffix(200)), many, in: custody, length: 3)
        try expect(last == sample(3), "\(method), 200 of 255")
      }
      for (parts, threshold) in [(0, 0), (256, 2), (3, 4), (3, 0), (-1, -1)] {
        try refused(.cryptography(.sharing), "\(threshold) of \(parts)") {
          try SecretSharing(.gf256, parts: parts, threshold: threshold)
        }
      }
      try refused(.cryptography(.sharing), "XOR of fewer") { try SecretSharing(.xor, parts: 3, threshold: 2) }
    },
    CustodyConformance("key pairs and keys of one length are shared and joined as such") { custody in
      let pair = try Subject(explicit: .p256, in: custody)
      let sharing = try SecretSharing(.gf256, parts: 3, threshold: 2)
      let whole = try joined(
        Array(try pair.split(by: sharing).prefix(2)), sharing, in: custody, as: .p256, form: .pkcs8)
      try expect(try whole == pair.export(as: .pkcs8), "a key pair")
      let aes = try Subject(sample(16), .aes128, in: custody)
      for method in methods {
        let sharing = try SecretSharing(method, parts: 3, threshold: 2)
        let parts = try aes.split(by: sharing)
        try expect(
          try joined([parts[2], parts[0]], sharing, in: custody, as: .aes128) == sample(16), "\(method)")
        for length in [600, 0, -1, -8, .max, .min] {
          try refused(.cryptography(.shares), "\(method): a key of \(length) bytes") {
            try joined([parts[2], parts[0]], sharing, in: custody, length: length)
          }
        }
      }
    },
    CustodyConformance("parts that don't go together, and secrets that can't be divided, are refused") {
      custody in
      let secret = try Subject(sample(16), .bytes, in: custody)
      let sharing = try SecretSharing(.gf256, parts: 3, threshold: 2)
      let parts = try secret.split(by: sharing)
      try refused(.cryptography(.shares), "one part twice") {
        try joined([parts[0], parts[0]], sharing, in: custody)
      }
      try refused(.cryptography(.shares), "a part too far") {
        try joined([parts[0], (4, parts[1].bytes)], sharing, in: custody)
      }
      try refused(.cryptography(.shares), "a shorter part") {
        try joined([parts[0], (2, Array(parts[1].bytes.dropLast()))], sharing, in: custody)
      }
      try refused(.cryptography(.shares), "a part that isn't less than the prime") {
        try joined(
          [(1, [255]), (2, [1])], SecretSharing(.prime([251]), parts: 3, threshold: 2), in: custody)
      }
      for prime in [[], [0], [1], [4], [2], [9, 1], sample(257)] as [[UInt8]] {
        try refused(.cryptography(.sharing), "modulo what doesn't serve") {
          try secret.split(by: SecretSharing(.prime(prime), parts: 3, threshold: 2))
        }
      }
      try refused(.cryptography(.sharing), "a secret that isn't less than the prime") {
        try secret.split(by: SecretSharing(.prime([251]), parts: 3, threshold: 2))
      }
      let longest = SecretSharing.longestSecret
      let long = try Subject(sample(longest + 1), .bytes, in: custody)
      for method in [SecretSharing.Method.gf256, .gf65536, .xor] {
        let sharing = try SecretSharing(method, parts: 2, threshold: 2)
        try refused(.cryptography(.sharing), "\(method): a secret that is longer than any key") {
          try long.split(by: sharing)
        }
        let fits = try Subject(sample(longest), .bytes, in: custody)
        try expect(
          try joined(try fits.split(by: sharing), sharing, in: custody, length: longest) == sample(longest),
          "\(method): the longest secret")
        try refused(.cryptography(.shares), "\(method): parts that are longer than any key's") {
          try joined([(1, sample(longest + 2)), (2, sample(longest + 2))], sharing, in: custody)
        }
      }
      let kept = try Subject(sample(16), .bytes, in: custody, exportable: false)
      try refused(.cryptography(.notExportable), "a secret that stays") { try kept.split(by: sharing) }
    },
  ]
}

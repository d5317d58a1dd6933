import KMSDomain
import KMSSecrets

/// Sharing among all: random parts, and a last one that makes up for them.
enum ExclusiveOr {
  static func split(_ secret: borrowing SecretBytes, parts: Int) throws(CryptoFailure) -> [Secret] {
    var made: [Secret] = []
    for _ in 1..<max(1, parts) { made.append(Secret(try RandomBytes.secret(secret.count))) }
    return made + [Secret(sum(made, and: secret))]
  }

  static func join(_ shares: [Secret]) -> SecretBytes {
    let count = shares.first?.bytes.count ?? 0
    return sum(shares, and: SecretBytes(count: count) { (_: inout MutableSpan<UInt8>) in })
  }

  private static func sum(_ shares: [Secret], and last: borrowing SecretBytes) -> SecretBytes {
    SecretBytes(count: last.count) { (room: inout MutableSpan<UInt8>) in
      last.withBytes { bytes in
        for index in bytes.indices { room[index] = bytes[index] }
      }
      for share in shares {
        share.bytes.withBytes { bytes in
          for index in bytes.indices { room[index] ^= bytes[index] }
        }
      }
    }
  }
}

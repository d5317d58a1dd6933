/// A hash function whose choice is the caller's.
package enum HashFunction: UInt8, CaseIterable, Sendable {
  case md5 = 1
  case ripemd160 = 2
  case sha1 = 3
  case sha224 = 4
  case sha256 = 5
  case sha384 = 6
  case sha512 = 7
  case sha512_224 = 8
  case sha512_256 = 9
  case sha3_224 = 10
  case sha3_256 = 11
  case sha3_384 = 12
  case sha3_512 = 13

  /// Bytes of a hash.
  package var length: Int {
    switch self {
    case .md5: 16
    case .ripemd160, .sha1: 20
    case .sha224, .sha512_224, .sha3_224: 28
    case .sha256, .sha512_256, .sha3_256: 32
    case .sha384, .sha3_384: 48
    case .sha512, .sha3_512: 64
    }
  }

  package var standardName: String {
    switch self {
    case .md5: "MD5"
    case .ripemd160: "RIPEMD-160"
    case .sha1: "SHA-1"
    case .sha224: "SHA-224"
    case .sha256: "SHA-256"
    case .sha384: "SHA-384"
    case .sha512: "SHA-512"
    case .sha512_224: "SHA-512/224"
    case .sha512_256: "SHA-512/256"
    case .sha3_224: "SHA3-224"
    case .sha3_256: "SHA3-256"
    case .sha3_384: "SHA3-384"
    case .sha3_512: "SHA3-512"
    }
  }
}

import COpenSSL
import KMSDomain
import KMSSecrets

/// How a hash is signed, in libcrypto's words.
struct HashSigning: Sendable {
  enum Padding: Sendable { case none, pkcs1, pss(mask: String?, salt: Int) }
  let padding: Padding
  /// nil when nothing says what made the hash.
  let hash: String?

  // libcrypto's numbers for lengths of salts that depend on something.
  static let saltAsHash = Int(KMS_SALT_AS_HASH)
  static let longestSalt = Int(KMS_SALT_LONGEST)
  static let anySalt = Int(KMS_SALT_ANY)

  fileprivate func withC<Result>(_ body: (kms_signing) -> Result) -> Result {
    let (kind, mask, salt) = inC
    return unsafe HashSigning.lend(hash, mask) { hash, mask in
      unsafe body(kms_signing(padding: kind, hash: hash, mask: mask, salt: Int32(clamping: salt)))
    }
  }

  private var inC: (kms_padding, mask: String?, salt: Int) {
    switch padding {
    case .none: (KMS_NO_PADDING, nil, 0)
    case .pkcs1: (KMS_PKCS1, nil, 0)
    case .pss(let mask, let salt): (KMS_PSS, mask, salt)
    }
  }

  /// C strings for the duration of `body`.
  fileprivate static func lend<Result>(
    _ one: String?, _ other: String?, _ body: (UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> Result
  ) -> Result {
    func inner(_ first: UnsafePointer<CChar>?) -> Result {
      guard let other else { return unsafe body(first, nil) }
      return unsafe other.withCString { unsafe body(first, $0) }
    }
    guard let one else { return inner(nil) }
    return unsafe one.withCString { unsafe inner($0) }
  }
}

/// How RSA encrypts, in libcrypto's words.
enum RSAPadding: Sendable {
  case none
  case pkcs1
  case oaep(hash: String, mask: String?, label: [UInt8])

  fileprivate var label: [UInt8] {
    switch self {
    case .none, .pkcs1: []
    case .oaep(_, _, let label): label
    }
  }

  fileprivate func withC<Result>(_ body: (kms_rsa_encryption) -> Result) -> Result {
    switch self {
    case .none: unsafe body(kms_rsa_encryption(padding: KMS_NO_PADDING, hash: nil, mask: nil))
    case .pkcs1: unsafe body(kms_rsa_encryption(padding: KMS_PKCS1, hash: nil, mask: nil))
    case .oaep(let hash, let mask, _):
      unsafe HashSigning.lend(hash, mask) {
        unsafe body(kms_rsa_encryption(padding: KMS_NO_PADDING, hash: $0, mask: $1))
      }
    }
  }
}

extension KeyPair {
  /// Of the modulus, the field's prime or the curve.
  var bits: Int { Int(unsafe kms_pair_bits(handle)) }

  func sign(hash: Span<UInt8>, by how: HashSigning) throws(CryptoFailure) -> [UInt8] {
    try unsafe written(room: kms_pair_size(handle)) { handle, out, count in
      unsafe how.withC { how in
        unsafe hash.withUnsafeBufferPointer {
          unsafe kms_sign_hash(handle, how, $0.baseAddress, $0.count, out, &count)
        }
      }
    }
  }

  /// - Throws: `rejected` for whatever isn't a signature of this key over this hash.
  func verify(_ signature: [UInt8], hash: Span<UInt8>, by how: HashSigning) throws(CryptoFailure) {
    let result = unsafe how.withC { how in
      unsafe hash.withUnsafeBufferPointer {
        unsafe kms_verify_hash(handle, how, $0.baseAddress, $0.count, signature, signature.count)
      }
    }
    try CryptoFailure.check(result)
  }

  func encrypt(_ text: borrowing SecretBytes, by padding: RSAPadding) throws(CryptoFailure) -> [UInt8] {
    let (from, length, label) = unsafe (text.unsafeStart, text.count, padding.label)
    return try unsafe written(room: kms_pair_size(handle)) { handle, out, count in
      unsafe padding.withC { how in
        unsafe kms_rsa_encrypt(handle, how, label, label.count, from, length, out, &count)
      }
    }
  }

  /// - Throws: `rejected` for whatever doesn't open.
  func decrypt(_ ciphertext: [UInt8], by padding: RSAPadding) throws(CryptoFailure) -> SecretBytes {
    let label = padding.label
    return try unsafe secret(room: max(kms_pair_size(handle), ciphertext.count)) { handle, out, count in
      unsafe padding.withC { how in
        unsafe kms_rsa_decrypt(
          handle, how, label, label.count, ciphertext, ciphertext.count, out, &count)
      }
    }
  }

  /// Key agreement of any kind.
  /// - Throws: `rejected` for a peer of another group.
  func agreeChecked(with peer: KeyPair) throws(CryptoFailure) -> SecretBytes {
    try unsafe secret(room: Int(KMS_LONGEST_SECRET)) { handle, out, count in
      unsafe kms_agree_checked(handle, peer.handle, out, &count)
    }
  }
}

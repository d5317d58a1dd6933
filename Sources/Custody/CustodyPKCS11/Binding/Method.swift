import CPKCS11

/// A mechanism with its parameters.
enum Method: Hashable, Sendable {
  case plain(Mechanism)
  /// With an initialisation vector.
  case vector(Mechanism, [UInt8])
  /// AES in counter mode; all 16 bytes of the first block count.
  case counter([UInt8])
  /// The tag in bytes.
  case gcm(nonce: [UInt8], bound: [UInt8], tag: Int = 16)
  case oaep(Mechanism, mask: Mechanism)
  case pss(Mechanism, mask: Mechanism, salt: Int)

  var mechanism: Mechanism {
    switch self {
    case .plain(let mechanism), .vector(let mechanism, _): mechanism
    case .counter: .aesCTR
    case .gcm: .aesGCM
    case .oaep: .rsaOAEP
    case .pss: .rsaPSS
    }
  }

  /// Lends it to C.
  func unsafeWith(_ body: (UnsafePointer<kms_p11_mechanism>) -> UInt) -> UInt {
    var described = unsafe kms_p11_mechanism()
    unsafe described.type = mechanism.rawValue
    switch self {
    case .plain: unsafe described.kind = KMS_P11_PLAIN
    case .vector(_, let iv):
      unsafe described.kind = KMS_P11_VECTOR
      return unsafe Method.unsafeLend(iv, bound: [], described, body)
    case .counter(let first):
      unsafe described.kind = KMS_P11_COUNTER
      return unsafe Method.unsafeLend(first, bound: [], described, body)
    case .gcm(let nonce, let bound, let tag):
      unsafe described.kind = KMS_P11_GCM
      unsafe described.tag_count = tag
      return unsafe Method.unsafeLend(nonce, bound: bound, described, body)
    case .oaep(let hash, let mask):
      unsafe described.kind = KMS_P11_OAEP
      unsafe described.hash = hash.rawValue
      unsafe described.mask = Method.generator(mask)
    case .pss(let hash, let mask, let salt):
      unsafe described.kind = KMS_P11_PSS
      unsafe described.hash = hash.rawValue
      unsafe described.mask = Method.generator(mask)
      unsafe described.salt = UInt(clamping: salt)
    }
    return unsafe body(&described)
  }

  private static func unsafeLend(
    _ iv: [UInt8], bound: [UInt8], _ described: kms_p11_mechanism,
    _ body: (UnsafePointer<kms_p11_mechanism>) -> UInt
  ) -> UInt {
    unsafe iv.withUnsafeBufferPointer { iv in
      unsafe bound.withUnsafeBufferPointer { bound in
        var described = unsafe described
        unsafe described.iv = iv.baseAddress
        unsafe described.iv_count = iv.count
        unsafe described.bound = bound.baseAddress
        unsafe described.bound_count = bound.count
        return unsafe body(&described)
      }
    }
  }

  /// The mask generation by that hash (CKG_MGF1_…).
  private static func generator(_ hash: Mechanism) -> UInt {
    switch hash {
    case .sha1: 1
    case .sha256: 2
    case .sha384: 3
    case .sha512: 4
    case .sha224: 5
    default: 0  // mechanisms are the standard's, and no other one is passed
    }
  }
}

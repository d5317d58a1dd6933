import CPKCS11

/// What a key pair on a token is to be.
struct PairKind: Sendable {
  enum Family: Sendable {
    case rsa(bits: UInt)
    /// The curve's object identifier (DER).
    case curve([UInt8])
  }

  struct Uses: OptionSet, Sendable {
    let rawValue: UInt32
    static let sign = Uses(rawValue: KMS_P11_USE_SIGN.rawValue)
    static let decrypt = Uses(rawValue: KMS_P11_USE_DECRYPT.rawValue)
    static let derive = Uses(rawValue: KMS_P11_USE_DERIVE.rawValue)
  }

  let family: Family
  let uses: Uses
}

enum SecretKind: Sendable {
  case aes
  /// For codes.
  case generic
}

/// Making keys: on the token, sensitive, never extractable, private.
extension Session {
  func makeSecret(
    _ kind: SecretKind, bytes: Int, id: [UInt8], label: String
  ) throws(ReturnCode) -> UInt {
    var key: UInt = 0
    try unsafe module.call { module in
      unsafe Session.unsafeWithName(id, label) { name in
        unsafe kms_p11_make_secret(
          module, handle, kind == .aes ? KMS_P11_KEY_AES : KMS_P11_KEY_GENERIC, bytes, name, &key)
      }
    }
    return key
  }

  func makePair(
    _ kind: PairKind, id: [UInt8], label: String
  ) throws(ReturnCode) -> (publicHalf: UInt, privateHalf: UInt) {
    var publicHalf: UInt = 0
    var privateHalf: UInt = 0
    var curve: [UInt8] = []
    var bits: UInt = 0
    switch kind.family {
    case .rsa(let length): bits = length
    case .curve(let identifier): curve = identifier
    }
    try unsafe module.call { module in
      unsafe Session.unsafeWithName(id, label) { name in
        unsafe curve.withUnsafeBufferPointer { curve in
          var described = unsafe kms_p11_pair_kind(
            rsa_bits: bits, curve: curve.baseAddress, curve_count: curve.count, uses: kind.uses.rawValue)
          return unsafe kms_p11_make_pair(module, handle, &described, name, &publicHalf, &privateHalf)
        }
      }
    }
    return (publicHalf, privateHalf)
  }

  private static func unsafeWithName(
    _ id: [UInt8], _ label: String, _ body: (UnsafePointer<kms_p11_name>) -> UInt
  ) -> UInt {
    unsafe id.withUnsafeBufferPointer { id in
      unsafe label.withCString { label in
        var name = unsafe kms_p11_name(id: id.baseAddress, id_count: id.count, label: label)
        return unsafe body(&name)
      }
    }
  }
}

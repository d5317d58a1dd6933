import CPKCS11

/// What a key pair on a token is to be.
struct PairKind: Sendable {
  enum Family: Sendable {
    /// The public exponent, big-endian.
    case rsa(bits: UInt, exponent: [UInt8] = [1, 0, 1])
    /// The curve's object identifier (DER).
    case curve([UInt8])
  }

  let family: Family
  let uses: TokenUses
}

/// What a key on a token is for: of a pair, its private half.
struct TokenUses: OptionSet, Sendable {
  let rawValue: UInt32
  static let sign = TokenUses(rawValue: KMS_P11_USE_SIGN.rawValue)
  static let decrypt = TokenUses(rawValue: KMS_P11_USE_DECRYPT.rawValue)
  static let derive = TokenUses(rawValue: KMS_P11_USE_DERIVE.rawValue)
  static let encrypt = TokenUses(rawValue: KMS_P11_USE_ENCRYPT.rawValue)
  /// Keys that are wrapped and unwrapped.
  static let wrap = TokenUses(rawValue: KMS_P11_USE_WRAP.rawValue)
}

enum SecretKind: Sendable {
  case aes(TokenUses)
  /// For codes.
  case generic
}

/// Making keys: on the token, sensitive, never extractable, private.
extension Session {
  func makeSecret(
    _ kind: SecretKind, bytes: Int, id: [UInt8], label: String
  ) throws(ReturnCode) -> UInt {
    var key: UInt = 0
    let (type, uses) =
      switch kind {
      case .aes(let uses): (KMS_P11_KEY_AES, uses)
      case .generic: (KMS_P11_KEY_GENERIC, .sign)
      }
    try unsafe module.call { module in
      unsafe Session.unsafeWithName(id, label) { name in
        unsafe kms_p11_make_secret(module, handle, type, bytes, uses.rawValue, name, &key)
      }
    }
    return key
  }

  func makePair(
    _ kind: PairKind, id: [UInt8], label: String
  ) throws(ReturnCode) -> (publicHalf: UInt, privateHalf: UInt) {
    var publicHalf: UInt = 0
    var privateHalf: UInt = 0
    try unsafe module.call { module in
      unsafe Session.unsafeWithName(id, label) { name in
        unsafe kind.unsafeWith { described in
          unsafe kms_p11_make_pair(module, handle, described, name, &publicHalf, &privateHalf)
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

extension PairKind {
  /// Lends it to C.
  fileprivate func unsafeWith(_ body: (UnsafePointer<kms_p11_pair_kind>) -> UInt) -> UInt {
    var described = unsafe kms_p11_pair_kind()
    unsafe described.uses = uses.rawValue
    switch family {
    case .rsa(let bits, let exponent):
      return unsafe exponent.withUnsafeBufferPointer { exponent in
        unsafe described.rsa_bits = bits
        unsafe described.exponent = exponent.baseAddress
        unsafe described.exponent_count = exponent.count
        return unsafe body(&described)
      }
    case .curve(let identifier):
      return unsafe identifier.withUnsafeBufferPointer { identifier in
        unsafe described.curve = identifier.baseAddress
        unsafe described.curve_count = identifier.count
        return unsafe body(&described)
      }
    }
  }
}

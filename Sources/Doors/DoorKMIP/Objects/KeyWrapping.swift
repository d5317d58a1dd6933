import WireKMIP

/// How a key value is wrapped (KMIP 2.1 section 3.3), or is to be (section 7.18).
struct KeyWrapping: Sendable {
  /// A key that wraps, and how.
  struct Key: Sendable {
    /// The item, since 2.0 lets it be a number too.
    let identifier: TTLVItem
    let parameters: TTLVItem?
  }

  let method: KMIP.WrappingMethod
  let encryption: Key?
  /// The key of the code or signature.
  let seal: Key?
  let code: [UInt8]?
  let iv: [UInt8]?
  let encoding: KMIP.EncodingOption?
}

extension KeyWrapping {
  /// Of Key Wrapping Data or a Key Wrapping Specification, which have the same fields.
  /// - Throws: `invalidMessage`.
  init(_ item: TTLVItem) throws(KMIPFault) {
    method = try item.required(.wrappingMethod) { $0.enumeration() }
    encryption = try KeyWrapping.key(item[.encryptionKeyInformation])
    seal = try KeyWrapping.key(item[.macSignatureKeyInformation])
    code = try item.field(.macSignature, \.byteString)
    iv = try item.field(.ivCounterNonce, \.byteString)
    encoding = try item.enumeration(in: .encodingOption)
    try requireKeys()
  }

  private static func key(_ item: TTLVItem?) throws(KMIPFault) -> Key? {
    guard let item else { return nil }
    guard let identifier = item[.uniqueIdentifier] else { throw .missing("The identifier of a wrapping key") }
    return Key(identifier: identifier, parameters: item[.cryptographicParameters])
  }

  /// The methods say which keys there must be.
  private func requireKeys() throws(KMIPFault) {
    switch method {
    case .encrypt, .tr31:
      guard encryption != nil, seal == nil else { throw .malformed("The keys of a wrapping") }
    case .macSign:
      guard encryption == nil, seal != nil else { throw .malformed("The keys of a wrapping") }
    case .encryptThenMACSign, .macSignThenEncrypt:
      guard encryption != nil, seal != nil else { throw .malformed("The keys of a wrapping") }
    }
  }
}

/// How a wrapped key is laid out before it is encrypted.
enum WrappedLayout {
  /// The material alone.
  case material
  /// The Key Value with the attributes in it, as TTLV.
  case keyValue
}

extension KeyWrapping {
  /// How to lay out what goes out.
  ///
  /// The specification says that an absent option means TTLV. The published test cases of 1.1 to 1.4, and so the clients that were
  /// written against them, have the bare material there; 1.0 has no such option.
  func layout(in version: KMIPVersion) -> WrappedLayout {
    switch encoding {
    case .noEncoding: .material
    case .ttlvEncoding: .keyValue
    case nil: version == .v1_0 || version >= .v2_0 ? .keyValue : .material
    }
  }
}

import KMSDomain
import KMSEngine
import WireKMIP

// The keys that wrap and unwrap, with what each is to do: as the wrapping says, or else as the key's own attributes do.

extension KeyWrapping.Key {
  func reference(_ call: KMIPCall) throws(KMIPFault) -> KeyReference {
    try call.reference(of: identifier)
  }

  fileprivate func given() throws(KMIPFault) -> CryptographicParameters? {
    guard let parameters else { return nil }
    return try CryptographicParameters(parameters)
  }
}

extension UsedKey {
  /// - Throws: `wrappingObjectArchived`.
  fileprivate init(wrapping key: ProtectedKey) throws(KMIPFault) {
    guard key.record.object?.dates.archive == nil else {
      throw KMIPFault(.wrappingObjectArchived, "The wrapping key is in the archive.")
    }
    self.init(key)
  }

  /// What holds for a key that wraps others. Where nobody says anything, AES and Triple DES wrap as NIST SP 800-38F and RFC 3217
  /// have it.
  fileprivate func wrapping(_ given: CryptographicParameters?) -> CryptographicParameters {
    var parameters = parameters(given)
    if parameters.mode == nil, spec.keyClass == .blockCipher { parameters.mode = .nistKeyWrap }
    return parameters
  }
}

extension KeyWrapping {
  /// The keys as the engine wants them, for what goes out.
  /// - Throws: `badCryptographicParameters`, `objectNotFound`; `keyWrapTypeNotSupported` for a method that isn't there.
  func outgoing(
    _ call: KMIPCall, encode: @escaping @Sendable (Payload, ProtectedKey) throws(KMSError) -> Payload
  ) throws(KMIPFault) -> ObjectWrapping {
    guard method != .tr31 else { throw .noSuchWrapping }
    return ObjectWrapping(
      try cipher(call), try seal(call), sealsPlain: method == .macSignThenEncrypt, encode: encode)
  }

  private func cipher(_ call: KMIPCall) throws(KMIPFault) -> ObjectWrapping.Key<ObjectWrapping.Cipher>? {
    guard let encryption else { return nil }
    let given = try encryption.given()
    return ObjectWrapping.Key(try encryption.reference(call)) { key throws(KMSError) in
      try KMIPFault.passing { () throws(KMIPFault) in
        let used = try UsedKey(wrapping: key)
        var parameters = used.wrapping(given)
        // There is no field in which the client could have given one.
        parameters.hasRandomIV = true
        if used.spec.isAsymmetric { return .rsa(try parameters.rsaEncryption(with: used)) }
        return .symmetric(try parameters.cipher(with: used, iv: nil, enciphering: true))
      }
    }
  }

  fileprivate func seal(
    _ call: KMIPCall, verifying: Bool = false
  ) throws(KMIPFault) -> ObjectWrapping.Key<ObjectWrapping.Seal>? {
    guard let seal else { return nil }
    let given = try seal.given()
    return ObjectWrapping.Key(try seal.reference(call)) { key throws(KMSError) in
      try KMIPFault.passing { () throws(KMIPFault) in
        let used = try UsedKey(wrapping: key)
        let parameters = used.parameters(given)
        guard used.spec.isAsymmetric else { return .mac(try parameters.mac(with: used)) }
        return .signature(
          try parameters.signature(with: used, isDigest: false, verifying: verifying))
      }
    }
  }

  /// The keys for what comes in.
  /// - Throws: `badCryptographicParameters`, `objectNotFound`, `invalidMessage`; `keyWrapTypeNotSupported`.
  func incoming(_ data: MaterialBytes, _ call: KMIPCall) throws(KMIPFault) -> UnwrapMaterial {
    guard method != .tr31 else { throw .noSuchWrapping }
    var check: UnwrapMaterial.Seal?
    if let key = try seal(call, verifying: true) {
      guard let code else { throw .missing("The code over the wrapped key") }
      check = UnwrapMaterial.Seal(key, code: code, isOverPlain: method == .macSignThenEncrypt)
    }
    return UnwrapMaterial(data.wiped, by: try opening(call), seal: check)
  }

  private func opening(_ call: KMIPCall) throws(KMIPFault) -> UnwrapMaterial.Cipher? {
    guard let encryption else { return nil }
    let (given, iv) = (try encryption.given(), iv)
    return UnwrapMaterial.Cipher(try encryption.reference(call)) { key throws(KMSError) in
      try KMIPFault.passing { () throws(KMIPFault) in
        let used = try UsedKey(wrapping: key)
        let parameters = used.wrapping(given)
        if used.spec.isAsymmetric { return .rsa(try parameters.rsaEncryption(with: used)) }
        return .symmetric(try parameters.cipher(with: used, iv: iv, enciphering: false))
      }
    }
  }
}

extension KMIPFault {
  static let noSuchWrapping = KMIPFault(
    .keyWrapTypeNotSupported, "Keys aren't wrapped by that method here.")

  /// What closures throw that run inside the engine.
  static func passing<Result>(_ body: () throws(KMIPFault) -> Result) throws(KMSError) -> Result {
    do throws(KMIPFault) {
      return try body()
    } catch {
      throw error.asError
    }
  }
}

/// How a wrapped key was wrapped, as the answer says it.
struct WrittenWrapping: Sendable {
  let wrapping: KeyWrapping
  /// Of the keys.
  private let encryptionIdentifier: String?
  private let sealIdentifier: String?
  /// Whether the material stands in a Key Value structure, and not instead of one.
  let hasStructure: Bool

  init(_ wrapping: KeyWrapping, _ call: KMIPCall, hasStructure: Bool) throws(KMIPFault) {
    self.wrapping = wrapping
    self.hasStructure = hasStructure
    encryptionIdentifier = try wrapping.encryption?.reference(call).asWritten
    sealIdentifier = try wrapping.seal?.reference(call).asWritten
  }

  /// Writes Key Wrapping Data.
  func write(_ material: ExportObject.Material, into answer: inout TTLVWriter) {
    guard case .wrapped(let wrapped) = material else { return }
    let mark = answer.open(.keyWrappingData)
    answer.enumeration(wrapping.method)
    write(wrapping.encryption, encryptionIdentifier, as: .encryptionKeyInformation, into: &answer)
    write(wrapping.seal, sealIdentifier, as: .macSignatureKeyInformation, into: &answer)
    switch wrapped {
    case .encrypted(let encrypted, let code):
      if let code { answer.byteString(.macSignature, code) }
      if let iv = encrypted.iv { answer.byteString(.ivCounterNonce, iv) }
    case .sealed(_, let code): answer.byteString(.macSignature, code)
    }
    if let encoding = wrapping.encoding { answer.enumeration(encoding) }
    answer.close(mark)
  }

  private func write(
    _ key: KeyWrapping.Key?, _ identifier: String?, as tag: KMIPTag, into answer: inout TTLVWriter
  ) {
    guard let key, let identifier else { return }
    let mark = answer.open(tag)
    answer.text(.uniqueIdentifier, identifier)
    if let parameters = key.parameters { answer.copy(parameters) }
    answer.close(mark)
  }
}

import KMSDomain
import KMSEngine
import WireKMIP

/// Decrypts (KMIP 2.1 section 6.1.11), by a symmetric key or the private half of an RSA key.
struct DecryptOperation: KeyUse {
  static let code = KMIP.Operation.decrypt
  static let name = "Decrypt"
  static let action = Action.decrypt

  static func use(_ request: UseRequest, _ key: UsedKey) throws(KMIPFault) -> ObjectUse {
    let parameters = key.parameters(request.parameters, authenticating: request.authenticates)
    if key.spec.isAsymmetric {
      return .decrypt(try request.wholeBytes(), try parameters.rsaEncryption(with: key))
    }
    let cipher = try parameters.cipher(with: key, iv: request.iv, enciphering: false)
    guard cipher.mode.hasTag, request.code == nil else {
      return .decipher(
        try request.wholePayload(), cipher, associated: request.additional, tag: request.code)
    }
    return try withTagBehind(try request.wholeBytes(), cipher, request)
  }

  /// Where no tag is given apart, it stands behind the ciphertext: that is how those write it who have no place for it.
  private static func withTagBehind(
    _ data: [UInt8], _ cipher: CipherParameters, _ request: UseRequest
  ) throws(KMIPFault) -> ObjectUse {
    guard data.count >= cipher.tagLength else {
      throw KMIPFault(.cryptographicFailure, "The tag of the authenticated encryption is missing.")
    }
    let text = data.span.extracting(first: data.count - cipher.tagLength)
    return .decipher(
      Payload(copying: text), cipher, associated: request.additional,
      tag: Array(data.suffix(cipher.tagLength)))
  }

  static func begin(_ request: UseRequest, _ key: UsedKey) throws(KMIPFault) -> StreamStart {
    guard !key.spec.isAsymmetric else { throw .unsupported("Decryption in pieces by such a key") }
    let parameters = key.parameters(request.parameters, authenticating: request.authenticates)
    return .decipher(
      try parameters.cipher(with: key, iv: request.iv, enciphering: false), associated: request.additional)
  }

  static func write(
    _ yield: ObjectYield, _ request: UseRequest, _ call: KMIPCall, into output: inout TTLVWriter
  ) throws(KMIPFault) {
    guard case .text(let text) = yield, text.count > 0 || request.part == .whole else { return }
    text.readOnce { call.outputs.deliver($0, of: .decrypt, as: .data, into: &output) }
  }
}

import KMSDomain
import KMSEngine
import WireKMIP

/// Encrypts (KMIP 2.1 section 6.1.17), by a symmetric key or for the public half of an RSA key.
struct EncryptOperation: KeyUse {
  static let code = KMIP.Operation.encrypt
  static let name = "Encrypt"
  static let action = Action.encrypt

  static func use(_ request: UseRequest, _ key: UsedKey) throws(KMIPFault) -> ObjectUse {
    let parameters = key.parameters(request.parameters, authenticating: request.authenticates)
    let text = try request.wholePayload()
    if key.spec.isAsymmetric { return .encrypt(text, try parameters.rsaEncryption(with: key)) }
    return .encipher(
      text, try parameters.cipher(with: key, iv: request.iv, enciphering: true),
      associated: request.additional)
  }

  static func begin(_ request: UseRequest, _ key: UsedKey) throws(KMIPFault) -> StreamStart {
    guard !key.spec.isAsymmetric else { throw .unsupported("Encryption in pieces by such a key") }
    let parameters = key.parameters(request.parameters, authenticating: request.authenticates)
    return .encipher(
      try parameters.cipher(with: key, iv: request.iv, enciphering: true), associated: request.additional)
  }

  static func write(
    _ yield: ObjectYield, _ request: UseRequest, _ call: KMIPCall, into output: inout TTLVWriter
  ) throws(KMIPFault) {
    switch yield {
    case .bytes(let data): call.outputs.deliver(data.span, of: .encrypt, as: .data, into: &output)
    case .enciphered(let result): write(result, request, call, into: &output)
    case .text, .nothing, .stream: return
    }
  }

  /// Until 1.4 the protocol has no place for a tag: it stands behind the ciphertext.
  private static func write(
    _ result: Enciphered, _ request: UseRequest, _ call: KMIPCall, into output: inout TTLVWriter
  ) {
    let isSeparate = request.version >= .v1_4
    let data = isSeparate ? result.data : result.data + (result.tag ?? [])
    if !data.isEmpty || request.part == .whole {
      call.outputs.deliver(data.span, of: .encrypt, as: .data, into: &output)
    }
    // The one that was made here; it came with the first piece of a stream.
    if request.iv == nil, request.part == .whole, let iv = result.iv {
      output.byteString(.ivCounterNonce, iv)
    }
    if isSeparate, let tag = result.tag { output.byteString(.authenticatedEncryptionTag, tag) }
  }
}

import KMSBytes
package import KMSDomain
import KMSSecrets

// Signatures and message authentication codes.

extension SoftwareCustody {
  package func availability(of algorithm: SigningAlgorithm) -> Availability {
    algorithm.isInLibrary ? .available : .unavailable(SoftwareCustody.absence(algorithm.standardName))
  }

  package func sign(
    _ message: Payload, as form: MessageForm, by algorithm: SigningAlgorithm, context: [UInt8],
    with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8] {
    let key = try ours(key, for: .sign)
    try permit.check(.sign, key: key.key, version: key.version)
    guard context.count <= algorithm.longestContext(with: form) else { throw .contextUnsupported(key.spec) }
    if let elsewhere = key.elsewhere {
      try KeyAlgorithm.signing(algorithm).require(key.spec)
      guard context.isEmpty else { throw .contextUnsupported(key.spec) }
      return try elsewhere.sign(
        try take(message, as: form, by: algorithm, key.spec), as: form, by: algorithm)
    }
    let pair = try key.pair(for: .signing(algorithm), needsPrivateHalf: true)
    let text = try take(message, as: form, by: algorithm, key.spec)
    do throws(CryptoFailure) {
      return try pair.sign(text, as: form, by: algorithm, context: context)
    } catch {
      throw .custodyUnavailable
    }
  }

  package func verify(
    _ signature: [UInt8], of message: Payload, as form: MessageForm, by algorithm: SigningAlgorithm,
    context: [UInt8], with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) {
    let key = try ours(key, for: .verify)
    try permit.check(.verify, key: key.key, version: key.version)
    guard context.count <= algorithm.longestContext(with: form) else { throw .contextUnsupported(key.spec) }
    let pair = try key.pair(for: .signing(algorithm), needsPrivateHalf: false)
    let text = try take(message, as: form, by: algorithm, key.spec)
    do throws(CryptoFailure) {
      try pair.verify(signature, of: text, as: form, by: algorithm, context: context)
    } catch {
      throw error == .rejected ? .invalidSignature : .custodyUnavailable
    }
  }

  private func take(
    _ message: Payload, as form: MessageForm, by algorithm: SigningAlgorithm, _ spec: KeySpec
  ) throws(KMSError) -> SecretBytes {
    guard algorithm.accepts(form) else { throw .incompatibleMessageForm(form, spec) }
    if let length = algorithm.length(of: form), message.count != length {
      throw .invalidDigestLength(algorithm)
    }
    guard algorithm.isInLibrary else {
      throw .unsupportedAlgorithm(SoftwareCustody.absence(algorithm.standardName))
    }
    return try take(message)
  }

  /// - Throws: `KMSError.custodyUnavailable` for a payload that was read before, or too long.
  @inline(__always)
  func take(_ payload: Payload) throws(KMSError) -> SecretBytes {
    guard payload.count <= SoftwareCustody.longestPlaintext, let bytes = payload.take() else {
      throw .custodyUnavailable
    }
    return bytes
  }
}

extension SoftwareCustody {
  package func mac(
    _ message: Payload, by algorithm: MACAlgorithm, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8] {
    let key = try ours(key, for: .mac)
    try permit.check(.generateMac, key: key.key, version: key.version)
    if let elsewhere = key.elsewhere { return try elsewhere.mac(try take(message), by: algorithm) }
    return try code(for: message, by: key.macKey(for: algorithm))
  }

  package func verifyMac(
    _ code: [UInt8], of message: Payload, by algorithm: MACAlgorithm, with key: any LiveKey,
    permit: borrowing Permit
  ) throws(KMSError) {
    let key = try ours(key, for: .verifyMac)
    try permit.check(.verifyMac, key: key.key, version: key.version)
    let right =
      if let elsewhere = key.elsewhere {
        try elsewhere.mac(try take(message), by: algorithm)
      } else {
        try self.code(for: message, by: key.macKey(for: algorithm))
      }
    guard ConstantTime.equal(code, right) else { throw .invalidMAC }
  }

  private func code(for message: Payload, by key: MACKey) throws(KMSError) -> [UInt8] {
    let text = try take(message)
    do throws(CryptoFailure) {
      return try text.withBytes { (bytes) throws(CryptoFailure) in try key.code(for: bytes) }
    } catch {
      throw .custodyUnavailable
    }
  }
}

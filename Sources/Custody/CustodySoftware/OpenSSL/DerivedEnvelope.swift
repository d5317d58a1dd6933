import COpenSSL
import KMSDomain
import KMSSecrets

/// The envelope of Encrypt for material that is elsewhere: whoever has it derives, the rest is done here. The layout and the
/// derivation are `Envelope`'s in format 2.
struct DerivedEnvelope {
  /// Format version, ids and nonce.
  private let header: [UInt8]
  /// What the two codes of the derivation are made over.
  let inputs: ([UInt8], [UInt8])

  /// Of a new message.
  init(key: KeyID, version: VersionID) throws(CryptoFailure) {
    var header = [UInt8](repeating: 0, count: Int(KMS_ENVELOPE_PREFIX))
    try CryptoFailure.check(unsafe kms_envelope_begin(key.bits.bytes + version.bits.bytes, &header))
    guard let inputs = DerivedEnvelope.inputs(header) else { throw .failed }
    self.header = header
    self.inputs = inputs
  }

  /// - Returns: nil for what isn't one of this version's in format 2.
  init?(of ciphertext: [UInt8], key: KeyID, version: VersionID) {
    guard ciphertext.count >= Int(KMS_ENVELOPE_OVERHEAD) else { return nil }
    header = Array(ciphertext.prefix(Int(KMS_ENVELOPE_PREFIX)))
    let ids = key.bits.bytes + version.bits.bytes
    guard header[1..<(1 + ids.count)].elementsEqual(ids), let inputs = DerivedEnvelope.inputs(header) else {
      return nil
    }
    self.inputs = inputs
  }

  private static func inputs(_ header: [UInt8]) -> ([UInt8], [UInt8])? {
    var first = [UInt8](repeating: 0, count: Int(KMS_ENVELOPE_BLOCK))
    var second = first
    guard unsafe kms_envelope_input(header, 1, &first) == KMS_CRYPTO_OK,
      unsafe kms_envelope_input(header, 2, &second) == KMS_CRYPTO_OK
    else { return nil }
    return (first, second)
  }

  /// The header's room, then the context.
  private func bound(_ context: EncryptionContext) -> [UInt8] {
    let count = Int(KMS_ENVELOPE_HEADER)
    let rest = unsafe [UInt8](unsafeUninitializedCapacity: context.canonicalLength) { room, filled in
      var output = unsafe OutputSpan(buffer: room, initializedCount: 0)
      context.appendCanonical(to: &output)
      filled = unsafe output.finalize(for: room)
    }
    return header + [UInt8](repeating: 0, count: count - header.count) + rest
  }

  func seal(
    _ text: borrowing SecretBytes, context: EncryptionContext, _ derived: borrowing SecretBytes
  ) throws(CryptoFailure) -> [UInt8] {
    guard derived.count == Int(KMS_ENVELOPE_DERIVED), let key = unsafe derived.unsafeStart else {
      throw .failed
    }
    var bound = bound(context)
    let boundCount = bound.count
    let from = unsafe text.unsafeStart
    let length = text.count
    var sealed = [UInt8](repeating: 0, count: length + Int(KMS_ENVELOPE_OVERHEAD))
    try CryptoFailure.check(
      unsafe kms_envelope_seal_derived(key, &bound, boundCount, from, length, &sealed))
    return sealed
  }

  /// - Throws: `rejected` for whatever this key didn't seal with this context.
  func open(
    _ sealed: [UInt8], context: EncryptionContext, _ derived: borrowing SecretBytes
  ) throws(CryptoFailure) -> SecretBytes {
    guard derived.count == Int(KMS_ENVELOPE_DERIVED), let key = unsafe derived.unsafeStart else {
      throw .failed
    }
    var bound = bound(context)
    let boundCount = bound.count
    let count = sealed.count - Int(KMS_ENVELOPE_OVERHEAD)
    guard count >= 0 else { throw .rejected }
    var result = KMS_CRYPTO_FAILED
    let text = SecretBytes(count: count) { (room: inout MutableSpan<UInt8>) in
      unsafe result = room.withUnsafeMutableBufferPointer { out in
        unsafe kms_envelope_open_derived(key, &bound, boundCount, sealed, sealed.count, out.baseAddress)
      }
    }
    try CryptoFailure.check(result)
    return text
  }
}

import KMSDomain
import KMSSecrets

/// 32 random bytes that every epoch made in its time is under, besides the root.
final class ErasureSecret: Sendable {
  static let length = 32
  let facts: ErasureSecretFacts
  let secret: Secret
  private let epochs: WrappingKey

  init(_ facts: ErasureSecretFacts, _ bytes: consuming SecretBytes, store: Bits128) throws(SealError) {
    guard bytes.count == ErasureSecret.length else { throw .malformed }
    do throws(CryptoFailure) {
      epochs = WrappingKey(
        try Derivation.key(from: bytes, label: "claviger/erasure/epochs", context: store.bytes))
    } catch {
      throw .cryptoUnavailable
    }
    self.facts = facts
    secret = Secret(bytes)
  }

  /// - Parameter id: nil makes one.
  static func random(_ id: Bits128?, _ now: Instant, store: Bits128) throws(SealError) -> ErasureSecret {
    let fresh: Bits128
    let bytes: SecretBytes
    do throws(CryptoFailure) {
      fresh = try RandomBytes.bits128()
      bytes = try RandomBytes.secret(length)
    } catch {
      throw .cryptoUnavailable
    }
    let facts = ErasureSecretFacts(id: id ?? fresh, createdAt: now)
    return try ErasureSecret(facts, bytes, store: store)
  }

  func seal(_ text: borrowing SecretBytes, aad: [UInt8]) throws(CryptoFailure) -> [UInt8] {
    try epochs.seal(text, aad: binding(aad))
  }

  func open(_ blob: [UInt8], aad: [UInt8]) throws(CryptoFailure) -> SecretBytes {
    try epochs.open(blob, aad: binding(aad))
  }

  private func binding(_ aad: [UInt8]) -> [UInt8] {
    Array("claviger/erasure/1".utf8) + facts.id.bytes + aad
  }

  /// For the file that holds it.
  func code(for bytes: Span<UInt8>, in store: Bits128) throws(CryptoFailure) -> [UInt8] {
    let key = try Derivation.key(from: secret.bytes, label: "claviger/erasure/file", context: store.bytes)
    return try MACKey(key).code(for: bytes)
  }
}

package import KMSDomain
import KMSSecrets

extension SoftwareCustody: ErasureCustody {
  package var erasureSecret: ErasureSecretFacts? { erasure?.current.facts }

  /// Of all that are there, the earliest first.
  package var erasureFacts: [ErasureSecretFacts] { erasure?.facts ?? [] }

  package func addErasureSecret(
    _ id: Bits128, now: Instant, permit: borrowing Permit
  ) throws(KMSError) {
    try permit.check(.addErasureSecret, key: nil, version: nil)
    guard let erasure else { throw .custodyUnavailable }
    do throws(SealError) {
      try erasure.add(id, now: now, needed: epochs.erasures)
    } catch {
      throw .custodyUnavailable
    }
  }

  package func finishErasure(permit: borrowing Permit) throws(KMSError) {
    try permit.check(.finishErasure, key: nil, version: nil)
    do throws(SealError) {
      try erasure?.finish()
    } catch {
      throw .custodyUnavailable
    }
  }
}

/// What is stored of a key that is under an erasure secret, and that under another key.
struct UnderErasure {
  let wrapped: [UInt8]
  let erasure: Bits128?
}

extension WrappingKey {
  /// Under the erasure secret in use first, then under this key: whoever lacks one of the two has nothing.
  func seal(
    _ secret: borrowing SecretBytes, under erasure: ErasureSecrets?, aad: [UInt8]
  ) throws(CryptoFailure) -> UnderErasure {
    guard let current = erasure?.current else {
      return UnderErasure(wrapped: try seal(secret, aad: aad), erasure: nil)
    }
    let inner = SecretBytes(public: try current.seal(secret, aad: aad))
    return UnderErasure(wrapped: try seal(inner, aad: aad), erasure: current.facts.id)
  }

  /// - Throws: `rejected` also for an erasure secret that isn't there.
  func open(
    _ wrapped: [UInt8], under id: Bits128?, of erasure: ErasureSecrets?, aad: [UInt8]
  ) throws(CryptoFailure) -> SecretBytes {
    let outer = try open(wrapped, aad: aad)
    guard let id else { return outer }
    guard let secret = erasure?[id] else { throw .rejected }
    return try secret.open(outer.plain, aad: aad)
  }
}

extension SecretBytes {
  /// A copy in ordinary memory, of what isn't secret in it.
  var plain: [UInt8] {
    var result: [UInt8] = []
    withBytes { bytes in
      for index in bytes.indices { result.append(bytes[index]) }
    }
    return result
  }
}

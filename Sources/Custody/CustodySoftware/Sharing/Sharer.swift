import KMSDomain
import KMSSecrets

/// A method of sharing, ready for use.
struct Sharer: Sendable {
  private enum Work: Sendable {
    case xor
    case field(any SharingField)
  }

  private let sharing: SecretSharing
  private let work: Work

  /// - Throws: `KMSError.cryptography(.sharing)` for a prime that isn't one, or doesn't serve.
  init(_ sharing: SecretSharing) throws(KMSError) {
    self.sharing = sharing
    switch sharing.method {
    case .xor: work = .xor
    case .gf256: work = .field(GF256.sharing)
    case .gf65536: work = .field(GF65536())
    case .prime(let number):
      guard let field = PrimeField(number, parts: sharing.parts) else { throw .cryptography(.sharing) }
      work = .field(field)
    }
  }

  /// - Throws: `KMSError.cryptography(.sharing)` for a secret that can't be divided, or is longer than any key.
  func split(_ secret: borrowing SecretBytes) throws(KMSError) -> [KeyShare] {
    guard (1...SecretSharing.longestSecret).contains(secret.count), let parts = try parts(of: secret) else {
      throw .cryptography(.sharing)
    }
    return parts.enumerated().map { index, part in
      KeyShare(identifier: index + 1, bytes: Payload(part.bytes.prefix(part.bytes.count)))
    }
  }

  private func parts(of secret: borrowing SecretBytes) throws(KMSError) -> [Secret]? {
    do throws(CryptoFailure) {
      switch work {
      case .xor: return try ExclusiveOr.split(secret, parts: sharing.parts)
      case .field(let field):
        return try field.split(secret, parts: sharing.parts, threshold: sharing.threshold)
      }
    } catch {
      throw .custodyUnavailable
    }
  }

  /// - Parameter shares: of distinct identifiers, each one that a part has.
  /// - Parameter length: of the secret; nil when the shares say it.
  /// - Throws: `KMSError.cryptography(.shares)` for too few, for lengths that differ, for shares that are longer than those of any
  ///   secret, and for a secret that is longer than it should be, or empty.
  func join(
    _ shares: [(identifier: Int, bytes: Secret)], length: Int?
  ) throws(KMSError) -> SecretBytes {
    guard shares.count >= sharing.threshold, let first = shares.first?.bytes.bytes.count,
      // One more where pairs of bytes are shared.
      first <= SecretSharing.longestSecret + 1,
      shares.allSatisfy({ $0.bytes.bytes.count == first && areElements($0.bytes) })
    else { throw .cryptography(.shares) }
    let whole = try joined(shares)
    guard let length else { return whole }
    guard length > 0, length <= whole.count,
      SecretMath.isZero(whole, count: whole.count - length)
    else { throw .cryptography(.shares) }
    return whole.slice((whole.count - length)..<whole.count)
  }

  private func areElements(_ share: Secret) -> Bool {
    switch work {
    case .xor: share.bytes.count > 0
    case .field(let field):
      field.isLength(share.bytes.count)
        && ((field as? PrimeField).map { share.bytes.withBytes($0.isLess) } ?? true)
    }
  }

  private func joined(_ shares: [(identifier: Int, bytes: Secret)]) throws(KMSError) -> SecretBytes {
    do throws(CryptoFailure) {
      switch work {
      case .xor: return ExclusiveOr.join(shares.map(\.bytes))
      case .field(let field): return try field.join(shares)
      }
    } catch {
      throw .custodyUnavailable
    }
  }
}

enum SecretMath {
  /// Whether the first bytes are all zero, in time that doesn't say which isn't.
  static func isZero(_ bytes: borrowing SecretBytes, count: Int) -> Bool {
    bytes.withBytes { bytes in
      var sum: UInt8 = 0
      for index in 0..<min(count, bytes.count) { sum |= bytes[index] }
      return sum == 0
    }
  }
}

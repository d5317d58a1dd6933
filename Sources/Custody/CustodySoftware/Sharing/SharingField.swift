import KMSDomain
import KMSSecrets

// Secret sharing is the one piece of cryptography that is this project's own; `docs/decisions/0023` says why.
//
// Secrets and shares are strings of field elements, in secret memory. What is multiplied by is always public: a part's
// identifier, or one of Lagrange's coefficients. So each field multiplies by adding up doublings, as the public factor says, and
// no branch, no index and no duration depends on a secret byte.

/// A field over which polynomials are evaluated, element by element.
protocol SharingField: Sendable {
  /// Whoever sees it learns nothing: identifiers and coefficients.
  associatedtype Factor: Sendable

  /// A secret as elements; nil when it can't be divided so.
  func elements(of secret: borrowing SecretBytes) -> SecretBytes?
  /// Random elements, as many as fill so many bytes.
  func random(_ count: Int) throws(CryptoFailure) -> SecretBytes
  /// Whether so many bytes are elements.
  func isLength(_ count: Int) -> Bool
  func factor(_ identifier: Int) -> Factor
  /// What the share of one part counts for among all that are there: Lagrange's coefficient at 0.
  func coefficient(_ identifiers: [Int], index: Int) throws(CryptoFailure) -> Factor
  /// `value` times the factor, plus `addend`.
  func scale(_ value: inout MutableSpan<UInt8>, by factor: Factor, adding addend: Span<UInt8>)
}

extension SharingField {
  /// The parts 1, 2 and so on of a secret: values of a random polynomial that is the secret at 0 (Shamir 1979).
  func split(
    _ secret: borrowing SecretBytes, parts: Int, threshold: Int
  ) throws(CryptoFailure) -> [Secret]? {
    guard let elements = elements(of: secret) else { return nil }
    var coefficients = [Secret(elements)]
    for _ in 1..<max(1, threshold) { coefficients.append(Secret(try random(coefficients[0].bytes.count))) }
    return (1...parts).map { part in Secret(value(of: coefficients, at: factor(part))) }
  }

  /// Horner's rule, from the highest power down.
  private func value(of coefficients: [Secret], at place: Factor) -> SecretBytes {
    let count = coefficients[0].bytes.count
    return SecretBytes(count: count) { (value: inout MutableSpan<UInt8>) in
      for coefficient in coefficients.reversed() {
        coefficient.bytes.withBytes { scale(&value, by: place, adding: $0) }
      }
    }
  }

  /// What the polynomial through these is at 0.
  func join(_ shares: [(identifier: Int, bytes: Secret)]) throws(CryptoFailure) -> SecretBytes {
    let identifiers = shares.map(\.identifier)
    var sum = SecretBytes(count: shares.first?.bytes.bytes.count ?? 0) { (_: inout MutableSpan<UInt8>) in }
    for (index, share) in shares.enumerated() {
      let coefficient = try coefficient(identifiers, index: index)
      let next = SecretBytes(count: sum.count) { (value: inout MutableSpan<UInt8>) in
        share.bytes.bytes.withBytes { bytes in
          for index in bytes.indices { value[index] = bytes[index] }
        }
        sum.withBytes { scale(&value, by: coefficient, adding: $0) }
      }
      sum = next
    }
    return sum
  }
}

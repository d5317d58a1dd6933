import FoundationEssentials
import JWTKit

/// A public key of an issuer, ready to check signatures by the algorithms that it is for.
struct IssuerKey: Sendable {
  let id: String?
  private let checks: [TokenAlgorithm: any JWTAlgorithm]

  var algorithms: [TokenAlgorithm] { Array(checks.keys) }

  /// - Parameter algorithms: all of one family, which is the key's.
  /// - Throws: when the numbers are no such key.
  init(id: String?, _ numbers: Numbers, for algorithms: [TokenAlgorithm]) async throws {
    self.id = id
    var checks: [TokenAlgorithm: any JWTAlgorithm] = [:]
    for algorithm in algorithms { checks[algorithm] = try await IssuerKey.check(numbers, algorithm) }
    self.checks = checks
  }

  /// What a key is made of: base 64 for URLs.
  enum Numbers {
    case rsa(modulus: String, exponent: String)
    case point(x: String, y: String)
    /// SubjectPublicKeyInfo, DER.
    case rsaPublicKey([UInt8])
    /// X.509, DER.
    case rsaCertificate([UInt8])
  }

  func isFor(_ algorithm: TokenAlgorithm) -> Bool { checks[algorithm] != nil }

  /// Whether it made this signature by this algorithm; false for an algorithm that the key isn't for.
  func signed(_ text: [UInt8], as signature: [UInt8], by algorithm: TokenAlgorithm) -> Bool {
    guard let check = checks[algorithm] else { return false }
    // It throws for signatures of the wrong length.
    return (try? check.verify(signature, signs: text)) ?? false
  }

  /// The library keeps its algorithms to itself but for the ones in a collection, so each goes through one.
  private static func check(
    _ numbers: Numbers, _ algorithm: TokenAlgorithm
  ) async throws -> any JWTAlgorithm {
    switch numbers {
    case .rsa(let modulus, let exponent):
      try await check(Insecure.RSA.PublicKey(modulus: modulus, exponent: exponent), algorithm)
    case .rsaPublicKey(let key): try await check(PublicKeyText.rsa(key), algorithm)
    case .rsaCertificate(let certificate): try await check(sound(certificate), algorithm)
    case .point(let x, let y): try await check(x: x, y: y, algorithm)
    }
  }

  /// The key of a certificate, which nobody has measured yet.
  private static func sound(_ certificate: [UInt8]) throws -> Insecure.RSA.PublicKey {
    let key = try PublicKeyText.rsa(certificate: certificate)
    let numbers = try key.getKeyPrimitives()
    let modulus = Array(numbers.modulus.drop { $0 == 0 })
    let exponent = Array(numbers.publicExponent.drop { $0 == 0 })
    guard let first = modulus.first,
      TokenLimits.modulus.contains(modulus.count * 8 - first.leadingZeroBitCount),
      (1...TokenLimits.exponent).contains(exponent.count),
      exponent.reduce(UInt64(0), { $0 << 8 | UInt64($1) }) >= 3
    else { throw WrongFamily() }
    return key
  }

  private static func check(
    _ key: Insecure.RSA.PublicKey, _ algorithm: TokenAlgorithm
  ) async throws -> any JWTAlgorithm {
    let keys = JWTKeyCollection()
    switch algorithm {
    case .rs256: await keys.add(rsa: key, digestAlgorithm: .sha256)
    case .rs384: await keys.add(rsa: key, digestAlgorithm: .sha384)
    case .rs512: await keys.add(rsa: key, digestAlgorithm: .sha512)
    case .ps256: await keys.add(pss: key, digestAlgorithm: .sha256)
    case .ps384: await keys.add(pss: key, digestAlgorithm: .sha384)
    case .ps512: await keys.add(pss: key, digestAlgorithm: .sha512)
    case .es256, .es384, .es512: throw WrongFamily()
    }
    return try await keys.getKey()
  }

  private static func check(
    x: String, y: String, _ algorithm: TokenAlgorithm
  ) async throws -> any JWTAlgorithm {
    let keys = JWTKeyCollection()
    switch algorithm {
    case .es256: await keys.add(ecdsa: try ES256PublicKey(parameters: (x, y)))
    case .es384: await keys.add(ecdsa: try ES384PublicKey(parameters: (x, y)))
    case .es512: await keys.add(ecdsa: try ES512PublicKey(parameters: (x, y)))
    case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: throw WrongFamily()
    }
    return try await keys.getKey()
  }

  private struct WrongFamily: Error {}
}

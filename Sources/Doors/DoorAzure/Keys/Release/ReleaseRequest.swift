import KMSDomain
import WireJSON

/// Who asks for a key to be released, and how it is to travel.
struct ReleaseRequest: Sendable {
  /// What an authority says of the environment: a JWT.
  let target: String
  /// For the answer, so that an old one can't be taken for it.
  let nonce: String?
  let protection: Protection

  /// By which the material is protected: RSA-OAEP over AES key wrap with padding.
  enum Protection: String, CaseIterable, Sendable {
    case sha1 = "CKM_RSA_AES_KEY_WRAP"
    case sha256 = "RSA_AES_KEY_WRAP_256"
    case sha384 = "RSA_AES_KEY_WRAP_384"

    var hash: HashFunction {
      switch self {
      case .sha1: .sha1
      case .sha256: .sha256
      case .sha384: .sha384
      }
    }
  }

  private static let longestNonce = 1024

  /// - Throws: `badParameter`.
  init(_ body: JSONValue) throws(KeyFault) {
    guard let target = try body.text("target") else { throw .missing("target") }
    guard !target.isEmpty else { throw .invalid("target") }
    self.target = target
    nonce = try body.text("nonce")
    guard (nonce?.utf8.count ?? 0) <= ReleaseRequest.longestNonce else { throw .invalid("nonce") }
    guard let name = try body.text("enc") else {
      protection = .sha1
      return
    }
    guard let protection = Protection(rawValue: name) else { throw .invalid("enc") }
    self.protection = protection
  }
}

/// The key of an environment, which it says that nobody else has the private half of.
struct EnvironmentKey: Hashable, Sendable {
  let id: String?
  let half: PublicHalf

  /// The first of `x-ms-runtime` that is for encrypting by RSA.
  /// - Throws: `badParameter` where there is none.
  init(_ claims: JSONValue, _ forms: any PublicKeyForms) throws(KeyFault) {
    let found = claims["x-ms-runtime"]?["keys"]?.elements.lazy.compactMap {
      EnvironmentKey(jwk: $0, forms)
    }
    guard let first = found?.first else {
      throw .badParameter("The attestation names no key that the released key could be encrypted for.")
    }
    self = first
  }

  private init?(jwk: JSONValue, _ forms: any PublicKeyForms) {
    guard jwk["kty"]?.string == "RSA", EnvironmentKey.isForEncrypting(jwk),
      let n = try? jwk.bytes("n"), let e = try? jwk.bytes("e"), let first = n.first, first != 0,
      n.last.map({ $0 & 1 == 1 }) == true, EnvironmentKey.isExponent(e),
      let spec = EnvironmentKey.spec(bits: n.count * 8 - first.leadingZeroBitCount)
    else { return nil }
    do throws(KMSError) {
      half = try forms.publicHalf([.modulus: n, .publicExponent: e], spec)
    } catch {
      return nil
    }
    id = jwk["kid"]?.string
  }

  private static func isForEncrypting(_ jwk: JSONValue) -> Bool {
    if let use = jwk["use"], use.string != "enc" { return false }
    guard let operations = jwk["key_ops"] else { return true }
    return operations.elements.contains { ["encrypt", "wrapKey"].contains($0.string) }
  }

  /// Odd, at least 3 and at most 32 bits: by the exponent 1 nothing would be encrypted.
  private static func isExponent(_ bytes: [UInt8]) -> Bool {
    guard (1...4).contains(bytes.count) else { return false }
    let exponent = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    return exponent >= 3 && exponent & 1 == 1
  }

  private static func spec(bits: Int) -> KeySpec? {
    switch bits {
    case 2048: .rsa2048
    case 3072: .rsa3072
    case 4096: .rsa4096
    default: nil
    }
  }
}

import Crypto
import KMSBytes

/// What signs the requests of one access key for one day, Region and service. It has no description and no way out.
///
/// Source: AWS IAM User Guide, "Create a signed AWS API request", step "Derive a signing key".
package struct SigningKey: Sendable {
  /// Both passes have absorbed the key already; copies start from there.
  private let prepared: HMAC<SHA256>

  /// - Returns: nil unless `derived` is 32 bytes.
  package init?(derived: Span<UInt8>) {
    guard derived.count == SHA256.byteCount else { return nil }
    var copy = [UInt8](repeating: 0, count: SHA256.byteCount)
    defer { SigningKey.wipe(&copy) }
    for index in copy.indices { copy[index] = derived[index] }
    prepared = HMAC(key: SymmetricKey(data: copy))
  }

  package init?(derived: [UInt8]) { self.init(derived: derived.span) }

  private init(_ key: SymmetricKey) { prepared = HMAC(key: key) }

  /// The chain over date, Region, service and terminator, for those who hold the secret: signers.
  package static func derive(secret: [UInt8], scope: CredentialScope) -> SigningKey {
    var seed = Array("AWS4".utf8)
    seed.reserveCapacity(4 + secret.count)
    seed.append(contentsOf: secret)
    defer { wipe(&seed) }
    var key = SymmetricKey(data: seed)
    for part in [scope.date, scope.region, scope.service, CredentialScope.terminator] {
      key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
    }
    return SigningKey(key)
  }

  /// The signature of a string to sign, 32 bytes.
  func signature(of stringToSign: [UInt8]) -> [UInt8] {
    var mac = prepared
    mac.update(data: stringToSign)
    return Array(mac.finalize())
  }

  /// Constant-time in the signature's bytes.
  func signed(_ stringToSign: [UInt8], as signature: [UInt8]) -> Bool {
    ConstantTime.equal(self.signature(of: stringToSign), signature)
  }

  /// Out of line, so that the stores are not removed as dead.
  @inline(never)
  private static func wipe(_ bytes: inout [UInt8]) {
    for index in bytes.indices { bytes[index] = 0 }
  }
}

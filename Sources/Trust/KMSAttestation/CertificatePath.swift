import Crypto
import Foundation
import KMSDomain
import SwiftASN1
@_spi(FixedExpiryValidationTime) import X509

/// The certificates of a document as the path that they must be: the bundle from its root on, then the signer's own.
struct CertificatePath {
  private let signer: Certificate
  private let bundle: [Certificate]

  /// Each names the one before it as its issuer, and no two have one name. So there is one way to a root: nobody can make the
  /// search for it long with certificates that all may have signed each other.
  /// - Throws: `KMSError.attestation(.malformed)`, `.untrusted`.
  init(signer: [UInt8], bundle: [[UInt8]]) throws(KMSError) {
    guard let certificate = try? Certificate(derEncoded: signer),
      let authorities = try? bundle.map({ try Certificate(derEncoded: $0) })
    else { throw .attestation(.malformed) }
    let path = authorities + [certificate]
    guard zip(path, path.dropFirst()).allSatisfy({ $0.subject == $1.issuer }),
      Set(path.map(\.subject)).count == path.count
    else { throw .attestation(.untrusted) }
    self.signer = certificate
    self.bundle = authorities
  }

  /// The signer's key, once the path is proved (RFC 5280): signatures, times, what each certificate may be used for.
  /// - Throws: `KMSError.attestation(.untrusted)`.
  func verifiedKey(under roots: AttestationRoots, at time: Instant) async throws(KMSError)
    -> P384.Signing.PublicKey
  {
    let date = Date(timeIntervalSince1970: Double(time.milliseconds) / 1000)
    var verifier = Verifier(rootCertificates: CertificateStore(roots.certificates)) {
      RFC5280Policy(fixedExpiryValidationTime: date)
    }
    let result = await verifier.validate(leaf: signer, intermediates: CertificateStore(bundle))
    guard case .validCertificate(let chain) = result, chain.count > 1,
      chain.dropFirst().allSatisfy(CertificatePath.isAuthority), CertificatePath.maySign(signer),
      let key = P384.Signing.PublicKey(signer.publicKey)
    else { throw .attestation(.untrusted) }
    return key
  }

  // The policy of the library lets certificates of version 1 issue others, and doesn't ask for the usage of keys.

  private static func isAuthority(_ certificate: Certificate) -> Bool {
    guard certificate.version == .v3, let constraints = try? certificate.extensions.basicConstraints,
      case .isCertificateAuthority = constraints, let usage = try? certificate.extensions.keyUsage
    else { return false }
    return usage.keyCertSign
  }

  private static func maySign(_ certificate: Certificate) -> Bool {
    guard certificate.version == .v3, let usage = try? certificate.extensions.keyUsage else { return false }
    return usage.digitalSignature
  }
}

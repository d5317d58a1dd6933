import SwiftASN1
import WireKMIP
import X509

/// The extensions of certificates that are issued here (RFC 5280 section 4.2).
enum CertificateExtensions {
  /// Of an authority: it issues certificates of those who aren't authorities themselves.
  static func authority(_ publicKey: [UInt8]) throws(KMIPFault) -> Certificate.Extensions {
    do {
      let key = try identifier(publicKey)
      return try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
        Critical(KeyUsage(keyCertSign: true, cRLSign: true))
        SubjectKeyIdentifier(keyIdentifier: key)
      }
    } catch {
      throw unwritable
    }
  }

  /// Of a client: never of an authority, whatever it asks for.
  static func client(
    _ publicKey: [UInt8], under authority: [UInt8], for mask: KMIP.CryptographicUsageMask,
    _ alternativeNames: Certificate.Extension?
  ) throws(KMIPFault) -> Certificate.Extensions {
    do {
      let issuer = try identifier(authority)
      var extensions = try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(usage(mask))
        AuthorityKeyIdentifier(keyIdentifier: issuer)
      }
      // Keys of kinds that the library doesn't know have none.
      if let own = try? identifier(publicKey) {
        try extensions.append(
          try Certificate.Extension(SubjectKeyIdentifier(keyIdentifier: own), critical: false))
      }
      if let alternativeNames { try extensions.append(alternativeNames) }
      return extensions
    } catch {
      throw unwritable
    }
  }

  private static let unwritable = KMIPFault(.generalFailure, "Such a certificate can't be written.")

  private static func identifier(_ publicKey: [UInt8]) throws -> ArraySlice<UInt8> {
    let document = PEMDocument(type: Certificate.PublicKey.defaultPEMDiscriminator, derBytes: publicKey)
    return SubjectKeyIdentifier(hash: try Certificate.PublicKey(pemDocument: document)).keyIdentifier
  }

  private static func usage(_ mask: KMIP.CryptographicUsageMask) -> KeyUsage {
    let hides = !mask.isDisjoint(with: [.encrypt, .decrypt, .wrapKey, .unwrapKey])
    let agrees = !mask.isDisjoint(with: [.keyAgreement, .deriveKey])
    let commits = mask.contains(.contentCommitment)
    let signs = !mask.isDisjoint(with: [.sign, .verify, .authenticate]) || !(hides || agrees || commits)
    return KeyUsage(
      digitalSignature: signs, nonRepudiation: commits, keyEncipherment: hides, dataEncipherment: hides,
      keyAgreement: agrees)
  }
}

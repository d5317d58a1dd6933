import SwiftASN1
import X509

/// The certificates that attestation is traced back to. There are no others: the operator names them.
package struct AttestationRoots: Sendable {
  let certificates: [Certificate]

  /// - Parameter pem: one certificate or several.
  /// - Returns: nil when there is none in it, or something else.
  package init?(pem: String) {
    guard let documents = try? PEMDocument.parseMultiple(pemString: pem), !documents.isEmpty,
      let certificates = try? documents.map({ try Certificate(pemDocument: $0) })
    else { return nil }
    self.certificates = certificates
  }
}

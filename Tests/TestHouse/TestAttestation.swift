import Foundation
package import KMSDomain

/// Knows two documents and believes nothing else: what real documents prove is KMSAttestation's affair.
package struct TestAttestation: AttestationVerifier {
  package init() {}

  package static let enclave: [UInt8] = [1]
  package static let machine: [UInt8] = [2]
  package static let measurement = String(repeating: "ab", count: 48)

  package func verify(_ document: [UInt8]) async throws(KMSError) -> Recipient {
    switch document {
    case TestAttestation.enclave: TestAttestation.recipient(.enclave)
    case TestAttestation.machine: TestAttestation.recipient(.measuredMachine)
    default: throw .attestation(.malformed)
    }
  }

  package static func recipient(_ platform: Recipient.Platform) -> Recipient {
    Recipient(
      platform: platform, module: "test", registers: [0: measurement, 1: String(repeating: "0", count: 96)],
      publicKey: [UInt8](Data(base64Encoded: publicKey) ?? Data()))
  }

  /// RSA of 2048 bits; nobody has the private half.
  private static let publicKey = """
    MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAjwK5Au/1tt5mJJTE4c361sJSDTeaYxHUuvf0Ftx+Gaw73L7PTYIb\
    /Csvio59jmg8J8/I/r8VtPQq4d2wnMn4RBjOyzJ3L34KDvvDMWHD0OuwkA/ps/0dmUz1ULoHKIxwsfldgYImQcqObJu7zZfs\
    GHhudhu+Rn7Fi/w2wuWRFzFdRTxHmiPO1/HCnUNBRjhZmM/ivpcMMcE9LNsoxlVgpEMbUIgoUmjhimCt8smye8oCAPF9SR0/\
    4OHeUQCQH/mzUp0WXC/D4CWC65UZpktwTyE8yjY9fMtIAhVWW5+wWYJPPPKKhhOJqg0klZ3nCWwl0+xK/+NdRY1PZXCUd02W\
    AQIDAQAB
    """
}

/// Who judges attestation documents.
package protocol AttestationVerifier: Sendable {
  /// - Throws: `KMSError.attestation`.
  func verify(_ document: [UInt8]) async throws(KMSError) -> Recipient
}

/// Of a server that was given no roots of trust.
package struct NoAttestation: AttestationVerifier {
  package init() {}

  package func verify(_ document: [UInt8]) async throws(KMSError) -> Recipient {
    throw .attestation(.noRoots)
  }
}

package import KMSDomain

/// Judges attestation documents of AWS Nitro Enclaves and NitroTPM under roots that the operator chose.
///
/// A document counts when its structure is the documented one, its certificates lead to a root and are valid now, its signature
/// is by the key of the last of them, and it was made within five minutes. It says nothing of who sent it: whoever holds it can
/// send it, and gets what only the environment can open.
package struct NitroAttestation: AttestationVerifier {
  private let roots: AttestationRoots
  private let clock: any TimeSource

  /// - Parameter realClock: not the one that a development server may advance; those who sign documents know no other.
  package init(roots: AttestationRoots, realClock: any TimeSource) {
    self.roots = roots
    clock = realClock
  }

  package func verify(_ document: [UInt8]) async throws(KMSError) -> Recipient {
    guard document.count <= AttestationLimits.document else { throw .attestation(.malformed) }
    let message = try SignedMessage(document)
    let content = try AttestationDocument(message.payload)
    // Cheap checks first: the rest costs a signature for each certificate.
    let now = clock.now()
    guard content.time >= now.advanced(seconds: -AttestationLimits.freshness),
      content.time <= now.advanced(seconds: AttestationLimits.freshness)
    else { throw .attestation(.notFresh) }
    let path = try CertificatePath(signer: content.certificate, bundle: content.bundle)
    // Certificates are made for the moment and begin at once: to a server whose clock is behind, they begin in the future.
    let key = try await path.verifiedKey(under: roots, at: max(now, content.time))
    guard message.isSigned(by: key) else { throw .attestation(.badSignature) }
    return Recipient(
      platform: content.platform, module: content.module, registers: content.registers,
      publicKey: content.publicKey)
  }
}

package import KMSDomain
package import KMSEngine

/// What signs statements about keys, and what vouches for that.
package struct KeyStatements: Sendable {
  let tokens: TokenKeys
  let certifier: any TokenKeyCertifier
  /// Whether the server may have been told what its keys are made of.
  let isDevelopment: Bool

  package init(_ tokens: TokenKeys, certifier: any TokenKeyCertifier, isDevelopment: Bool) {
    self.tokens = tokens
    self.certifier = certifier
    self.isDevelopment = isDevelopment
  }
}

/// What the server says of a key to those who can't look for themselves: who has it, where it is, where it comes from.
struct AttestKey {
  private static let operation = "GetKeyAttestation"
  private let call: VaultCall

  init(_ call: VaultCall) { self.call = call }

  /// - Parameter version: nil for the latest.
  func run(_ name: String, _ version: String?) async throws(AzureError) -> VaultAnswer {
    guard call.version >= .v7_6 else {
      let record = try await ReadKey(call).record(name, version, AttestKey.operation, .attestVaultKey)
      return try KeyBundle(record, call).answer()
    }
    guard let statements = call.statements else { throw .internalError }
    let (call, address) = (call, try KeyAddress(call, name, version: version))
    let work = AttestVaultKey(
      AttestKey.operation, address.reference, by: statements.tokens, certifiedBy: statements.certifier
    ) { record throws(KMSError) in
      try address.require(record)
    } write: { record, place, now throws(KMSError) in
      guard let known = try KnownKey(record, address, call) else { throw KMSError.permitMismatch }
      return KeyClaims(known, place, now, call, isDevelopment: statements.isDevelopment).all
    }
    let signed = try await call.use(work, doing: nil, about: address.subject)
    return try KeyBundle(signed.record, call).answer(attestation: KeyAttestation(signed))
  }
}

package import KMSDomain

/// Encrypts a caller's bytes under the key's current version: by a symmetric key, or for the public half of a key pair.
package struct Encrypt: Operation {
  package typealias Prepared = UsableKey

  package let key: KeyReference
  package let plaintext: Payload
  /// nil: symmetric.
  package let algorithm: EncryptionAlgorithm?
  package let context: EncryptionContext
  package let isDryRun: Bool

  package init(
    _ key: KeyReference, plaintext: Payload, by algorithm: EncryptionAlgorithm? = nil,
    context: EncryptionContext, isDryRun: Bool
  ) {
    self.key = key
    self.plaintext = plaintext
    self.algorithm = algorithm
    self.context = context
    self.isDryRun = isDryRun
  }

  package struct Answer: Sendable {
    package let key: ProtectedKey
    /// nil: symmetric.
    package let algorithm: EncryptionAlgorithm?
    package let ciphertext: [UInt8]
  }

  package var operation: String { "Encrypt" }
  package var asked: Asked { Asked(.encrypt, named: key.asWritten) }
  package var references: [KeyReference] { [key] }
  package var encryptionContext: EncryptionContext? { context }

  package func prepare(_ desk: Desk) async throws(KMSError) -> UsableKey { try await desk.protecting(key) }
  package func prepareWarm(_ desk: Desk) -> UsableKey? { desk.protectingWarm(key) }

  package func demands(_ prepared: UsableKey, _ desk: Desk) -> Demands {
    Demands(
      Demand(
        .encrypt, on: .key(prepared.key), named: key.asWritten,
        facts: RequestFacts(context: context, alias: key.alias, by: algorithm), version: prepared.version))
  }

  package func isSlow(_ prepared: UsableKey) -> Bool { prepared.isSlow(.encrypt) }

  package func rehearse(
    _ prepared: UsableKey, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) {
    try algorithm.require(prepared.key.record.spec, plaintext: plaintext.count, context)
  }

  package func perform(
    _ prepared: UsableKey, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try rehearse(prepared, permits, desk, caller)
    let ciphertext = try desk.custody.encrypt(
      plaintext, by: algorithm, context, with: try prepared.material(), permit: permits.first)
    return Performed(Answer(key: prepared.key, algorithm: algorithm, ciphertext: ciphertext))
  }
}

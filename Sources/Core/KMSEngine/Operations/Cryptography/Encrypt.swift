package import KMSDomain

/// Encrypts a caller's bytes under the key's current version.
package struct Encrypt: Operation {
  package typealias Prepared = UsableKey

  package let key: KeyReference
  package let plaintext: Payload
  package let context: EncryptionContext
  package let isDryRun: Bool

  package init(_ key: KeyReference, plaintext: Payload, context: EncryptionContext, isDryRun: Bool) {
    self.key = key
    self.plaintext = plaintext
    self.context = context
    self.isDryRun = isDryRun
  }

  package struct Answer: Sendable {
    package let key: ProtectedKey
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
        facts: RequestFacts(context: context, alias: key.alias), version: prepared.version))
  }

  package func perform(
    _ prepared: UsableKey, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    let ciphertext = try desk.custody.encrypt(
      plaintext, context: context, with: try prepared.material(), permit: permits.first)
    return Performed(Answer(key: prepared.key, ciphertext: ciphertext))
  }
}

package import KMSDomain

/// Makes a data key: random bytes, in the clear and encrypted, or encrypted only. The two forms are two actions.
package struct GenerateDataKey: Operation {
  package typealias Prepared = UsableKey

  package let key: KeyReference
  /// In bytes; the door has checked its bounds.
  package let count: Int
  package let context: EncryptionContext
  package let withPlaintext: Bool
  package let isDryRun: Bool

  package init(
    _ key: KeyReference, count: Int, context: EncryptionContext, withPlaintext: Bool, isDryRun: Bool
  ) {
    self.key = key
    self.count = count
    self.context = context
    self.withPlaintext = withPlaintext
    self.isDryRun = isDryRun
  }

  package struct Answer: Sendable {
    package let key: ProtectedKey
    package let version: VersionID
    /// nil in the form without plaintext.
    package let plaintext: Payload?
    package let ciphertext: [UInt8]
  }

  private var action: Action { withPlaintext ? .generateDataKey : .generateDataKeyWithoutPlaintext }
  package var operation: String { withPlaintext ? "GenerateDataKey" : "GenerateDataKeyWithoutPlaintext" }
  package var asked: Asked { Asked(action, named: key.asWritten) }
  package var references: [KeyReference] { [key] }
  package var encryptionContext: EncryptionContext? { context }

  package func prepare(_ desk: Desk) async throws(KMSError) -> UsableKey { try await desk.protecting(key) }
  package func prepareWarm(_ desk: Desk) -> UsableKey? { desk.protectingWarm(key) }

  package func isSlow(_ prepared: UsableKey) -> Bool { prepared.isElsewhere }

  package func demands(_ prepared: UsableKey, _ desk: Desk) -> Demands {
    Demands(
      Demand(
        action, on: .key(prepared.key), named: key.asWritten,
        facts: RequestFacts(context: context, alias: key.alias), version: prepared.version))
  }

  package func rehearse(
    _ prepared: UsableKey, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) {
    try KeyAlgorithm.symmetric.require(prepared.key.record.spec)
  }

  package func perform(
    _ prepared: UsableKey, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try rehearse(prepared, permits, desk, caller)
    let live = try prepared.material()
    let plaintext: Payload?
    let ciphertext: [UInt8]
    if withPlaintext {
      let made = try desk.custody.generateDataKey(
        count: count, context: context, with: live, permit: permits.first)
      (plaintext, ciphertext) = (made.plaintext, made.ciphertext)
    } else {
      plaintext = nil
      ciphertext = try desk.custody.generateDataKeyWithoutPlaintext(
        count: count, context: context, with: live, permit: permits.first)
    }
    return Performed(
      Answer(key: prepared.key, version: prepared.version, plaintext: plaintext, ciphertext: ciphertext))
  }
}

package import KMSDomain

/// Makes a key pair for the caller: the public half, and the private half in the clear and encrypted, or encrypted only. The two
/// forms are two actions.
package struct GenerateDataKeyPair: Operation {
  package typealias Prepared = UsableKey

  package let key: KeyReference
  package let spec: KeySpec
  package let context: EncryptionContext
  package let withPlaintext: Bool
  package let isDryRun: Bool

  package init(
    _ key: KeyReference, _ spec: KeySpec, context: EncryptionContext, withPlaintext: Bool, isDryRun: Bool
  ) {
    self.key = key
    self.spec = spec
    self.context = context
    self.withPlaintext = withPlaintext
    self.isDryRun = isDryRun
  }

  package struct Answer: SecretAnswer {
    package let key: ProtectedKey
    package let version: VersionID
    package let spec: KeySpec
    /// PKCS#8 (DER); nil in the form without plaintext.
    package let privateKey: Payload?
    package let sealed: SealedKeyPair

    package var secret: Payload? { privateKey }
  }

  private var action: Action {
    withPlaintext ? .generateDataKeyPair : .generateDataKeyPairWithoutPlaintext
  }
  package var operation: String {
    withPlaintext ? "GenerateDataKeyPair" : "GenerateDataKeyPairWithoutPlaintext"
  }
  package var asked: Asked { Asked(action, named: key.asWritten) }
  package var references: [KeyReference] { [key] }
  package var encryptionContext: EncryptionContext? { context }
  package var details: [AuditRecord.Detail] {
    [AuditRecord.Detail(name: "keyPair", value: spec.standardName)]
  }

  package func prepare(_ desk: Desk) async throws(KMSError) -> UsableKey { try await desk.protecting(key) }

  package func demands(_ prepared: UsableKey, _ desk: Desk) -> Demands {
    var facts = RequestFacts(context: context, alias: key.alias)
    facts.dataKeyPairSpec = spec
    return Demands(
      Demand(
        action, on: .key(prepared.key), named: key.asWritten, facts: facts, version: prepared.version))
  }

  package func isSlow(_ prepared: UsableKey) -> Bool { spec.isSlow(action) || prepared.isElsewhere }

  package func rehearse(
    _ prepared: UsableKey, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) {
    try KeyAlgorithm.symmetric.require(prepared.key.record.spec)
    if case .unavailable(let reason) = desk.custody.availability(of: spec, for: []) {
      throw .unsupportedAlgorithm(reason)
    }
  }

  package func perform(
    _ prepared: UsableKey, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try rehearse(prepared, permits, desk, caller)
    let live = try prepared.material()
    let privateKey: Payload?
    let sealed: SealedKeyPair
    if withPlaintext {
      let made = try desk.custody.generateDataKeyPair(
        spec, context: context, with: live, permit: permits.first)
      (privateKey, sealed) = (made.privateKey, made.sealed)
    } else {
      privateKey = nil
      sealed = try desk.custody.generateDataKeyPairWithoutPlaintext(
        spec, context: context, with: live, permit: permits.first)
    }
    return Performed(
      Answer(
        key: prepared.key, version: prepared.version, spec: spec, privateKey: privateKey, sealed: sealed))
  }
}

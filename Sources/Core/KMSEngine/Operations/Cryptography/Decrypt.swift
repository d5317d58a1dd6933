package import KMSDomain

/// Opens a ciphertext: one of ours, with the key that it names or that the caller names, or one that was encrypted for the
/// public half of a key.
package struct Decrypt: Operation {
  package typealias Prepared = UsableKey

  package let source: CiphertextSource
  package let context: EncryptionContext
  package let isDryRun: Bool

  package init(_ source: CiphertextSource, context: EncryptionContext, isDryRun: Bool) {
    self.source = source
    self.context = context
    self.isDryRun = isDryRun
  }

  package struct Answer: Sendable {
    package let key: ProtectedKey
    package let version: VersionID
    /// nil: symmetric.
    package let algorithm: EncryptionAlgorithm?
    package let plaintext: Payload
  }

  package var operation: String { "Decrypt" }
  package var asked: Asked { Asked(.decrypt, named: source.asWritten) }
  package var references: [KeyReference] { source.named.map { [$0] } ?? [] }
  package var encryptionContext: EncryptionContext? { context }

  package func prepare(_ desk: Desk) async throws(KMSError) -> UsableKey { try await desk.processing(source) }
  package func prepareWarm(_ desk: Desk) -> UsableKey? { desk.processingWarm(source) }
  package func isSlow(_ prepared: UsableKey) -> Bool { prepared.isSlow(.decrypt) }

  package func demands(_ prepared: UsableKey, _ desk: Desk) -> Demands {
    Demands(
      Demand(
        .decrypt, on: .key(prepared.key), named: source.asWritten,
        facts: RequestFacts(context: context, alias: source.named?.alias, by: source.algorithm),
        version: prepared.version, isOfAnotherKey: source.isOfAnother(prepared.key)))
  }

  /// Opens it: whether it opens is what the caller wants to know, unless it said that it isn't.
  package func rehearse(
    _ prepared: UsableKey, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) {
    guard !source.isIgnored else {
      try source.algorithm.require(prepared.key.record.spec, context)
      return
    }
    _ = try perform(prepared, permits, desk, caller)
  }

  package func perform(
    _ prepared: UsableKey, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try source.check(prepared.key, context)
    let plaintext = try desk.custody.decrypt(
      source.bytes, by: source.algorithm, context, with: try prepared.material(), permit: permits.first)
    return Performed(
      Answer(
        key: prepared.key, version: prepared.version, algorithm: source.algorithm, plaintext: plaintext))
  }
}

package import KMSDomain

/// Opens a ciphertext of ours, with the key that it names or that the caller names.
package struct Decrypt: Operation {
  package typealias Prepared = UsableKey

  package let ciphertext: [UInt8]
  package let header: SymmetricCiphertext
  package let key: KeyReference?
  /// A ciphertext that names its own key opens only in the Region of that key.
  package let region: String
  package let context: EncryptionContext
  package let isDryRun: Bool

  /// - Throws: `invalidCiphertext` when the bytes can't be one of ours.
  package init(
    _ ciphertext: [UInt8], key: KeyReference?, region: String, context: EncryptionContext, isDryRun: Bool
  ) throws(KMSError) {
    header = try SymmetricCiphertext(ciphertext.span)
    self.ciphertext = ciphertext
    self.key = key
    self.region = region
    self.context = context
    self.isDryRun = isDryRun
  }

  package struct Answer: Sendable {
    package let key: ProtectedKey
    package let version: VersionID
    package let plaintext: Payload
  }

  package var operation: String { "Decrypt" }
  package var asked: Asked { Asked(.decrypt, named: key?.asWritten ?? "") }
  package var references: [KeyReference] { key.map { [$0] } ?? [] }
  package var encryptionContext: EncryptionContext? { context }

  package func prepare(_ desk: Desk) async throws(KMSError) -> UsableKey {
    let found = try await desk.processing(header, named: key)
    guard key != nil || found.key.record.home.region == region else { throw .ciphertextKeyInaccessible }
    return found
  }

  package func prepareWarm(_ desk: Desk) -> UsableKey? {
    guard let found = desk.processingWarm(header, named: key) else { return nil }
    return key != nil || found.key.record.home.region == region ? found : nil
  }

  package func demands(_ prepared: UsableKey, _ desk: Desk) -> Demands {
    Demands(
      Demand(
        .decrypt, on: .key(prepared.key), named: key?.asWritten ?? "",
        facts: RequestFacts(context: context, alias: key?.alias), version: prepared.version))
  }

  package func perform(
    _ prepared: UsableKey, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    guard header.key == prepared.key.record.id else { throw .incorrectKey }
    let plaintext = try desk.custody.decrypt(
      ciphertext, context: context, with: try prepared.material(), permit: permits.first)
    return Performed(Answer(key: prepared.key, version: prepared.version, plaintext: plaintext))
  }
}

package import KMSDomain

/// Opens a ciphertext and encrypts what was in it under another key; the plaintext doesn't leave custody's memory.
package struct ReEncrypt: Operation {
  package let ciphertext: [UInt8]
  package let header: SymmetricCiphertext
  package let source: KeyReference?
  package let region: String
  package let sourceContext: EncryptionContext
  package let destination: KeyReference
  package let destinationContext: EncryptionContext
  package let isDryRun: Bool

  /// - Throws: `invalidCiphertext` when the bytes can't be one of ours.
  package init(
    _ ciphertext: [UInt8], source: KeyReference?, region: String, sourceContext: EncryptionContext,
    destination: KeyReference, destinationContext: EncryptionContext, isDryRun: Bool
  ) throws(KMSError) {
    header = try SymmetricCiphertext(ciphertext.span)
    self.ciphertext = ciphertext
    self.source = source
    self.region = region
    self.sourceContext = sourceContext
    self.destination = destination
    self.destinationContext = destinationContext
    self.isDryRun = isDryRun
  }

  package struct Prepared: Sendable {
    let from: UsableKey
    let to: UsableKey
  }

  package struct Answer: Sendable {
    package let source: ProtectedKey
    package let sourceVersion: VersionID
    package let destination: ProtectedKey
    package let ciphertext: [UInt8]
  }

  package var operation: String { "ReEncrypt" }
  package var asked: Asked { Asked(.reEncryptFrom, named: source?.asWritten ?? "") }
  package var references: [KeyReference] { [source, destination].compactMap { $0 } }
  package func action(on reference: KeyReference) -> Action {
    reference.target == source?.target ? .reEncryptFrom : .reEncryptTo
  }
  package var encryptionContext: EncryptionContext? { sourceContext }
  package var details: [AuditRecord.Detail] {
    destinationContext.pairs.map {
      AuditRecord.Detail(name: "destinationContext." + $0.name, value: $0.value)
    }
  }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    let from = try await desk.processing(header, named: source)
    guard source != nil || from.key.record.home.region == region else { throw .ciphertextKeyInaccessible }
    return Prepared(from: from, to: try await desk.protecting(destination))
  }

  package func prepareWarm(_ desk: Desk) -> Prepared? {
    guard let from = desk.processingWarm(header, named: source), let to = desk.protectingWarm(destination),
      source != nil || from.key.record.home.region == region
    else { return nil }
    return Prepared(from: from, to: to)
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    let isSame = prepared.from.key.record.id == prepared.to.key.record.id
    var from = RequestFacts(context: sourceContext, alias: source?.alias)
    var to = RequestFacts(context: destinationContext, alias: destination.alias)
    from.reEncryptsOnSameKey = isSame
    to.reEncryptsOnSameKey = isSame
    return Demands(
      Demand(
        .reEncryptFrom, on: .key(prepared.from.key), named: source?.asWritten ?? "", facts: from,
        version: prepared.from.version),
      Demand(
        .reEncryptTo, on: .key(prepared.to.key), named: destination.asWritten, facts: to,
        version: prepared.to.version))
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    guard header.key == prepared.from.key.record.id else { throw .incorrectKey }
    let plaintext = try desk.custody.decrypt(
      ciphertext, context: sourceContext, with: try prepared.from.material(), permit: permits.first)
    let live = try prepared.to.material()
    let result = try permits.encryptSecond(plaintext, destinationContext, live, desk.custody)
    return Performed(
      Answer(
        source: prepared.from.key, sourceVersion: prepared.from.version, destination: prepared.to.key,
        ciphertext: result))
  }
}

extension Permits {
  /// Borrowing an optional that can't be copied takes a switch of its own.
  fileprivate borrowing func encryptSecond(
    _ plaintext: Payload, _ context: EncryptionContext, _ live: any LiveKey, _ custody: any KeyCustody
  ) throws(KMSError) -> [UInt8] {
    switch second {
    case .some(let permit):
      return try custody.encrypt(plaintext, context: context, with: live, permit: permit)
    case .none: throw .permitMismatch
    }
  }
}

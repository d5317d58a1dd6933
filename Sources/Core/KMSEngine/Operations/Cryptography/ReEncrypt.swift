package import KMSDomain

/// Opens a ciphertext and encrypts what was in it under another key; the plaintext doesn't leave custody's memory.
package struct ReEncrypt: Operation {
  package let source: CiphertextSource
  package let sourceContext: EncryptionContext
  package let destination: KeyReference
  /// nil: symmetric.
  package let algorithm: EncryptionAlgorithm?
  package let destinationContext: EncryptionContext
  package let isDryRun: Bool

  package init(
    _ source: CiphertextSource, sourceContext: EncryptionContext, destination: KeyReference,
    by algorithm: EncryptionAlgorithm? = nil, destinationContext: EncryptionContext, isDryRun: Bool
  ) {
    self.source = source
    self.sourceContext = sourceContext
    self.destination = destination
    self.algorithm = algorithm
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
    /// nil: symmetric.
    package let sourceAlgorithm: EncryptionAlgorithm?
    package let destination: ProtectedKey
    package let destinationAlgorithm: EncryptionAlgorithm?
    package let ciphertext: [UInt8]
  }

  package var operation: String { "ReEncrypt" }
  package var asked: Asked { Asked(.reEncryptFrom, named: source.asWritten) }
  package var references: [KeyReference] { [source.named, destination].compactMap { $0 } }
  package func action(on reference: KeyReference) -> Action {
    reference.target == source.named?.target ? .reEncryptFrom : .reEncryptTo
  }
  package var encryptionContext: EncryptionContext? { sourceContext }
  package var details: [AuditRecord.Detail] {
    destinationContext.pairs.map {
      AuditRecord.Detail(name: "destinationContext." + $0.name, value: $0.value)
    }
  }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    Prepared(from: try await desk.processing(source), to: try await desk.protecting(destination))
  }

  package func prepareWarm(_ desk: Desk) -> Prepared? {
    guard let from = desk.processingWarm(source), let to = desk.protectingWarm(destination) else {
      return nil
    }
    return Prepared(from: from, to: to)
  }

  package func isSlow(_ prepared: Prepared) -> Bool {
    prepared.from.isSlow(.reEncryptFrom) || prepared.to.isSlow(.reEncryptTo)
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    let isSame = prepared.from.key.record.id == prepared.to.key.record.id
    var from = RequestFacts(context: sourceContext, alias: source.named?.alias, by: source.algorithm)
    var to = RequestFacts(context: destinationContext, alias: destination.alias, by: algorithm)
    from.reEncryptsOnSameKey = isSame
    to.reEncryptsOnSameKey = isSame
    return Demands(
      Demand(
        .reEncryptFrom, on: .key(prepared.from.key), named: source.asWritten, facts: from,
        version: prepared.from.version, isOfAnotherKey: source.isOfAnother(prepared.from.key)),
      Demand(
        .reEncryptTo, on: .key(prepared.to.key), named: destination.asWritten, facts: to,
        version: prepared.to.version))
  }

  /// Does all of it: whether the ciphertext opens, and what is in it fits, is what the caller wants to know, unless it said
  /// that it isn't.
  package func rehearse(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) {
    guard !source.isIgnored else {
      try source.algorithm.require(prepared.from.key.record.spec, sourceContext)
      try algorithm.require(prepared.to.key.record.spec, destinationContext)
      return
    }
    _ = try perform(prepared, permits, desk, caller)
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    let spec = prepared.to.key.record.spec
    try source.check(prepared.from.key, sourceContext)
    try algorithm.require(spec, destinationContext)
    let plaintext = try desk.custody.decrypt(
      source.bytes, by: source.algorithm, sourceContext, with: try prepared.from.material(),
      permit: permits.first)
    try algorithm.require(spec, plaintext: plaintext.count, destinationContext)
    let live = try prepared.to.material()
    let result = try permits.encryptSecond(plaintext, algorithm, destinationContext, live, desk.custody)
    return Performed(
      Answer(
        source: prepared.from.key, sourceVersion: prepared.from.version, sourceAlgorithm: source.algorithm,
        destination: prepared.to.key, destinationAlgorithm: algorithm, ciphertext: result))
  }
}

extension Permits {
  /// Borrowing an optional that can't be copied takes a switch of its own.
  fileprivate borrowing func encryptSecond(
    _ plaintext: Payload, _ algorithm: EncryptionAlgorithm?, _ context: EncryptionContext,
    _ live: any LiveKey, _ custody: any KeyCustody
  ) throws(KMSError) -> [UInt8] {
    switch second {
    case .some(let permit):
      return try custody.encrypt(plaintext, by: algorithm, context, with: live, permit: permit)
    case .none: throw .permitMismatch
    }
  }
}

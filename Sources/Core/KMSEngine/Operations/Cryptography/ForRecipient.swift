package import KMSDomain

/// An answer with a secret in it, which can go to somebody else than the caller.
package protocol SecretAnswer: Sendable {
  /// nil when this answer has none.
  var secret: Payload? { get }
}

extension Payload: SecretAnswer {
  package var secret: Payload? { self }
}

extension Decrypt.Answer: SecretAnswer {
  package var secret: Payload? { plaintext }
}

extension GenerateDataKey.Answer: SecretAnswer {
  package var secret: Payload? { plaintext }
}

extension Used: SecretAnswer where Result == Payload {
  package var secret: Payload? { result }
}

/// Another operation, whose secret goes to an environment that has proved what runs in it: encrypted with the environment's key,
/// so that the caller, who only carries it, can't read it.
///
/// It needs the same rights, and conditions of policies can ask for the recipient too. The document is judged before anything
/// else, as part of what was asked.
package struct ForRecipient<Base: Operation>: Operation where Base.Answer: SecretAnswer {
  package let base: Base
  package let document: [UInt8]

  package init(_ base: Base, document: [UInt8]) {
    self.base = base
    self.document = document
  }

  package struct Prepared: Sendable {
    let base: Base.Prepared
    let recipient: Recipient
  }

  package struct Answer: Sendable {
    /// Without its secret, which can be read no second time.
    package let base: Base.Answer
    /// The secret as CMS EnvelopedData.
    package let ciphertext: [UInt8]
  }

  package var operation: String { base.operation }
  package var asked: Asked { base.asked }
  package var references: [KeyReference] { base.references }
  package func action(on reference: KeyReference) -> Action { base.action(on: reference) }
  package var isDryRun: Bool { base.isDryRun }
  package var encryptionContext: EncryptionContext? { base.encryptionContext }
  package var details: [AuditRecord.Detail] { base.details }
  package func details(_ prepared: Prepared) -> [AuditRecord.Detail] {
    base.details(prepared.base) + prepared.recipient.details
  }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    let recipient = try await desk.attestation.verify(document)
    return Prepared(base: try await base.prepare(desk), recipient: recipient)
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    let demands = base.demands(prepared.base, desk)
    return Demands(
      demands.first.of(prepared.recipient), demands.second?.of(prepared.recipient),
      demands.third?.of(prepared.recipient))
  }

  package func isSlow(_ prepared: Prepared) -> Bool { base.isSlow(prepared.base) }

  package func rehearse(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) {
    try base.rehearse(prepared.base, permits, desk, caller)
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    let performed = try base.perform(prepared.base, permits, desk, caller)
    guard let secret = performed.answer.secret else { throw .permitMismatch }
    let ciphertext = try desk.custody.envelop(secret, for: prepared.recipient.publicKey)
    return Performed(Answer(base: performed.answer, ciphertext: ciphertext), change: performed.change)
  }
}

extension Demand {
  /// The same, where policies can ask for the recipient.
  fileprivate func of(_ recipient: Recipient) -> Demand {
    var facts = facts
    facts.recipient = recipient
    return Demand(
      action, on: resource, named: named, facts: facts, version: version, newKey: newKey, anyState: anyState,
      resolvedAs: resolvedAs)
  }
}

extension Recipient {
  /// For the audit record.
  fileprivate var details: [AuditRecord.Detail] {
    let prefix = platform == .enclave ? "recipient.PCR" : "recipient.NitroTPMPCR"
    return [AuditRecord.Detail(name: "recipient.module", value: module)]
      + registers.sorted { $0.key < $1.key }
      .filter { $0.value.utf8.contains { $0 != UInt8(ascii: "0") } }
      .map { AuditRecord.Detail(name: prefix + String($0.key), value: $0.value) }
  }
}

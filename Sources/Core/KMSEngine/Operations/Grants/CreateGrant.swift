package import KMSDomain

/// Gives a principal a right to use a key. The same terms under the same name make one grant, however often they are asked
/// for; each answer has a token of its own.
package struct CreateGrant: Operation {
  package let key: KeyReference
  package let terms: GrantTerms
  package let isDryRun: Bool

  package init(_ key: KeyReference, terms: GrantTerms, isDryRun: Bool) {
    self.key = key
    self.terms = terms
    self.isDryRun = isDryRun
  }

  package struct Prepared: Sendable {
    let key: ProtectedKey
    let meant: GrantRecord.Meant
    let existing: GrantRecord?
    /// For a grant that isn't there yet.
    let id: GrantID
    let salt: Bits128
  }

  package struct Answer: Sendable {
    package let grant: GrantID
    package let token: GrantToken
  }

  package let operation = "CreateGrant"
  package var asked: Asked { Asked(.createGrant, named: key.asWritten) }
  package var references: [KeyReference] { [key] }
  package var details: [AuditRecord.Detail] { terms.details }
  package func details(_ prepared: Prepared) -> [AuditRecord.Detail] {
    [AuditRecord.Detail(name: "grant", value: (prepared.existing?.id ?? prepared.id).hex)] + terms.details
  }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    let key = try await desk.key(key)
    let meant = try await desk.meant(by: terms)
    return Prepared(
      key: key, meant: meant, existing: try await desk.grant(alike: terms, meant, of: key.record.id),
      id: GrantID(high: desk.randomness.bits128(), low: desk.randomness.bits128()),
      salt: desk.randomness.bits128())
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    var facts = RequestFacts()
    facts.grant = GrantFacts(terms)
    facts.encryptionContext = terms.constraints.equals ?? terms.constraints.subset
    return Demands(Demand(.createGrant, on: .key(prepared.key), named: key.asWritten, facts: facts))
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    let record = prepared.key.record
    try permits.first.check(.createGrant, key: record.id, version: nil)
    for operation in terms.operations.members where !record.supports(operation) {
      throw .unsupportedGrantOperation(operation, key: record.resourceName)
    }
    guard terms.constraints.isEmpty || record.hasEncryptionContext else {
      throw .unsupportedGrantConstraint(key: record.resourceName)
    }
    let id = prepared.existing?.id ?? prepared.id
    let token = GrantToken(id, of: record.id, salt: prepared.salt, by: desk.authenticator)
    let answer = Answer(grant: id, token: token)
    guard prepared.existing == nil else { return Performed(answer) }
    let grant = GrantRecord(
      id: id, key: record.id, region: record.home.region, terms: terms, meant: prepared.meant,
      createdAt: desk.clock.now())
    return Performed(
      answer,
      change: .createGrant(
        desk.seal(grant), likeness: desk.likeness(of: terms, prepared.meant, record.id),
        target: record.generation))
  }
}

extension GrantTerms {
  /// For the audit record.
  fileprivate var details: [AuditRecord.Detail] {
    var details = [
      AuditRecord.Detail(name: "grantee", value: grantee),
      AuditRecord.Detail(
        name: "operations", value: operations.members.map { "\($0)" }.joined(separator: " ")),
    ]
    if let retiring { details.append(AuditRecord.Detail(name: "retiring", value: retiring)) }
    if !name.isEmpty { details.append(AuditRecord.Detail(name: "name", value: name)) }
    return details + constraints.equals.details("equals.") + constraints.subset.details("subset.")
  }
}

extension EncryptionContext? {
  fileprivate func details(_ prefix: String) -> [AuditRecord.Detail] {
    (self?.pairs ?? []).map { AuditRecord.Detail(name: prefix + $0.name, value: $0.value) }
  }
}

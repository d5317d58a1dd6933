package import KMSDomain

/// Makes a further access key for a principal that exists.
package struct IssueAccessKey: Operation {
  private let principal: IdentityID
  private let id: String
  private let secret: Payload
  private let vault: any CredentialVault
  private let wrapped = OnFirstAttempt<WrappedCredential>()

  /// - Parameter secret: what the caller will sign with; read once.
  package init(_ id: String, secret: Payload, for principal: IdentityID, vault: any CredentialVault) {
    self.id = id
    self.secret = secret
    self.principal = principal
    self.vault = vault
  }

  package let operation = "IssueAccessKey"
  package var asked: Asked { Asked(.issueAccessKey, named: principal.text) }
  package var details: [AuditRecord.Detail] { [AuditRecord.Detail(name: "accessKey", value: id)] }

  package func prepare(_ desk: Desk) async throws(KMSError) -> IdentityRecord {
    guard let stored = try await desk.store.identity(principal) else { throw .corrupt(.principal) }
    return try desk.unseal(stored, .principal)
  }

  package var demandBeforehand: Demand? { demand }
  package func demands(_ prepared: IdentityRecord, _ desk: Desk) -> Demands { Demands(demand) }
  private var demand: Demand { Demand(.issueAccessKey, on: .server, named: principal.text) }

  package func perform(
    _ prepared: IdentityRecord, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    try permits.first.check(.issueAccessKey, key: nil, version: nil)
    let wrapped = try wrapped.value { () throws(KMSError) in
      // Here and not in prepare: only now is there a permit to wrap by.
      try vault.wrap(secret, accessKey: id, owner: prepared.id, permit: permits.first)
    }
    let record = AccessKeyRecord(
      id: id, principal: prepared.id, secret: wrapped, isActive: true, createdAt: desk.clock.now())
    return Performed((), change: .addAccessKey(desk.seal(record), owner: prepared.generation, most: .max))
  }
}

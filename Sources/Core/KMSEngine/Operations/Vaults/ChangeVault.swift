package import KMSDomain

/// Changes a vault: what holds in it, who has roles in it, or whether it is there at all. The action says which right is asked for,
/// the edit what becomes of the vault.
package struct ChangeVault: VaultWork {
  package let operation: String
  package let action: Action
  package let name: VaultName
  package let account: AccountID
  package let details: [AuditRecord.Detail]
  /// The part of it that is changed; nil for all of it.
  package let place: VaultPlace?
  /// Pure: it may be asked again when somebody else was faster.
  private let edit: @Sendable (Vault, Instant) throws(KMSError) -> Vault

  package init(
    _ operation: String, _ action: Action, of name: VaultName, in account: AccountID,
    at place: VaultPlace? = nil, details: [AuditRecord.Detail] = [],
    edit: @escaping @Sendable (Vault, Instant) throws(KMSError) -> Vault
  ) {
    self.operation = operation
    self.action = action
    self.name = name
    self.account = account
    self.place = place
    self.details = details
    self.edit = edit
  }

  package func perform(
    _ prepared: Vault?, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Vault> {
    try permits.first.check(action, key: nil, version: nil)
    guard let before = prepared else { throw .vault(.notFound(name.text)) }
    var after = try edit(before, desk.clock.now())
    guard after != before else { return Performed(before) }
    after.generation = before.generation &+ 1
    return Performed(
      after, change: .updateVault(desk.seal(after), expecting: before.generation), details: details)
  }
}

extension ChangeVault {
  package static func delete(_ name: VaultName, in account: AccountID) -> ChangeVault {
    ChangeVault("DeleteVault", .deleteVault, of: name, in: account) { (vault, now) throws(KMSError) in
      guard vault.deletedAt == nil else { throw .vault(.isDeleted(vault.name.text)) }
      var vault = vault
      vault.deletedAt = now
      return vault
    }
  }

  package static func recover(_ name: VaultName, in account: AccountID) -> ChangeVault {
    ChangeVault("RecoverVault", .recoverVault, of: name, in: account) { (vault, _) throws(KMSError) in
      guard vault.deletedAt != nil else { throw .vault(.isNotDeleted(vault.name.text)) }
      var vault = vault
      vault.deletedAt = nil
      return vault
    }
  }
}

extension ChangeVault {
  /// Says what somebody may do by the vault's access policies, instead of what it said before.
  /// - Parameter permissions: none take the policy away.
  package static func permit(
    _ permissions: [String], to principal: String, in name: VaultName, of account: AccountID
  ) -> ChangeVault {
    let details = [
      AuditRecord.Detail(name: "principal", value: principal),
      AuditRecord.Detail(name: "permissions", value: permissions.joined(separator: " ")),
    ]
    return ChangeVault("UpdateVault", .updateVault, of: name, in: account, details: details) {
      (vault, _) throws(KMSError) in
      guard vault.authorization == .accessPolicies else { throw .vault(.invalid("authorization")) }
      var vault = vault
      vault.accessPolicies.removeAll { $0.principal == principal }
      guard !permissions.isEmpty else { return vault }
      guard vault.accessPolicies.count < Vault.mostAccessPolicies else {
        throw .vault(.tooMany("access policies"))
      }
      vault.accessPolicies.append(VaultAccessPolicy(principal: principal, permissions: permissions))
      return vault
    }
  }
}

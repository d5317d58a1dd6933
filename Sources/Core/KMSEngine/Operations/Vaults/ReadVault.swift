package import KMSDomain

/// Reads what is known of a vault, or a part of it: the action says which.
package struct ReadVault: VaultWork {
  package let operation: String
  package let action: Action
  package let name: VaultName
  package let account: AccountID
  /// The part of it that is read; nil for all of it.
  package let place: VaultPlace?

  package init(
    _ operation: String, _ action: Action, of name: VaultName, in account: AccountID,
    at place: VaultPlace? = nil
  ) {
    self.place = place
    self.operation = operation
    self.action = action
    self.name = name
    self.account = account
  }

  package func perform(
    _ prepared: Vault?, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Vault> {
    try permits.first.check(action, key: nil, version: nil)
    guard let prepared else { throw .vault(.notFound(name.text)) }
    return Performed(prepared)
  }
}

package import KMSDomain

/// Devices, certificates and keys of kinds that this server doesn't have: whoever may ask is told that a user has none.
package struct ListOtherCredentials: IdentityQuery {
  package typealias Prepared = FoundIdentity
  package typealias Answer = Void

  package let action: Action
  package let operation: String
  package let identity: IdentityName

  package init(_ action: Action, _ operation: String, _ identity: IdentityName) {
    self.action = action
    self.operation = operation
    self.identity = identity
  }

  package func answer(_ record: IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk) {}
}

/// The same for an account as a whole.
package struct ListOtherCredentialsOfAccount: AccountQuery {
  package typealias Prepared = Void
  package typealias Answer = Void

  package let action: Action
  package let operation: String
  package let account: AccountID

  package init(_ action: Action, _ operation: String, of account: AccountID) {
    self.action = action
    self.operation = operation
    self.account = account
  }

  package func prepare(_ desk: Desk) {}
}

package import KMSDomain

/// Whatever somebody wants with a user's password: nobody has one here, and whoever may ask is told so.
package struct FindLoginProfile: IdentityQuery {
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

  package func answer(
    _ record: IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk
  ) throws(KMSError) {
    throw .identity(.loginProfileNotFound(record.name))
  }
}

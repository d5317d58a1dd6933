package import KMSDomain

/// A policy of an identity's own.
package struct GetInlinePolicy: IdentityQuery {
  package typealias Prepared = FoundIdentity

  package struct Answer: Sendable {
    package let owner: IdentityRecord
    package let policy: IdentityRecord.InlinePolicy
  }

  package let action: Action
  package let operation: String
  package let identity: IdentityName
  private let policy: String

  package init(_ action: Action, _ operation: String, _ identity: IdentityName, policy: String) {
    self.action = action
    self.operation = operation
    self.identity = identity
    self.policy = policy
  }

  package func answer(
    _ record: IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk
  ) throws(KMSError) -> Answer {
    guard let found = record.carried.inline.first(where: { $0.name == policy }) else {
      throw .identity(.inlinePolicyNotFound(record.kind, policy))
    }
    return Answer(owner: record, policy: found)
  }
}

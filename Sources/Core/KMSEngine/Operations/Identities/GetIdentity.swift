package import KMSDomain

/// What is known of one identity.
package struct GetIdentity: IdentityQuery {
  package typealias Prepared = FoundIdentity
  package typealias Answer = DescribedIdentity

  package let action: Action
  package let operation: String
  package let identity: IdentityName

  package init(_ action: Action, _ operation: String, _ identity: IdentityName) {
    self.action = action
    self.operation = operation
    self.identity = identity
  }

  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {
    found.other.boundary = try await desk.boundary(of: record)
  }

  package func answer(
    _ record: IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk
  ) -> DescribedIdentity { DescribedIdentity(record: record, boundary: other.boundary) }
}

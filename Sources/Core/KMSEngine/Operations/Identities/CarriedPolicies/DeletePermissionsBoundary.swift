package import KMSDomain

/// Lets the policies of an identity allow whatever they say.
package struct DeletePermissionsBoundary: IdentityChange {
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

  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {
    found.other.boundary = try await desk.boundary(of: record)
  }

  package func facts(about found: FoundIdentity) -> RequestFacts {
    .about(boundary: found.other.boundary)
  }

  package func change(
    _ record: inout IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk
  ) throws(KMSError) {
    guard record.carried.boundary != nil else { throw .identity(.boundaryNotFound(record.name)) }
    record.carried.boundary = nil
  }
}

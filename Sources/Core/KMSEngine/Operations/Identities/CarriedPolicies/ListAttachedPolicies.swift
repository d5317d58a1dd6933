package import KMSDomain

/// The policies that an identity carries and that stand by themselves, in the order in which they came.
package struct ListAttachedPolicies: IdentityQuery {
  package typealias Prepared = FoundIdentity
  package typealias Answer = Page<PolicyTitle>

  package let action: Action
  package let operation: String
  package let identity: IdentityName
  private let path: String
  private let position: Int
  private let limit: Int

  /// - Parameter path: only policies whose path begins so.
  /// - Parameter position: how many of them were listed already.
  package init(
    _ action: Action, _ operation: String, _ identity: IdentityName, under path: String,
    after position: Int, limit: Int
  ) {
    self.action = action
    self.operation = operation
    self.identity = identity
    self.path = path
    self.position = position
    self.limit = limit
  }

  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {
    for policy in record.carried.attached { found.other.titles.append(try await desk.title(of: policy)) }
  }

  package func answer(
    _ record: IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk
  ) -> Page<PolicyTitle> {
    let shown = other.titles.filter { $0.path.utf8.starts(with: path.utf8) }
    return Page(of: shown, after: position, limit: limit)
  }
}

package import KMSDomain

/// The names of the policies of an identity's own, in their order.
package struct ListInlinePolicies: IdentityQuery {
  package typealias Prepared = FoundIdentity
  package typealias Answer = Page<String>

  package let action: Action
  package let operation: String
  package let identity: IdentityName
  private let marker: String?
  private let limit: Int

  package init(
    _ action: Action, _ operation: String, _ identity: IdentityName, after marker: String?, limit: Int
  ) {
    self.action = action
    self.operation = operation
    self.identity = identity
    self.marker = marker
    self.limit = limit
  }

  package func answer(
    _ record: IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk
  ) -> Page<String> {
    Page(of: record.carried.inline.map(\.name), after: marker, limit: limit) { $0 }
  }
}

package import KMSDomain

/// Gives an identity another name or path. What it carries, and who it is for those who know it by its id, stays the same.
package struct UpdateIdentity: IdentityChange {
  package typealias Prepared = FoundIdentity
  package typealias Answer = Void

  package let action: Action
  package let operation: String
  package let identity: IdentityName
  private let newName: String?
  private let newPath: String?

  /// nil leaves it as it is.
  package init(
    _ action: Action, _ operation: String, _ identity: IdentityName, newName: String?, newPath: String?
  ) {
    self.action = action
    self.operation = operation
    self.identity = identity
    self.newName = newName
    self.newPath = newPath
  }

  private var target: IdentityName {
    IdentityName(identity.kind, newName ?? identity.text, in: identity.account)
  }

  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {
    guard target.folded != identity.folded else { return }
    found.other.second = try await desk.identity(target).record
  }

  /// The right is needed for what it is called before and after.
  package func demands(_ prepared: FoundIdentity, _ desk: Desk) -> Demands {
    let first = Demand(action, on: .identity(prepared.resource), named: identity.text)
    guard let record = prepared.record else { return Demands(first) }
    let name = IdentityName(record.kind, newName ?? record.name, in: record.account)
    let resource = ProtectedIdentity(
      name: desk.vocabulary.identityResource(name, path: newPath ?? record.path), account: record.account,
      tags: record.tags, trust: prepared.resource.trust)
    guard resource.name != prepared.resource.name else { return Demands(first) }
    return Demands(first, Demand(action, on: .identity(resource), named: target.text))
  }

  package func change(
    _ record: inout IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk
  ) throws(KMSError) {
    guard other.second == nil else { throw .identity(.exists(identity.kind, target.text)) }
    record.name = newName ?? record.name
    record.path = newPath ?? record.path
  }
}

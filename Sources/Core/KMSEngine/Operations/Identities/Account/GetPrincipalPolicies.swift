package import KMSDomain

/// The documents of all policies that an identity carries: its own, those attached to it, its boundary and those of its groups.
package struct GetPrincipalPolicies: IdentityQuery {
  package typealias Prepared = FoundIdentity
  package typealias Answer = [[UInt8]]

  package let action: Action
  package let operation: String
  package let identity: IdentityName

  private let further: [[UInt8]]

  /// - Parameter further: documents that the answer has too.
  package init(
    _ action: Action, _ operation: String, _ identity: IdentityName, and further: [[UInt8]] = []
  ) {
    self.further = further
    self.action = action
    self.operation = operation
    self.identity = identity
  }

  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {
    found.other.documents = try await desk.documents(of: record.carried)
    guard case .user(let user) = record.body else { return }
    for group in user.groups {
      found.other.documents += try await desk.documents(of: desk.identity(group).carried)
    }
  }

  package func answer(
    _ record: IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk
  ) -> [[UInt8]] { other.documents + further }
}

extension Desk {
  fileprivate func documents(of carried: IdentityRecord.Carried) async throws(KMSError) -> [[UInt8]] {
    var documents = carried.inline.map(\.document)
    for policy in carried.attached + [carried.boundary].compactMap({ $0 }) {
      documents.append(try await document(of: policy))
    }
    return documents
  }

  /// Of the version in force.
  private func document(of policy: IdentityRecord.PolicyReference) async throws(KMSError) -> [UInt8] {
    switch policy {
    case .own(let id):
      guard case .policy(let policy) = try await identity(id).body, let current = policy.current else {
        throw .corrupt(.policy)
      }
      return current.document
    case .builtIn(let name):
      guard let document = vocabulary.builtInPolicy(name) else { throw .corrupt(.policy) }
      return document
    }
  }
}

package import KMSDomain

/// An identity, with the names of what it refers to.
package struct CarryingIdentity: Sendable {
  package let record: IdentityRecord
  package let groups: [String]
  package let attached: [PolicyTitle]
  package let boundary: PolicyTitle?
}

extension Desk {
  /// - Throws: `corrupt` where something isn't there that is referred to.
  func details(of record: IdentityRecord) async throws(KMSError) -> CarryingIdentity {
    var groups: [String] = []
    if case .user(let user) = record.body {
      for id in user.groups { groups.append(try await identity(id).name) }
    }
    var attached: [PolicyTitle] = []
    for policy in record.carried.attached { attached.append(try await title(of: policy)) }
    var boundary: PolicyTitle?
    if let policy = record.carried.boundary { boundary = try await title(of: policy) }
    return CarryingIdentity(record: record, groups: groups, attached: attached, boundary: boundary)
  }
}

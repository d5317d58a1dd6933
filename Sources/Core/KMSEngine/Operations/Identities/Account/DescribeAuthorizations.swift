package import KMSDomain

/// Who may do what in an account: users, groups and roles with what they carry, then managed policies with their documents. Of
/// the policies that every account has only those that somebody carries.
package struct DescribeAuthorizations: AccountQuery {
  package typealias Prepared = Page<Entity>
  package typealias Answer = Page<Entity>

  package enum Entity: Sendable {
    case carrier(CarryingIdentity)
    case policy(DescribedPolicy)
  }

  /// In the order in which they are told.
  package enum Section: Int, CaseIterable, Sendable {
    case users
    case groups
    case roles
    case ownPolicies
    case builtInPolicies
  }

  package let action = Action.getAccountAuthorizationDetails
  package let operation = "GetAccountAuthorizationDetails"
  package let account: AccountID
  private let sections: Set<Section>
  private let marker: String?
  private let limit: Int

  /// - Parameter marker: what an earlier part of the list ended with.
  package init(of account: AccountID, _ sections: Set<Section>, after marker: String?, limit: Int) {
    self.account = account
    self.sections = sections
    self.marker = marker
    self.limit = limit
  }

  /// - Throws: `invalidMarker`.
  package func prepare(_ desk: Desk) async throws(KMSError) -> Page<Entity> {
    let start = try marker.map(Place.init)
    let uses = try await desk.policyUses(in: account)
    var found: [(entity: Entity, place: Place)] = []
    for section in Section.allCases where sections.contains(section) {
      guard section.rawValue >= start?.section.rawValue ?? 0, found.count <= limit else { continue }
      let name = section == start?.section ? start?.name : nil
      for (entity, last) in try await entities(section, after: name, limit + 1 - found.count, uses, desk) {
        found.append((entity, Place(section: section, name: last)))
      }
    }
    let isLast = found.count <= limit
    let part = found.prefix(limit)
    return Page(items: part.map(\.entity), next: isLast ? nil : part.last?.place.text)
  }

  private func entities(
    _ section: Section, after name: String?, _ limit: Int,
    _ uses: [IdentityRecord.PolicyReference: PolicyUses], _ desk: Desk
  ) async throws(KMSError) -> [(Entity, String)] {
    guard let kind = section.kind else { return builtIn(after: name, limit, uses, desk) }
    var result: [(Entity, String)] = []
    for stored in try await desk.store.identities(kind, of: account, under: "/", after: name, limit: limit) {
      let record = try desk.unseal(stored, .principal)
      let entity: Entity
      if let policy = DescribedPolicy(record, called: desk.vocabulary.name(of: record)) {
        entity = .policy(policy.using(uses[policy.reference] ?? PolicyUses()))
      } else {
        entity = .carrier(try await desk.details(of: record))
      }
      result.append((entity, record.reference.folded))
    }
    return result
  }

  private func builtIn(
    after name: String?, _ limit: Int, _ uses: [IdentityRecord.PolicyReference: PolicyUses], _ desk: Desk
  ) -> [(Entity, String)] {
    let used = desk.vocabulary.builtInPolicies.compactMap { policy -> (Entity, String)? in
      let described = DescribedPolicy(policy)
      guard let uses = uses[described.reference] else { return nil }
      return (.policy(described.using(uses)), policy.name)
    }
    let rest = used.filter { entry in
      name.map { $0.utf8.lexicographicallyPrecedes(entry.1.utf8) } ?? true
    }
    return Array(rest.prefix(limit))
  }
}

/// The last one of a part: its section's number, a slash, its name.
private struct Place {
  let section: DescribeAuthorizations.Section
  let name: String

  init(section: DescribeAuthorizations.Section, name: String) {
    self.section = section
    self.name = name
  }

  init(_ marker: String) throws(KMSError) {
    let parts = marker.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[0]),
      let section = DescribeAuthorizations.Section(rawValue: number)
    else { throw .invalidMarker }
    self.init(section: section, name: String(parts[1]))
  }

  var text: String { "\(section.rawValue)/\(name)" }
}

extension DescribeAuthorizations.Section {
  /// nil for what no account keeps.
  fileprivate var kind: IdentityKind? {
    switch self {
    case .users: .user
    case .groups: .group
    case .roles: .role
    case .ownPolicies: .policy
    case .builtInPolicies: nil
    }
  }
}

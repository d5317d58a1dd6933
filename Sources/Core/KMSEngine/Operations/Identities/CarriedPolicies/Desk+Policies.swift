import KMSDomain

// Policies that stand by themselves, as identities carry them.
extension Desk {
  /// - Returns: nil when there is none of that name.
  func policy(_ name: PolicyName) async throws(KMSError) -> IdentityRecord.PolicyReference? {
    switch name {
    case .builtIn(let text): return vocabulary.builtInPolicy(text) == nil ? nil : .builtIn(text)
    case .foreign: return nil
    case .own(let name, let path):
      guard let record = try await identity(name).record, record.path == path else { return nil }
      return .own(record.id)
    }
  }

  /// - Throws: `corrupt` also when there is none: what is carried can't be removed.
  func title(of policy: IdentityRecord.PolicyReference) async throws(KMSError) -> PolicyTitle {
    switch policy {
    case .builtIn(let text):
      guard let title = vocabulary.builtInTitle(text) else { throw .corrupt(.principal) }
      return title
    case .own(let id):
      let record = try await identity(id)
      return PolicyTitle(name: record.name, path: record.path, resource: vocabulary.name(of: record))
    }
  }

  /// What policies call the boundary of an identity; nil when it has none.
  func boundary(of record: IdentityRecord) async throws(KMSError) -> String? {
    guard let boundary = record.carried.boundary else { return nil }
    return try await title(of: boundary).resource
  }
}

extension RequestFacts {
  static func about(policy: String? = nil, boundary: String?) -> RequestFacts {
    var facts = RequestFacts()
    facts.identity = IdentityFacts(policy: policy, boundary: boundary)
    return facts
  }
}

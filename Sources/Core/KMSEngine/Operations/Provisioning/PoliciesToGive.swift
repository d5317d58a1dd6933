package import KMSDomain

/// Policies that somebody is to carry.
package enum PoliciesToGive: Sendable {
  /// Such as every account has, by what policies call them; they speak of all keys.
  case readyMade([String])
  /// Such as are written for a few keys, by the door, from what policies call those.
  case limited(to: [KeyReference], write: @Sendable ([String]) -> [IdentityRecord.InlinePolicy])

  /// What has to be allowed for it: nothing, when there is nothing to give.
  /// - Parameter boundary: what policies call the boundary of whoever is to carry them.
  func demands(
    _ kind: PrincipalKind, on resource: ProtectedResource, named name: String, boundary: String?
  ) -> [Demand] {
    switch self {
    case .readyMade(let policies):
      policies.map {
        Demand(kind.attach, on: resource, named: name, facts: .about(policy: $0, boundary: boundary))
      }
    case .limited: [Demand(kind.put, on: resource, named: name, facts: .about(boundary: boundary))]
    }
  }

  /// - Throws: `keyNotFound` or `aliasNotFound` for a key that isn't there.
  func resolve(_ desk: Desk) async throws(KMSError) -> IdentityRecord.Carried {
    switch self {
    case .readyMade(let policies):
      return IdentityRecord.Carried(attached: policies.map { .builtIn($0) })
    case .limited(let keys, let write):
      var names: [String] = []
      for key in keys {
        let name = try await desk.key(key).record.resourceName
        if !names.contains(name) { names.append(name) }
      }
      return IdentityRecord.Carried(inline: write(names))
    }
  }
}

extension IdentityRecord {
  /// Carries what it doesn't carry yet; an inline policy replaces the one of its name.
  /// - Throws: `identity(.tooMany)`, `identity(.policyNotAttachable)`, `identity(.inlinePoliciesTooLong)`, `malformedPolicy`;
  ///   then nothing of it may be kept.
  mutating func carry(_ given: Carried, _ desk: Desk) throws(KMSError) {
    for policy in given.attached where !carried.attached.contains(policy) {
      if case .builtIn(let name) = policy, desk.vocabulary.builtInPolicy(name) == nil {
        throw .identity(.policyNotAttachable(name))
      }
      carried.attached.append(policy)
    }
    for policy in given.inline {
      _ = try desk.vocabulary.compile(policy.document, as: .identity)
      carried.inline.removeAll { $0.name == policy.name }
      carried.inline.append(policy)
    }
    guard carried.attached.count <= Carried.mostAttached else {
      throw .identity(.tooMany(kind == .role ? .policiesOfRole : .policiesOfUser, Carried.mostAttached))
    }
    try InlinePolicySize.check(self)
  }
}

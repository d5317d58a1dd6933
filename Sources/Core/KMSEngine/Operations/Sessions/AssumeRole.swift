package import KMSDomain

/// Begins a session of a role, for somebody whom the role's trust policy and their own policies let act as it.
package struct AssumeRole: Operation {
  private let role: RoleToAssume
  /// Tags that go on from the caller's own session.
  private let inherited: [Tag]
  private let isInChain: Bool
  private let fault: SessionFault?

  package init(_ role: RoleToAssume, by caller: Caller) {
    let session = caller.session
    let terms = role.terms
    inherited = session?.transitiveTags ?? []
    if case .role = session?.kind { isInChain = true } else { isInChain = false }
    let source = session?.sourceIdentity
    if let source, let wanted = terms.sourceIdentity, wanted != source {
      fault = .sourceIdentityFixed
    } else {
      fault = AssumeRole.fault(terms, inherited)
    }
    self.role = RoleToAssume(
      role.text, role.identity,
      SessionTerms(
        name: terms.name, seconds: terms.seconds, policy: terms.policy, policies: terms.policies,
        tags: terms.tags, transitiveTags: terms.transitiveTags,
        sourceIdentity: source ?? terms.sourceIdentity, externalID: terms.externalID))
  }

  package let operation = "AssumeRole"
  package var asked: Asked { Asked(.assumeRole, named: role.named) }

  package func prepare(_ desk: Desk) async throws(KMSError) -> RoleToAssume.Prepared {
    try await role.prepare(desk)
  }

  package func demands(_ prepared: RoleToAssume.Prepared, _ desk: Desk) -> Demands {
    role.demands(.assumeRole, prepared, tags: tags)
  }

  package func perform(
    _ prepared: RoleToAssume.Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<BegunSession> {
    try permits.first.check(.assumeRole, key: nil, version: nil)
    if let fault { throw .session(fault) }
    return try role.begin(
      prepared, tags: tags, transitiveTags: inherited.map(\.key) + role.terms.transitiveTags, provider: nil,
      inChain: isInChain, desk, permit: permits.first)
  }

  private var tags: [Tag] { inherited + role.terms.tags }

  private static func fault(_ terms: SessionTerms, _ inherited: [Tag]) -> SessionFault? {
    let keys = Set(terms.tags.map { $0.key.lowercased() })
    if let tag = inherited.first(where: { keys.contains($0.key.lowercased()) }) {
      return .tagInherited(tag.key)
    }
    return terms.transitiveTags.allSatisfy { keys.contains($0.lowercased()) } ? nil : .transitiveTagMissing
  }
}

package import KMSDomain

/// Begins a session of a role for somebody whom only a token proves. The caller is who the token says: it was judged before.
package struct AssumeRoleWithWebIdentity: Operation {
  private let role: RoleToAssume

  package init(_ role: RoleToAssume) { self.role = role }

  package let operation = "AssumeRoleWithWebIdentity"
  package var asked: Asked { Asked(.assumeRoleWithWebIdentity, named: role.named) }

  package func prepare(_ desk: Desk) async throws(KMSError) -> RoleToAssume.Prepared {
    try await role.prepare(desk)
  }

  package func demands(_ prepared: RoleToAssume.Prepared, _ desk: Desk) -> Demands {
    role.demands(.assumeRoleWithWebIdentity, prepared, tags: [])
  }

  package func perform(
    _ prepared: RoleToAssume.Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<BegunSession> {
    try permits.first.check(.assumeRoleWithWebIdentity, key: nil, version: nil)
    guard let identity = caller.webIdentity else { throw .permitMismatch }
    return try role.begin(
      prepared, tags: [], transitiveTags: [], provider: identity.provider, inChain: false, desk,
      permit: permits.first)
  }
}

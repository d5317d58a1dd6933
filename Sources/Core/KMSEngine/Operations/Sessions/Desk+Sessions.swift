import KMSDomain

extension Desk {
  /// The policies that a session is to be limited by.
  /// - Returns: what is wrong with them as a value: who asks may have no right to know.
  func sessionPolicies(
    _ terms: SessionTerms, of account: AccountID
  ) async -> Result<SessionClaims.Policies, KMSError> {
    do throws(KMSError) {
      return .success(try await foundPolicies(terms, of: account))
    } catch {
      return .failure(error)
    }
  }

  /// - Throws: `malformedPolicy`, `session(.policyNotFound)`.
  private func foundPolicies(
    _ terms: SessionTerms, of account: AccountID
  ) async throws(KMSError) -> SessionClaims.Policies {
    if let document = terms.policy { _ = try vocabulary.compile(document, as: .session) }
    var managed: [IdentityRecord.PolicyReference] = []
    for name in terms.policies {
      guard let reference = try await reference(name, account) else {
        throw .session(.policyNotFound(name.text))
      }
      managed.append(reference)
    }
    return SessionClaims.Policies(document: terms.policy, managed: managed)
  }

  private func reference(
    _ name: SessionTerms.PolicyName, _ account: AccountID
  ) async throws(KMSError) -> IdentityRecord.PolicyReference? {
    guard let identity = name.identity else {
      return vocabulary.builtInPolicy(name.text).map { _ in .builtIn(name.text) }
    }
    guard identity.account == account, let record = try await self.identity(identity).record,
      vocabulary.name(of: record) == name.text
    else { return nil }
    return .own(record.id)
  }

  /// Issues the credentials.
  /// - Parameter principal: what policies call the role or user.
  /// - Throws: `session(.tooLarge)`.
  func begin(
    _ claims: SessionClaims, of principal: String, permit: borrowing Permit
  ) throws(KMSError) -> Performed<BegunSession> {
    let size = claims.packedSize
    if let size, size > 100 { throw .session(.tooLarge(size)) }
    let begun = BegunSession(
      credentials: try vault.issueSession(claims, permit: permit), claims: claims,
      principal: vocabulary.sessionPrincipal(claims, of: principal), size: size)
    return Performed(begun, details: begun.details)
  }
}

extension SessionClaims {
  fileprivate var packedSize: Int? {
    var bytes = 0
    for tag in tags { bytes += tag.key.utf8.count + tag.value.utf8.count + 2 }
    for key in transitiveTags { bytes += key.utf8.count + 1 }
    if let policies {
      bytes += policies.document?.count ?? 0
      for reference in policies.managed {
        switch reference {
        case .own(let id): bytes += id.text.utf8.count
        case .builtIn(let name): bytes += name.utf8.count
        }
      }
    }
    guard bytes > 0 else { return nil }
    return (100 * bytes + SessionLimits.packed - 1) / SessionLimits.packed
  }
}

extension BegunSession {
  /// For the audit record: what ties later records of the session to this one.
  fileprivate var details: [AuditRecord.Detail] {
    var result = [
      AuditRecord.Detail(name: "session", value: principal),
      AuditRecord.Detail(name: "accessKey", value: credentials.accessKey),
      AuditRecord.Detail(name: "expires", value: String(claims.expiresAt.milliseconds)),
    ]
    if let source = claims.sourceIdentity {
      result.append(AuditRecord.Detail(name: "sourceIdentity", value: source))
    }
    return result
  }
}

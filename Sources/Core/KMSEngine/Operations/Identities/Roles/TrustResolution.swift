import KMSDomain

/// Who is meant by the names in a trust policy, at the time when it is written.
package struct TrustResolution: Sendable {
  /// Users and roles of this server.
  var trusted: [IdentityRecord.TrustedPrincipal] = []
  /// The first name of an account of this server that nobody has.
  var unknown: String?

  /// Gives the role a trust policy.
  /// - Throws: `malformedPolicy`, `identity(.unknownPrincipal)`, `identity(.tooMany(.trustSize))`.
  func apply(_ document: [UInt8], to role: inout IdentityRecord.Role, _ desk: Desk) throws(KMSError) {
    _ = try desk.vocabulary.compile(document, as: .trust)
    guard TrustResolution.hasRoom(for: document) else {
      throw .identity(.tooMany(.trustSize, TrustResolution.mostCharacters))
    }
    if let unknown { throw .identity(.unknownPrincipal(unknown)) }
    role.trust = document
    role.trusted = trusted
  }

  fileprivate static func hasRoom(for document: [UInt8]) -> Bool {
    ManagedPolicyRules.size(document) <= mostCharacters
  }

  /// AWS's default quota, without white space.
  private static let mostCharacters = 2048
}

extension Desk {
  /// Looks for everybody whom a trust policy names. Names of accounts that this server doesn't have are taken as they are.
  /// - Returns: nothing for what is no policy, or too long for one: that is for `apply` to say, once it is known whether the caller may ask.
  func resolve(_ trust: [UInt8], for account: AccountID) async throws(KMSError) -> TrustResolution {
    var result = TrustResolution()
    guard TrustResolution.hasRoom(for: trust) else { return result }
    for name in principals(in: trust, as: .trust) {
      guard let identity = vocabulary.identity(ofPrincipal: name) else { continue }
      if let record = try await self.record(named: identity) {
        result.trusted.append(IdentityRecord.TrustedPrincipal(name: name, id: record.id))
      } else if try await isHere(identity.account, or: account) {
        result.unknown = result.unknown ?? name
      }
    }
    return result
  }

  /// A role's trust policy in compiled form, where a name trusts nobody if it has come to be another's.
  /// - Throws: `corrupt` for a document that was a policy when it was written.
  func trust(of role: IdentityRecord.Role) async throws(KMSError) -> Policy {
    var lost: Set<String> = []
    for principal in role.trusted {
      if try await identity(meantBy: principal.name) != principal.id { lost.insert(principal.name) }
    }
    do throws(KMSError) {
      let policy = try vocabulary.compile(role.trust, as: .trust)
      return lost.isEmpty ? policy : policy.trustingNobody(called: lost)
    } catch {
      throw .corrupt(.policy)
    }
  }

  /// Each once, in the order of the document.
  private func principals(in document: [UInt8], as kind: PolicyKind) -> [String] {
    guard let policy = try? vocabulary.compile(document, as: kind) else { return [] }
    var names: [String] = []
    for statement in policy.statements {
      for member in statement.principals?.members ?? [] {
        if case .named(let name) = member, !names.contains(name) { names.append(name) }
      }
    }
    return names
  }

  /// Users and roles of this server that a key policy names. Other names are taken as they are: key policies are written before
  /// their principals as often as after.
  func meant(by policy: [UInt8]) async throws(KMSError) -> [IdentityRecord.TrustedPrincipal] {
    var result: [IdentityRecord.TrustedPrincipal] = []
    for name in principals(in: policy, as: .key) {
      guard let id = try await identity(meantBy: name) else { continue }
      result.append(IdentityRecord.TrustedPrincipal(name: name, id: id))
    }
    return result
  }

  /// The user or role that has a principal's name now; nil for names that mean nobody's identity, or nobody's here.
  func identity(meantBy name: String) async throws(KMSError) -> IdentityID? {
    guard let identity = vocabulary.identity(ofPrincipal: name) else { return nil }
    return try await record(named: identity)?.id
  }

  /// The same as `identity(_:)` without its trust policy, which would lead to further ones.
  private func record(named name: IdentityName) async throws(KMSError) -> IdentityRecord? {
    guard let stored = try await store.identity(named: name) else { return nil }
    let record = try unseal(stored, .principal)
    guard record.reference.folded == name.folded, record.kind == name.kind, record.account == name.account
    else { throw .corrupt(.principal) }
    return name.path == nil || name.path == record.path ? record : nil
  }

  private func isHere(_ account: AccountID, or own: AccountID) async throws(KMSError) -> Bool {
    if account == own { return true }
    return try await store.identity(named: IdentityName(.root, "root", in: account)) != nil
  }
}

extension Policy {
  /// The same without these members. A deny keeps them: whoever came to have such a name loses nothing but trust.
  fileprivate func trustingNobody(called names: Set<String>) -> Policy {
    Policy(
      statements: statements.map { statement in
        guard statement.effect == .allow, let principals = statement.principals, !principals.inverted else {
          return statement
        }
        let members = principals.members.filter { member in
          if case .named(let name) = member { return !names.contains(name) }
          return true
        }
        return Statement(
          label: statement.label, effect: statement.effect, principals: PrincipalSet(members),
          actions: statement.actions, resources: statement.resources, conditions: statement.conditions)
      })
  }
}

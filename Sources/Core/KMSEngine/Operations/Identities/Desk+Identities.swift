package import KMSDomain

/// An identity that a caller named, as far as it is there.
package struct FoundIdentity: Sendable {
  package let name: IdentityName
  /// nil when there is none of that name.
  package let record: IdentityRecord?
  /// What the right is asked for: an absent one is judged as if it were at the root of all paths.
  package let resource: ProtectedIdentity
  /// What else an operation needs to know; empty unless it asks for it in `gather`.
  package var other = Other()

  package struct Other: Sendable {
    /// The policy or group that is to be attached or joined.
    package var second: IdentityRecord?
    /// Those that it names, or that name it.
    package var related: [IdentityRecord] = []
    package var accessKeys: [Authenticated<AccessKeyRecord>] = []
    package var certificates: [Authenticated<ClientCertificate>] = []
    var applicationCount = 0
    /// All of the identity's, for its removal.
    package var applications: [Authenticated<Application>] = []
    /// Somebody has the certificate that is to be added.
    package var isCertificateTaken = false
    /// What it is to carry besides.
    package var given = IdentityRecord.Carried()
    /// The policy that is to be carried, or no more.
    package var policy: IdentityRecord.PolicyReference?
    /// Those that it carries.
    package var titles: [PolicyTitle] = []
    /// What policies call its boundary.
    package var boundary: String?
    /// Of a trust policy that is to be written.
    package var trust: TrustResolution?
    /// Of policies.
    package var documents: [[UInt8]] = []
    package var next: String?
    package init() {}
  }

  /// - Throws: `identity(.notFound)`.
  package func present() throws(KMSError) -> IdentityRecord {
    guard let record else { throw .identity(absence) }
    return record
  }

  /// Callers name some kinds as policies do, and are told of them by the same name.
  package var absence: IdentityFault {
    switch name.kind {
    case .root, .user, .group, .role: .notFound(name.kind, name.text)
    case .policy, .provider: .notFound(name.kind, resource.name)
    }
  }
}

extension Desk {
  /// - Throws: `corrupt`, `storeUnavailable`; not for one that isn't there.
  func identity(_ name: IdentityName) async throws(KMSError) -> FoundIdentity {
    guard let stored = try await store.identity(named: name) else { return absent(name) }
    let record = try unseal(stored, .principal)
    guard record.reference.folded == name.folded, record.kind == name.kind, record.account == name.account
    else { throw .corrupt(.principal) }
    guard name.path == nil || name.path == record.path else { return absent(name) }
    return FoundIdentity(name: name, record: record, resource: try await resource(of: record))
  }

  private func absent(_ name: IdentityName) -> FoundIdentity {
    let resource = ProtectedIdentity(
      name: vocabulary.identityResource(name, path: name.path ?? "/"), account: name.account)
    return FoundIdentity(name: name, record: nil, resource: resource)
  }

  /// - Throws: `corrupt` also when there is none: whoever has the id got it from a record that keeps it there.
  func identity(_ id: IdentityID) async throws(KMSError) -> IdentityRecord {
    guard let stored = try await store.identity(id) else { throw .corrupt(.principal) }
    let record = try unseal(stored, .principal)
    guard record.id == id else { throw .corrupt(.principal) }
    return record
  }

  func resource(of record: IdentityRecord) async throws(KMSError) -> ProtectedIdentity {
    var trust: Policy?
    if case .role(let role) = record.body { trust = try await self.trust(of: role) }
    return ProtectedIdentity(
      name: vocabulary.name(of: record), account: record.account, tags: record.tags, trust: trust)
  }

  /// An id that was never given out: a prefix that says of what, and 17 of A-Z, 2-7.
  func newIdentityID(_ prefix: String) -> IdentityID { IdentityID(prefix + randomLetters(17)) }

  /// Of A-Z, 2-7: five random bits each. At most 25 of them.
  func randomLetters(_ count: Int) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
    let bits = randomness.bits128()
    let number = UInt128(bits.high) << 64 | UInt128(bits.low)
    return String(
      decoding: (0..<min(count, 25)).map { letters[Int(truncatingIfNeeded: number >> (5 * $0) & 31)] },
      as: UTF8.self)
  }
}

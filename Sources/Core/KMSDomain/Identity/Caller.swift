/// Somebody whose identity was proved. Only KMSIdentity and the assembly make one.
///
/// A class, because the hot path hands it on several times per request.
package final class Caller: Sendable {
  /// nil only for the server itself and the owner of its admin socket, and for somebody who has nothing but a token.
  package let account: AccountID?
  /// What policies call the principal; built by the door of its account. For a session its own name, not the role's.
  package let principal: String
  /// The principal's own id, which a new principal of the same name doesn't inherit.
  package let principalID: String
  /// The last part of the name of a user; nil for other kinds.
  package let userName: String?
  /// The account's root: its identity policies are not asked, everything in the account is delegated to it.
  package let isRoot: Bool
  /// The server itself, or the owner of its admin socket: outside every account's policies.
  package let isSystem: Bool
  /// What proved the identity: an access key id, a certificate's fingerprint, a user id. Never a secret.
  package let credential: String
  /// The policies that the principal carries, in compiled form: its own, those attached to it and those of its groups.
  package let policies: [AttachedPolicy]
  /// What its policies can allow at most; nil without a limit.
  package let boundary: AttachedPolicy?
  /// Of the principal, and those that its session was begun with.
  package let tags: [Tag]
  /// nil for somebody who signs with a long-term credential.
  package let session: Session?
  /// What a token of an issuer says; nil for principals of this server.
  package let webIdentity: WebIdentity?
  /// See `CallerMask`.
  let mask: CallerMask
  /// Whether a policy that it carries, or that limits it, asks for the aliases of keys.
  package let asksForAliases: Bool

  package init(
    account: AccountID?, principal: String, principalID: String, userName: String?, isRoot: Bool,
    credential: String, policies: [AttachedPolicy], isSystem: Bool = false, boundary: AttachedPolicy? = nil,
    tags: [Tag] = [], session: Session? = nil, webIdentity: WebIdentity? = nil
  ) {
    self.isSystem = isSystem
    self.account = account
    self.principal = principal
    self.principalID = principalID
    self.userName = userName
    self.isRoot = isRoot
    self.credential = credential
    self.policies = policies
    self.boundary = boundary
    self.tags = tags
    self.session = session
    self.webIdentity = webIdentity
    mask = CallerMask(
      principal: principal, parent: session?.parent ?? webIdentity?.provider, account: account)
    let limits = (boundary.map { [$0] } ?? []) + (session?.policies ?? [])
    asksForAliases = (policies + limits).contains { $0.policy.asksForAliases }
  }
}

extension Caller {
  /// The same, with policies more that allow it something for one request: what limits it limits these too.
  package func carrying(_ more: [AttachedPolicy]) -> Caller {
    guard !more.isEmpty else { return self }
    return Caller(
      account: account, principal: principal, principalID: principalID, userName: userName, isRoot: isRoot,
      credential: credential, policies: policies + more, isSystem: isSystem, boundary: boundary, tags: tags,
      session: session, webIdentity: webIdentity)
  }
}

/// Acting as somebody for a while.
package final class Session: Sendable {
  package enum Kind: Hashable, Sendable {
    /// A role that was assumed: what policies call the role.
    case role(String)
    /// Somebody whom a user of the account vouched for: what policies call the user, whose policies it carries.
    case federated(by: String)
    /// A user who acts by a temporary credential.
    case user
  }

  package let kind: Kind
  /// The own id of the role or user it acts for; nil where nobody looked.
  package let identity: IdentityID?
  /// Chosen by whoever began it.
  package let name: String
  package let issuedAt: Instant
  package let expiresAt: Instant
  /// What the session can be allowed at most, beside the boundary; nil when it was begun without.
  package let policies: [AttachedPolicy]?
  /// Who stands behind it, as set once for a chain of sessions.
  package let sourceIdentity: String?
  /// The provider whose token began it, as policies call it.
  package let provider: String?
  /// Tags of it that go on to the sessions that it begins.
  package let transitiveTags: [Tag]

  package init(
    kind: Kind, of identity: IdentityID? = nil, name: String, issuedAt: Instant, expiresAt: Instant,
    policies: [AttachedPolicy]?, sourceIdentity: String?, provider: String?, transitiveTags: [Tag] = []
  ) {
    self.kind = kind
    self.identity = identity
    self.name = name
    self.issuedAt = issuedAt
    self.expiresAt = expiresAt
    self.policies = policies
    self.sourceIdentity = sourceIdentity
    self.provider = provider
    self.transitiveTags = transitiveTags
  }
}

/// Somebody known only by a verified token of an OpenID Connect issuer.
package final class WebIdentity: Sendable {
  /// What trust policies call the issuer.
  package let provider: String
  /// Host and path of the issuer: how condition keys about its claims begin.
  package let issuer: String
  /// The claims that conditions can ask about, by folded name: "aud", "sub", "amr" and others.
  package let claims: [String: [String]]
  /// Folded names of claims that are there and of which conditions learn no more.
  package let unread: Set<String>

  /// - Parameters claims, unread: no two names are the same but for their case.
  package init(provider: String, issuer: String, claims: [String: [String]], unread: Set<String> = []) {
    self.provider = provider
    self.issuer = issuer
    self.claims = Dictionary(claims.map { (IdentityName.folded($0.key), $0.value) }) { first, _ in first }
    self.unread = Set(unread.map(IdentityName.folded))
  }
}

/// A policy of a principal, with the name that explanations call it.
package struct AttachedPolicy: Sendable {
  package let name: String
  package let policy: Policy

  package init(name: String, policy: Policy) {
    self.name = name
    self.policy = policy
  }
}

/// Where a request came in, for conditions and for the audit record.
package final class RequestOrigin: Sendable {
  package let id: RequestID
  /// The protocol door: "aws", "admin".
  package let door: String
  /// The peer's address without port; "unix" for a local socket.
  package let source: String
  package let isEncrypted: Bool
  /// What the client calls itself, truncated; not proved.
  package let userAgent: String
  /// The Region that the request was made in; nil where that isn't known.
  package let region: String?
  /// For whom a client asks; nil where the protocol has no words for that.
  package let claim: Claim?

  /// One of a client's own users, as the client says. Nobody here can check it, so it gives no rights: it only keeps what a client
  /// does for one of them apart from what it does for another.
  package enum Claim: Hashable, Sendable {
    case nobody
    case user(String)
  }

  package init(
    id: RequestID, door: String, source: String, isEncrypted: Bool, userAgent: String, region: String? = nil,
    claim: Claim? = nil
  ) {
    self.claim = claim
    self.region = region
    self.id = id
    self.door = door
    self.source = source
    self.isEncrypted = isEncrypted
    self.userAgent = userAgent
  }

  /// The source as floods are told apart by it.
  package var network: String { Address.network(of: source) }

  /// The same, once the Region is known.
  package func made(in region: String) -> RequestOrigin {
    RequestOrigin(
      id: id, door: door, source: source, isEncrypted: isEncrypted, userAgent: userAgent, region: region,
      claim: claim)
  }
}

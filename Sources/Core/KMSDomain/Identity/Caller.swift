/// Somebody whose identity was proved. Only KMSIdentity and the assembly make one.
///
/// A class, because the hot path hands it on several times per request.
package final class Caller: Sendable {
  /// nil only for the server itself and the owner of its admin socket.
  package let account: AccountID?
  /// What policies call the principal; built by the door of its account.
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
  /// The policies that the principal carries, in compiled form.
  package let policies: [AttachedPolicy]

  package init(
    account: AccountID?, principal: String, principalID: String, userName: String?, isRoot: Bool,
    credential: String, policies: [AttachedPolicy], isSystem: Bool = false
  ) {
    self.isSystem = isSystem
    self.account = account
    self.principal = principal
    self.principalID = principalID
    self.userName = userName
    self.isRoot = isRoot
    self.credential = credential
    self.policies = policies
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

  package init(id: RequestID, door: String, source: String, isEncrypted: Bool, userAgent: String) {
    self.id = id
    self.door = door
    self.source = source
    self.isEncrypted = isEncrypted
    self.userAgent = userAgent
  }
}

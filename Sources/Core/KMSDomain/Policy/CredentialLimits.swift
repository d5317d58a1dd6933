// What depends on the kind of the caller's credential alone: AWS's comparison of the operations that make sessions says what
// each kind of session can't call.
extension Action {
  /// Whether it says who may act as a role, so that the role's trust policy decides.
  var isAboutTrust: Bool {
    self == .assumeRole || self == .assumeRoleWithWebIdentity || self == .tagSession
      || self == .setSourceIdentity
  }

  /// False for what no policy can allow to a caller of this kind.
  func isOpen(to caller: Caller) -> Bool {
    // All that a token proves is who may act as a role.
    if caller.webIdentity != nil { return isAboutTrust && self != .assumeRole }
    if self == .assumeRole, caller.isRoot { return false }
    guard let session = caller.session else { return true }
    switch session.kind {
    case .role: return !makesUserSession
    case .federated: return !isAboutIdentities && !isAboutTrust && !isAboutSessions
    case .user: return !isAboutIdentities && !isAboutSessions
    }
  }

  private var makesUserSession: Bool { self == .getSessionToken || self == .getFederationToken }

  private var isAboutSessions: Bool {
    makesUserSession || self == .decodeAuthorizationMessage || self == .getAccessKeyInfo
  }

  private var isAboutIdentities: Bool {
    switch traits.reach {
    case .ownAccountOrOwner: true
    case .owner, .ownAccount, .everyAccount: false
    }
  }
}

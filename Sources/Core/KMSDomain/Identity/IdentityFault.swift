/// Why nothing came of a call about identities.
package enum IdentityFault: Hashable, Sendable {
  /// There is none of that name.
  case notFound(IdentityKind, String)
  /// Another has the name.
  case exists(IdentityKind, String)
  /// It can't be removed while it has these.
  case holds(Holding)
  /// The identity has no policy of that name of its own.
  case inlinePolicyNotFound(IdentityKind, String)
  /// There is no policy that is called so.
  case policyNotAttachable(String)
  /// The identity doesn't carry the policy that is called so, if there is one.
  case policyNotAttached(String)
  case loginProfileNotFound(String)
  case versionNotFound(Int)
  /// The version in force can't be removed.
  case defaultVersion
  case accessKeyNotFound(String)
  case boundaryNotFound(String)
  /// More than there may be.
  case tooMany(Quota, Int)
  /// The policies of its own are longer than they may be together, in characters.
  case inlinePoliciesTooLong(IdentityKind, String, most: Int)
  /// What every account has can't be changed.
  case builtIn

  package enum Holding: String, Hashable, Sendable {
    case accessKeys
    case inlinePolicies
    case attachedPolicies
    case groups
    case members
    /// Somebody carries it, or has it for a boundary.
    case attachments
    case versions
  }

  package enum Quota: String, Hashable, Sendable {
    case users
    case groups
    case roles
    case policies
    case providers
    case groupsOfUser
    case policiesOfUser
    case policiesOfGroup
    case policiesOfRole
    case policyVersions
    case accessKeys
    case tags
    case clientIDs
  }

  /// A stable word for logs and audit records.
  package var code: String {
    switch self {
    case .notFound: "identity.notFound"
    case .exists: "identity.exists"
    case .holds(let what): "identity.holds." + what.rawValue
    case .inlinePolicyNotFound: "identity.inlinePolicyNotFound"
    case .policyNotAttachable: "identity.policyNotAttachable"
    case .policyNotAttached: "identity.policyNotAttached"
    case .loginProfileNotFound: "identity.loginProfileNotFound"
    case .versionNotFound: "identity.versionNotFound"
    case .defaultVersion: "identity.defaultVersion"
    case .accessKeyNotFound: "identity.accessKeyNotFound"
    case .boundaryNotFound: "identity.boundaryNotFound"
    case .tooMany(let quota, _): "identity.tooMany." + quota.rawValue
    case .inlinePoliciesTooLong: "identity.inlinePoliciesTooLong"
    case .builtIn: "identity.builtIn"
    }
  }
}

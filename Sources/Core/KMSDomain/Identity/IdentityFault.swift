/// Why nothing came of a call about identities.
package enum IdentityFault: Hashable, Sendable {
  /// There is none of that name.
  case notFound(IdentityKind, String)
  /// Another has the name.
  case exists(IdentityKind, String)
  /// It can't be removed while it has these.
  case holds(Holding)
  /// The identity carries no policy of that name, or it isn't attached.
  case policyNotFound(String)
  case versionNotFound(Int)
  /// The version in force can't be removed.
  case defaultVersion
  case accessKeyNotFound(String)
  case boundaryNotFound(String)
  /// More than there may be.
  case tooMany(Quota, Int)
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
    case attachedPolicies
    case inlinePolicySize
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
    case .policyNotFound: "identity.policyNotFound"
    case .versionNotFound: "identity.versionNotFound"
    case .defaultVersion: "identity.defaultVersion"
    case .accessKeyNotFound: "identity.accessKeyNotFound"
    case .boundaryNotFound: "identity.boundaryNotFound"
    case .tooMany(let quota, _): "identity.tooMany." + quota.rawValue
    case .builtIn: "identity.builtIn"
    }
  }
}

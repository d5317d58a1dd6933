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
  /// A managed policy of that name has no version of that name, if it is there at all.
  case versionNotFound(policy: String, String)
  /// The version in force can't be removed.
  case defaultVersion
  case accessKeyNotFound(String)
  /// The identity has no client certificate of that fingerprint, or none at all where it is empty.
  case certificateNotFound(String)
  /// Somebody has the certificate of that fingerprint, or had it before it was revoked.
  case certificateExists(String)
  /// The time of the certificate is over.
  case certificateExpired(String)
  /// The account has no application of that client id.
  case applicationNotFound(String)
  /// The application has no credential of that name.
  case applicationCredentialNotFound(String)
  /// The application has that credential already, or has no room for what it says, or its time is over.
  case applicationCredential(ApplicationCredentialFault)
  case boundaryNotFound(String)
  /// A policy trusts a principal who isn't there.
  case unknownPrincipal(String)
  /// More than there may be.
  case tooMany(Quota, Int)
  /// The policies of its own are longer than they may be together, in characters.
  case inlinePoliciesTooLong(IdentityKind, String, most: Int)
  /// What every account has can't be changed.
  case builtIn

  package enum Holding: String, Hashable, Sendable {
    case accessKeys
    case clientCertificates
    case applications
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
    /// Of a managed policy, in characters without white space.
    case policySize
    /// The same of a trust policy.
    case trustSize
    case accessKeys
    case clientCertificates
    case applications
    case applicationCredentials
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
    case .certificateNotFound: "identity.certificateNotFound"
    case .certificateExists: "identity.certificateExists"
    case .certificateExpired: "identity.certificateExpired"
    case .applicationNotFound: "identity.applicationNotFound"
    case .applicationCredentialNotFound: "identity.applicationCredentialNotFound"
    case .applicationCredential(let fault): "identity.applicationCredential." + fault.rawValue
    case .boundaryNotFound: "identity.boundaryNotFound"
    case .unknownPrincipal: "identity.unknownPrincipal"
    case .tooMany(let quota, _): "identity.tooMany." + quota.rawValue
    case .inlinePoliciesTooLong: "identity.inlinePoliciesTooLong"
    case .builtIn: "identity.builtIn"
    }
  }
}

/// Why an application can't have a credential.
package enum ApplicationCredentialFault: String, Hashable, Sendable {
  case exists
  case expired
  /// A text is empty or too long.
  case text
}

package import KMSBytes

/// Whoever keeps loaded identities in memory: told of every change before the change is answered. It also knows when access
/// keys were used.
package protocol IdentityMemory: Sendable {
  /// After a change or the removal of the access key.
  func forget(accessKey: String)
  /// After a revocation or the removal of the certificate: whoever is connected by it is cut off.
  func forget(certificate: CertificateFingerprint)
  /// After a change or the removal of the application.
  func forget(application: GUID)
  /// After a change of the identity or of what it carries.
  func forget(principal: IdentityID)
  /// After a change of something that many of the account may carry.
  func forgetAll(of account: AccountID)

  /// The last use of an access key, if the store wasn't told of it yet.
  func unstoredUse(of accessKey: String) -> AccessKeyUse?
  /// What the store wasn't told of yet, one for each access key.
  var unstoredUses: [AccessKeyUse] { get }
  /// The store has these now; keys that were used again meanwhile stay.
  func settle(_ uses: [AccessKeyUse])
}

extension IdentityMemory {
  package func forget(_ identity: IdentityRecord) {
    switch identity.kind {
    case .user, .role, .root: forget(principal: identity.id)
    case .group, .policy, .provider: forgetAll(of: identity.account)
    }
  }
}

/// Nobody keeps any.
package struct NoIdentityMemory: IdentityMemory {
  package init() {}
  package func forget(accessKey: String) {}
  package func forget(certificate: CertificateFingerprint) {}
  package func forget(application: GUID) {}
  package func forget(principal: IdentityID) {}
  package func forgetAll(of account: AccountID) {}
  package func unstoredUse(of accessKey: String) -> AccessKeyUse? { nil }
  package var unstoredUses: [AccessKeyUse] { [] }
  package func settle(_ uses: [AccessKeyUse]) {}
}

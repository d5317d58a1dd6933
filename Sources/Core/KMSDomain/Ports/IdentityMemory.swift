/// Whoever keeps loaded identities in memory: told of every change before the change is answered.
package protocol IdentityMemory: Sendable {
  /// After a change or the removal of the access key.
  func forget(accessKey: String)
  /// After a change of the identity or of what it carries.
  func forget(principal: IdentityID)
  /// After a change of something that many may carry.
  func forgetAll()
}

extension IdentityMemory {
  package func forget(_ identity: IdentityRecord) {
    switch identity.kind {
    case .user, .role, .root: forget(principal: identity.id)
    case .group, .policy, .provider: forgetAll()
    }
  }
}

/// Nobody keeps any.
package struct NoIdentityMemory: IdentityMemory {
  package init() {}
  package func forget(accessKey: String) {}
  package func forget(principal: IdentityID) {}
  package func forgetAll() {}
}

package import KMSDomain

/// An access key that is being made, with the secret that its owner will sign with.
package struct NewAccessKey: Sendable {
  package let id: String
  private let secret: Payload
  private let wrapped = OnFirstAttempt<WrappedCredential>()

  /// - Parameter secret: read once, when somebody was allowed to have the key.
  package init(_ id: String, secret: Payload) {
    self.id = id
    self.secret = secret
  }

  /// The key for the store. However often this is tried, the owner must be the same.
  /// - Parameter permit: for what custody takes a secret by; see `CredentialVault.wrap`.
  func record(
    for owner: IdentityID, _ permit: borrowing Permit?, _ desk: Desk
  ) throws(KMSError) -> AccessKeyRecord {
    switch permit {
    case .some(let permit):
      let wrapped = try wrapped.value { () throws(KMSError) in
        try desk.vault.wrap(secret, accessKey: id, owner: owner, permit: permit)
      }
      return AccessKeyRecord(
        id: id, principal: owner, secret: wrapped, isActive: true, createdAt: desk.clock.now())
    case .none: throw .permitMismatch
    }
  }
}

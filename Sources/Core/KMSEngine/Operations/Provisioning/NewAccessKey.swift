package import KMSDomain

/// An access key that was made with its owner. The secret is told once.
package struct NewAccessKey: Sendable {
  package let record: AccessKeyRecord
  /// Read once.
  package let secret: Payload
}

/// Makes one, the same however often a change is tried: the secret is bound to its owner.
struct AccessKeyMaker: Sendable {
  private struct Made {
    let id: String
    let secret: NewSecret
  }

  private let made = OnFirstAttempt<Made>()

  /// - Parameter owner: the same on every attempt.
  /// - Parameter permit: what custody makes a secret by; see `CredentialVault.makeSecret`.
  func accessKey(
    of owner: IdentityID, _ permit: borrowing Permit?, _ desk: Desk
  ) throws(KMSError) -> NewAccessKey {
    switch permit {
    case .some(let permit):
      let made = try made.value { () throws(KMSError) in
        let id = "AKIA" + desk.randomLetters(16)
        return Made(
          id: id, secret: try desk.vault.makeSecret(accessKey: id, owner: owner, permit: permit))
      }
      let record = AccessKeyRecord(
        id: made.id, principal: owner, secret: made.secret.wrapped, isActive: true,
        createdAt: desk.clock.now())
      return NewAccessKey(record: record, secret: made.secret.plain)
    case .none: throw .permitMismatch
    }
  }
}

extension StoreChange {
  /// The key of an identity that is added by the same change.
  static func first(_ key: NewAccessKey, of owner: IdentityRecord, _ desk: Desk) -> StoreChange {
    .addAccessKey(desk.seal(key.record), owner: owner.generation, most: AccessKeyRecord.mostOfOwner)
  }
}

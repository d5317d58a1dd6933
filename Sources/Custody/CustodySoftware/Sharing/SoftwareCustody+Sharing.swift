package import KMSDomain
import KMSSecrets

extension SoftwareCustody {
  package func split(
    _ key: any LiveKey, by sharing: SecretSharing, permit: borrowing Permit
  ) throws(KMSError) -> [KeyShare] {
    let key = try exportable(key, .split, permit)
    let sharer = try Sharer(sharing)
    guard key.spec.isAsymmetric else {
      return try key.withMaterial { (bytes) throws(KMSError) in
        try sharer.split(SecretBytes(copying: bytes))
      }
    }
    let (encoded, _) = try written(key)
    return try sharer.split(encoded.bytes)
  }

  package func join(by sharing: SecretSharing) -> any ShareJoin { SoftwareShareJoin(self, sharing) }
}

final class SoftwareShareJoin: ShareJoin {
  private struct Shares: Sendable {
    var all: [(identifier: Int, bytes: Secret)] = []
  }

  private let custody: SoftwareCustody
  private let sharing: SecretSharing
  private let cell = StreamCell(Shares())

  init(_ custody: SoftwareCustody, _ sharing: SecretSharing) {
    self.custody = custody
    self.sharing = sharing
  }

  func add(_ share: any LiveKey, identifier: Int, permit: borrowing Permit) throws(KMSError) {
    let share = try custody.ours(share, .join, permit)
    let parts = sharing.parts
    try cell.step { (shares) throws(KMSError) in
      guard (1...parts).contains(identifier),
        !shares.all.contains(where: { $0.identifier == identifier })
      else { throw .cryptography(.shares) }
      let bytes = try share.withMaterial { (bytes) throws(KMSError) in Secret(SecretBytes(copying: bytes)) }
      shares.all.append((identifier, bytes))
    }
  }

  func finish(
    as identity: VersionIdentity, length: Int?, form: MaterialForm, permit: borrowing Permit
  ) throws(KMSError) -> NewMaterial {
    try UseRight.join.check(permit, identity)
    let (custody, sharing) = (custody, sharing)
    return try cell.end { (shares) throws(KMSError) in
      let secret = try Sharer(sharing).join(shares.all, length: length ?? identity.spec.secretLength)
      return try custody.keep(.encoded(Payload(secret), form), as: identity)
    }
  }
}

package import KMSDomain

/// Agrees with the holder of another key on a secret, by elliptic-curve Diffie-Hellman.
package struct DeriveSharedSecret: MaterialUse {
  package let key: KeyReference
  /// The other party's key, as SubjectPublicKeyInfo (DER).
  package let peer: [UInt8]
  package let isDryRun: Bool

  package init(_ key: KeyReference, with peer: [UInt8], isDryRun: Bool) {
    self.key = key
    self.peer = peer
    self.isDryRun = isDryRun
  }

  package let operation = "DeriveSharedSecret"
  package let action = Action.deriveSharedSecret
  package var algorithm: KeyAlgorithm { .ecdh }

  package func use(
    _ material: any LiveKey, _ permit: borrowing Permit, _ custody: any KeyCustody
  ) throws(KMSError) -> Payload {
    try custody.deriveSharedSecret(with: peer, key: material, permit: permit)
  }
}

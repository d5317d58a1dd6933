package import KMSDomain

/// Finds the secret that somebody encapsulated for a key.
package struct Decapsulate: MaterialUse {
  package let key: KeyReference
  package let ciphertext: [UInt8]
  package let isDryRun: Bool

  package init(_ key: KeyReference, ciphertext: [UInt8], isDryRun: Bool) {
    self.key = key
    self.ciphertext = ciphertext
    self.isDryRun = isDryRun
  }

  package let operation = "Decapsulate"
  package let action = Action.decapsulate
  package var algorithm: KeyAlgorithm { .mlKEM }

  package func use(
    _ material: any LiveKey, _ permit: borrowing Permit, _ custody: any KeyCustody
  ) throws(KMSError) -> Payload {
    try custody.decapsulate(ciphertext, with: material, permit: permit)
  }
}

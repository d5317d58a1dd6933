package import KMSDomain

/// Makes a secret that the holder of the private half of a key can find from a ciphertext (ML-KEM, FIPS 203).
package struct Encapsulate: MaterialUse {
  package let key: KeyReference
  package let isDryRun: Bool

  package init(_ key: KeyReference, isDryRun: Bool) {
    self.key = key
    self.isDryRun = isDryRun
  }

  package let operation = "Encapsulate"
  package let action = Action.encapsulate
  package var algorithm: KeyAlgorithm { .mlKEM }

  package func use(
    _ material: any LiveKey, _ permit: borrowing Permit, _ custody: any KeyCustody
  ) throws(KMSError) -> Encapsulation {
    try custody.encapsulate(with: material, permit: permit)
  }
}

/// Material that a development server is told to have; part of `KeyCustody`.
package protocol SeedCustody: Sendable {
  /// Checks that material is of the identity's kind and sound, and wraps it. Permit: `seedKey` on that key, no version, because
  /// a key may come with several.
  /// - Parameter material: read once; nil has custody make it, which may take seconds for RSA.
  /// - Throws: `KMSError.incorrectKeyMaterial`; `unsupportedAlgorithm`; `custodyUnavailable`, also for a payload that was read
  ///   before; `permitMismatch`, and then the payload is untouched.
  func seed(
    _ material: Payload?, as identity: VersionIdentity, permit: borrowing Permit
  ) throws(KMSError) -> NewMaterial
}

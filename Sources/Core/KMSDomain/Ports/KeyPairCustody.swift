// What custody does with keys other than symmetric encryption; all of it is part of `KeyCustody`.
//
// Each method compares the permit with its own action on the live key's key and version, and throws
// `KMSError.permitMismatch` also for a live key that hasn't the usage, or lacks the private half where one is needed: the
// caller has mixed something up. `incompatibleAlgorithm` comes before anything is computed.

package protocol SigningCustody: Sendable {
  /// Whether it has the algorithm, with the libraries that it has now.
  func availability(of algorithm: SigningAlgorithm) -> Availability

  /// Permit: `sign`.
  /// - Parameter context: what the signature is for; empty but where `SigningAlgorithm.longestContext` has room for it.
  /// - Throws: `KMSError.incompatibleAlgorithm`, `incompatibleMessageForm`, `invalidDigestLength`, `unsupportedAlgorithm`.
  func sign(
    _ message: Payload, as form: MessageForm, by algorithm: SigningAlgorithm, context: [UInt8],
    with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8]

  /// Permit: `verify`. A public half is enough.
  /// - Throws: `KMSError.invalidSignature`; otherwise like `sign`.
  func verify(
    _ signature: [UInt8], of message: Payload, as form: MessageForm, by algorithm: SigningAlgorithm,
    context: [UInt8], with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError)
}

extension SigningCustody {
  /// Without a context.
  package func sign(
    _ message: Payload, as form: MessageForm, by algorithm: SigningAlgorithm, with key: any LiveKey,
    permit: borrowing Permit
  ) throws(KMSError) -> [UInt8] {
    try sign(message, as: form, by: algorithm, context: [], with: key, permit: permit)
  }

  /// Without a context.
  package func verify(
    _ signature: [UInt8], of message: Payload, as form: MessageForm, by algorithm: SigningAlgorithm,
    with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) {
    try verify(signature, of: message, as: form, by: algorithm, context: [], with: key, permit: permit)
  }
}

package protocol CipherCustody: Sendable {
  /// Encrypts for the public half, which is enough. Permit: `encrypt` or `reEncryptTo`.
  /// - Throws: `KMSError.incompatibleAlgorithm`, `plaintextTooLong`.
  func encrypt(
    _ plaintext: Payload, by algorithm: EncryptionAlgorithm, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8]

  /// Permit: `decrypt` or `reEncryptFrom`.
  /// - Throws: `KMSError.invalidCiphertext` for whatever doesn't open, without saying why; `incompatibleAlgorithm`.
  func decrypt(
    _ ciphertext: [UInt8], by algorithm: EncryptionAlgorithm, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> Payload
}

package protocol MACCustody: Sendable {
  /// Permit: `generateMac`.
  /// - Throws: `KMSError.incompatibleAlgorithm`.
  func mac(
    _ message: Payload, by algorithm: MACAlgorithm, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8]

  /// Compares in constant time. Permit: `verifyMac`.
  /// - Throws: `KMSError.invalidMAC`, also for a code that is only the beginning of the right one.
  func verifyMac(
    _ code: [UInt8], of message: Payload, by algorithm: MACAlgorithm, with key: any LiveKey,
    permit: borrowing Permit
  ) throws(KMSError)
}

package protocol AgreementCustody: Sendable {
  /// Elliptic-curve Diffie-Hellman: the x-coordinate, as long as the field. Permit: `deriveSharedSecret`.
  /// - Parameter peer: SubjectPublicKeyInfo (DER).
  /// - Throws: `KMSError.invalidPublicKey` for a peer that isn't a point on the key's own, named curve.
  func deriveSharedSecret(
    with peer: [UInt8], key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> Payload

  /// ML-KEM (FIPS 203): a fresh secret, and what lets the holder of the private half find it. Permit: `encapsulate`.
  func encapsulate(with key: any LiveKey, permit: borrowing Permit) throws(KMSError) -> Encapsulation

  /// Permit: `decapsulate`. An altered ciphertext yields another secret, as the standard demands.
  /// - Throws: `KMSError.invalidCiphertext` for a ciphertext of another length.
  func decapsulate(
    _ ciphertext: [UInt8], with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> Payload
}

/// 32 secret bytes and what carries them.
package struct Encapsulation: Sendable {
  package let secret: Payload
  package let ciphertext: [UInt8]

  package init(secret: Payload, ciphertext: [UInt8]) {
    self.secret = secret
    self.ciphertext = ciphertext
  }
}

package protocol DataKeyPairCustody: Sendable {
  /// A fresh key pair for the caller, its private half (PKCS#8, DER) also encrypted by the symmetric `key`. Permit:
  /// `generateDataKeyPair`, which is a right to see it.
  /// - Throws: `KMSError.unsupportedAlgorithm`.
  func generateDataKeyPair(
    _ spec: KeySpec, context: EncryptionContext, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> DataKeyPair

  /// The same without the private half in the clear. Permit: `generateDataKeyPairWithoutPlaintext`.
  func generateDataKeyPairWithoutPlaintext(
    _ spec: KeySpec, context: EncryptionContext, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> SealedKeyPair

  /// Encrypts an answer for an enclave: CMS EnvelopedData (RFC 5652, DER) with RSAES-OAEP-SHA-256 and AES-256-CBC. It takes no
  /// permit: it only hides what the caller may read already.
  /// - Parameter recipient: an RSA public key as SubjectPublicKeyInfo (DER) that the caller has proved to be the enclave's.
  /// - Throws: `KMSError.invalidPublicKey` unless it is RSA of 2048, 3072 or 4096 bits.
  func envelop(_ answer: Payload, for recipient: [UInt8]) throws(KMSError) -> [UInt8]
}

/// A key pair whose private half is encrypted.
package struct SealedKeyPair: Sendable {
  /// SubjectPublicKeyInfo (DER).
  package let publicKey: [UInt8]
  /// PKCS#8 (DER), in the layout of `SymmetricCiphertext`.
  package let ciphertext: [UInt8]

  package init(publicKey: [UInt8], ciphertext: [UInt8]) {
    self.publicKey = publicKey
    self.ciphertext = ciphertext
  }
}

/// The same with the private half.
package struct DataKeyPair: Sendable {
  /// PKCS#8 (DER).
  package let privateKey: Payload
  package let sealed: SealedKeyPair

  package init(privateKey: Payload, sealed: SealedKeyPair) {
    self.privateKey = privateKey
    self.sealed = sealed
  }
}

package protocol ImportCustody: Sendable {
  /// A fresh import key for material of `key`. Permit: `getParametersForImport` on that key, no version.
  /// - Parameter expiry: the first moment at which the token is no longer taken.
  /// - Throws: `KMSError.incompatibleImport`, `unsupportedAlgorithm`.
  func importParameters(
    for key: KeyID, _ spec: KeySpec, by algorithm: ImportAlgorithm, under importKey: ImportKeySpec,
    expiry: Instant, permit: borrowing Permit
  ) throws(KMSError) -> ImportParameters

  /// Takes material out of its protection, checks that it is of the key's kind and sound, and wraps it as what `identify`
  /// says. Which version it is of shows only when it is open, so the permit is for the key as a whole: `importKeyMaterial`, no
  /// version.
  /// - Parameter owner: whose material it is, see `KeyRecord.materialKey`; it decides the fingerprint.
  /// - Parameter identify: gets the fingerprint, see `NewMaterial`; what it throws ends the import.
  /// - Throws: `KMSError.invalidImportToken`, `expiredImportToken`, `invalidCiphertext` for what doesn't come out of its
  ///   protection, `incorrectKeyMaterial`; `permitMismatch` for an identity of another key.
  func importMaterial(
    _ material: ImportedMaterial, for key: KeyID, of owner: KeyID, _ spec: KeySpec, now: Instant,
    permit: borrowing Permit, as identify: ([UInt8]) throws(KMSError) -> VersionIdentity
  ) throws(KMSError) -> NewMaterial
}

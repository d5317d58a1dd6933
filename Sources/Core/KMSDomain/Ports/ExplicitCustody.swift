// Cryptography whose every detail is the caller's choice, and material that goes in and out; all of it is part of
// `KeyCustody`.
//
// Each method compares the permit with its own actions on the live key's key and version, and throws
// `KMSError.permitMismatch` also for a live key that hasn't the usage, or lacks the private half where one is needed: the
// caller has mixed something up. What the operator hasn't permitted of `LegacyAlgorithms` is `unsupportedAlgorithm`, and so is
// what the library lacks. A payload that was read before, or is longer than custody takes, is `custodyUnavailable`; one that
// comes with a wrong permit stays untouched.

package protocol ExplicitCustody: MaterialCustody, ExplicitCipherCustody, ExplicitSigningCustody,
  ExplicitMACCustody, DerivationCustody, SharingCustody, PublicKeyForms
{
  /// What the operator has permitted.
  var legacy: LegacyAlgorithms { get }

  /// The hash of public or secret data. Permit: `hash`, no key.
  func hash(_ data: Payload, by function: HashFunction, permit: borrowing Permit) throws(KMSError) -> [UInt8]

  /// The same in pieces; each takes such a permit.
  func hashStream(by function: HashFunction, permit: borrowing Permit) throws(KMSError) -> any SummingStream

  /// Stirs bytes from outside into the random generators, where they can do no harm: they are counted as if everybody knew
  /// them. Permit: `seedRandom`, no key.
  func seedRandom(_ bytes: Payload, permit: borrowing Permit) throws(KMSError)
}

package protocol MaterialCustody: Sendable {
  /// Makes material of any kind and returns it wrapped, or where it is. Permit: `createKey`, `reKey`, `reKeyPair`, `renewObject`, `createSplitKey`,
  /// `createVaultKey` or `rotateVaultKey` on that key and version. RSA may take seconds: call it off the event loop.
  /// - Parameter length: bytes, where the kind has any length; nil elsewhere. At most `longestMaterial`.
  /// - Throws: `KMSError.unsupportedAlgorithm`, also for RSA of 8192 bits, DSA and Diffie-Hellman: those only come in; and for what
  ///   the device hasn't that it was to be on; `cryptography(.dataLength)`; `custodyUnavailable`.
  func generate(
    _ identity: VersionIdentity, length: Int?, at site: MaterialSite, permit: borrowing Permit
  ) throws(KMSError) -> NewMaterial

  /// The same for an RSA key whose public exponent isn't the usual one: odd, 3 to 2^31 - 1.
  /// - Throws: also `cryptography(.keyKind)` for other kinds and exponents.
  func generateRSA(
    _ identity: VersionIdentity, exponent: Int64, at site: MaterialSite, permit: borrowing Permit
  ) throws(KMSError) -> NewMaterial

  /// Takes plain material in, checks that it is of the identity's kind and sound, and returns it wrapped. DER must be the one
  /// encoding of what it says, so that it can be given back byte for byte. Permit: `registerObject`, `importObject`,
  /// `deriveObject`, `createSplitKey`, `certify`, `reCertify` or `importVaultKey` on that key and version.
  /// - Throws: `KMSError.incorrectKeyMaterial` for whatever isn't sound material of the kind; `cryptography(.form)` for a form
  ///   that such keys don't have; `unsupportedAlgorithm`.
  func take(
    _ material: PlainMaterial, as identity: VersionIdentity, permit: borrowing Permit
  ) throws(KMSError) -> NewMaterial

  /// Which kind of private key that is. It takes no permit, for it says no more than the public half would, and the material can
  /// still be read afterwards.
  /// - Returns: nil for what is no private key of a kind that there is.
  func kind(of material: Payload, in form: MaterialForm) -> KeySpec?

  /// Material in the clear. Permit: `getObject`, `exportObject`, `readSecret` or `wrapKey` on that key and version: the last for
  /// material that leaves only under another key.
  /// - Throws: `KMSError.cryptography(.notExportable)` unless the identity says that it may leave; `cryptography(.form)`.
  func export(
    _ key: any LiveKey, as form: MaterialForm, permit: borrowing Permit
  ) throws(KMSError) -> Payload

  /// The same as numbers, the public ones too; not by `readSecret`.
  func exportComponents(
    _ key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [KeyComponent: Payload]

  /// SHA-256 of the material, in the form in which custody keeps it. Whoever can guess the material can check the guess by it.
  /// Permit: `getAttributes`, `getAttributeList` or `exportObject` on that key and version.
  /// - Returns: nil for a symmetric key on a device, whose material nobody has.
  func digest(of key: any LiveKey, permit: borrowing Permit) throws(KMSError) -> [UInt8]?

  /// Opens a PKCS#12 store by a password that custody keeps. Permit: `unwrapKey` on the password, which needs the usage
  /// `deriveKey`.
  /// - Throws: `KMSError.invalidCiphertext` for whatever doesn't open, has no private key or more than one.
  func openBundle(
    _ store: Payload, password: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> KeyBundle

  /// Makes a PKCS#12 store of a private key and certificates (PBES2 with AES-256-CBC, HMAC-SHA-256). Permit: as for `export`;
  /// for the password, which needs the usage `deriveKey`, `wrapKey`.
  /// - Parameter certificates: X.509 (DER), that of the key first.
  /// - Throws: as `export`; `KMSError.cryptography(.form)` for certificates that aren't, and for a key that isn't private.
  func exportBundle(
    _ key: any LiveKey, certificates: [[UInt8]], friendlyName: String?, password: any LiveKey,
    permit: borrowing Permit, passwordPermit: borrowing Permit
  ) throws(KMSError) -> Payload
}

package protocol ExplicitCipherCustody: Sendable {
  /// Encrypts by a symmetric key. Permit: `encrypt`, with the usage of that name; `wrapKey`, with the usage `wrap`.
  /// - Throws: `KMSError.cryptography`.
  func encipher(
    _ text: Payload, by parameters: CipherParameters, associated: [UInt8], with key: any LiveKey,
    permit: borrowing Permit
  ) throws(KMSError) -> Enciphered

  /// Permit: `decrypt`, with the usage of that name; `unwrapKey`, with the usage `unwrap`.
  /// - Parameter tag: of modes that have one, as long as the parameters say.
  /// - Throws: `KMSError.invalidCiphertext` for whatever doesn't open, without saying why; `cryptography`.
  func decipher(
    _ data: Payload, by parameters: CipherParameters, associated: [UInt8], tag: [UInt8]?,
    with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> Payload

  /// Encryption in pieces. Permits as for `encipher`, here and for each piece.
  func encipherStream(
    by parameters: CipherParameters, associated: [UInt8], with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> any EncipheringStream

  /// Decryption in pieces. Permits as for `decipher`, here and for each piece.
  func decipherStream(
    by parameters: CipherParameters, associated: [UInt8], with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> any DecipheringStream

  /// Encrypts by an RSA key's public half, which is enough. Permits as for `encipher`.
  /// - Throws: `KMSError.cryptography(.dataLength)` for more than the padding leaves.
  func encrypt(
    _ text: Payload, by encryption: RSAEncryption, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8]

  /// Permits as for `decipher`. PKCS#1 v1.5 tells whoever can ask it whether the padding was right, unless the library answers
  /// a wrong one with bytes that mean nothing: that is why it is legacy.
  /// - Throws: `KMSError.invalidCiphertext` for whatever doesn't open, without saying why.
  func decrypt(
    _ ciphertext: [UInt8], by encryption: RSAEncryption, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> Payload
}

package protocol ExplicitSigningCustody: Sendable {
  /// Permit: `sign`, `certify`, `reCertify`, or `wrapKey` for a signature over a wrapped key.
  /// - Throws: `KMSError.cryptography`.
  func sign(
    _ message: Payload, by parameters: SignatureParameters, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8]

  /// A public half is enough. Permit: `verify`, or `unwrapKey` for a signature over a wrapped key.
  /// - Throws: `KMSError.invalidSignature`; otherwise as `sign`.
  func verify(
    _ signature: [UInt8], of message: Payload, by parameters: SignatureParameters, with key: any LiveKey,
    permit: borrowing Permit
  ) throws(KMSError)

  /// Signing in pieces; each takes such a permit. What isn't hashed in pieces is collected, up to the streams' limit.
  func signatureStream(
    by parameters: SignatureParameters, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> any SummingStream

  /// Verifying in pieces; each takes such a permit.
  func verificationStream(
    by parameters: SignatureParameters, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> any VerifyingStream
}

package protocol ExplicitMACCustody: Sendable {
  /// Permit: `generateMac`, or `wrapKey` for a code over a wrapped key.
  /// - Throws: `KMSError.cryptography(.keyKind)`.
  func mac(
    _ message: Payload, by method: MACMethod, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8]

  /// Compares in constant time. Permit: `verifyMac`, or `unwrapKey` for a code over a wrapped key.
  /// - Throws: `KMSError.invalidMAC`, also for a code that is only the beginning of the right one.
  func verifyMac(
    _ code: [UInt8], of message: Payload, by method: MACMethod, with key: any LiveKey,
    permit: borrowing Permit
  ) throws(KMSError)

  /// A code in pieces; each takes such a permit.
  func macStream(
    by method: MACMethod, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> any SummingStream

  /// The same for comparing.
  func macVerificationStream(
    by method: MACMethod, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> any VerifyingStream
}

package protocol DerivationCustody: Sendable {
  /// Permit: `deriveObject` on the key, which needs the usage `deriveKey`, or `derive` for an agreement.
  /// - Parameter length: bytes.
  /// - Throws: `KMSError.cryptography`; `invalidPublicKey` for a peer that isn't a key of the same kind and group.
  func derive(
    _ length: Int, by derivation: KeyDerivation, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> Payload

  /// The same where the data is secret too, and kept here: what `derivation` has as its data is put in front of it. Both keys need
  /// the usage, and each its permit.
  func derive(
    _ length: Int, by derivation: KeyDerivation, with key: any LiveKey, data: any LiveKey,
    permit: borrowing Permit, dataPermit: borrowing Permit
  ) throws(KMSError) -> Payload
}

package protocol SharingCustody: Sendable {
  /// Divides material: of a key pair its PKCS#8 form. Permit: `createSplitKey` on that key and version.
  /// - Throws: `KMSError.cryptography(.notExportable)`, because the parts together are the key; `cryptography(.sharing)` for a
  ///   secret that the method can't divide.
  func split(
    _ key: any LiveKey, by sharing: SecretSharing, permit: borrowing Permit
  ) throws(KMSError) -> [KeyShare]

  /// Begins to put a secret together. Nothing comes out before `finish`, so beginning takes no permit.
  func join(by sharing: SecretSharing) -> any ShareJoin
}

/// Shares of one secret, as they come.
package protocol ShareJoin: AnyObject, Sendable {
  /// Permit: `joinSplitKey` on the share's key and version.
  /// - Parameter identifier: which part it is, from 1 on.
  /// - Throws: `KMSError.cryptography(.shares)` for an identifier that came before or that no part has.
  func add(_ share: any LiveKey, identifier: Int, permit: borrowing Permit) throws(KMSError)

  /// Puts together what came, and wraps it. Permit: `joinSplitKey` on the new key and version.
  /// - Parameter length: bytes of the secret; nil where the kind says it, or where it is as long as the parts. Parts over a prime
  ///   don't say it.
  /// - Parameter form: of a key pair's material.
  /// - Throws: `KMSError.cryptography(.shares)` for too few or ill-fitting parts; `incorrectKeyMaterial` when what comes out isn't
  ///   of the kind. That parts are wrong shows only there: a symmetric key of the right length may be the wrong one.
  func finish(
    as identity: VersionIdentity, length: Int?, form: MaterialForm, permit: borrowing Permit
  ) throws(KMSError) -> NewMaterial
}

/// Public keys from one form into another. They aren't secret: no permit.
package protocol PublicKeyForms: Sendable {
  /// - Parameter spec: must be given for a point without its curve, and what it is must agree where it is given.
  /// - Throws: `KMSError.invalidPublicKey` for whatever isn't a sound public key in that form, in its one encoding.
  func publicHalf(_ key: [UInt8], in form: PublicForm, _ spec: KeySpec?) throws(KMSError) -> PublicHalf

  func publicHalf(_ components: [KeyComponent: [UInt8]], _ spec: KeySpec) throws(KMSError) -> PublicHalf

  /// - Throws: `KMSError.cryptography(.form)`; `invalidPublicKey`.
  func write(_ key: PublicHalf, as form: PublicForm) throws(KMSError) -> [UInt8]

  /// - Throws: as `write`.
  func components(of key: PublicHalf) throws(KMSError) -> [KeyComponent: [UInt8]]
}

/// Where key material lives. Only what `ExplicitCustody` exports lets it out, and only where the key's identity says that it
/// may leave; all other `Payload`s carry callers' data, not keys of ours.
///
/// Implementations compare the permit with what they are asked on every call and throw `KMSError.permitMismatch`.
package protocol KeyCustody: SigningCustody, CipherCustody, MACCustody, AgreementCustody, DataKeyPairCustody,
  ImportCustody, KeyStoreCustody, SeedCustody, ExplicitCustody, BackupCustody,
  ReleaseCustody, TransferCustody, StatementCustody
{
  /// Whether it can make and use keys of this kind for this, with the libraries that it has now.
  func availability(of spec: KeySpec, for usages: KeyUsages) -> Availability

  /// Whether material that is made there, and may not leave, is made on a device, which may take its time.
  func makesKeysElsewhere(at site: MaterialSite) -> Bool

  /// Makes material at the usual site and returns it wrapped, or where it is. Permit: `createKey`, `rotateKey` or `rotateKeyOnDemand` on that key
  /// and version. RSA may take seconds: call it off the event loop.
  /// - Throws: `KMSError.unsupportedAlgorithm`, `custodyUnavailable`.
  func generate(_ identity: VersionIdentity, permit: borrowing Permit) throws(KMSError) -> NewMaterial

  /// Opens stored material for use in this process. Opening alone lets nothing out, so it takes no permit.
  /// A private key is used only after what it does has been undone by its public half, once for each time it is opened.
  /// - Throws: `KMSError.corrupt(.keyMaterial)` when the row isn't what was stored for this identity, or the key pair isn't
  ///   one; `unsupportedAlgorithm`.
  func open(_ wrapped: WrappedKey, as identity: VersionIdentity) throws(KMSError) -> any LiveKey

  /// Opens a public half alone, for `verify`, `encrypt` and `encapsulate`: they don't need more.
  /// - Throws: `KMSError.corrupt(.keyRecord)` when it isn't a public key of the identity's kind; `unsupportedAlgorithm`.
  func openPublic(_ publicKey: [UInt8], as identity: VersionIdentity) throws(KMSError) -> any LiveKey

  /// - Returns: a ciphertext in the layout of `SymmetricCiphertext`. Permit: `encrypt` or `reEncryptTo`.
  func encrypt(
    _ plaintext: Payload, context: EncryptionContext, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8]

  /// Permit: `decrypt` or `reEncryptFrom`.
  /// - Throws: `KMSError.invalidCiphertext` for whatever doesn't open, without saying why.
  func decrypt(
    _ ciphertext: [UInt8], context: EncryptionContext, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> Payload

  /// Fresh random bytes and the same bytes encrypted. Permit: `generateDataKey`, which is a right to see them.
  func generateDataKey(
    count: Int, context: EncryptionContext, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> DataKey

  /// Fresh random bytes, encrypted; nobody sees them before somebody decrypts them. Permit:
  /// `generateDataKeyWithoutPlaintext`.
  func generateDataKeyWithoutPlaintext(
    count: Int, context: EncryptionContext, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8]

  /// Fresh random bytes for the caller. Permit: `generateRandom`, no key.
  func random(count: Int, permit: borrowing Permit) throws(KMSError) -> Payload

  /// What custody can say of itself to operators.
  var status: CustodyStatus { get }
}

/// Whether custody can do something, and if not, why: in words for callers.
package enum Availability: Hashable, Sendable {
  case available
  case unavailable(String)
}

/// What is stored of fresh material.
package struct NewMaterial: Sendable {
  package let wrapped: WrappedKey
  /// SubjectPublicKeyInfo (DER); nil for symmetric material.
  package let publicKey: [UInt8]?
  /// 32 bytes that are the same for the same material of the same key, and say nothing about it to anybody without the root
  /// key.
  package let fingerprint: [UInt8]

  package init(wrapped: WrappedKey, publicKey: [UInt8]?, fingerprint: [UInt8]) {
    self.wrapped = wrapped
    self.publicKey = publicKey
    self.fingerprint = fingerprint
  }
}

/// A data key in both forms.
package struct DataKey: Sendable {
  package let plaintext: Payload
  package let ciphertext: [UInt8]

  package init(plaintext: Payload, ciphertext: [UInt8]) {
    self.plaintext = plaintext
    self.ciphertext = ciphertext
  }
}

/// Opened material of one version. Wiped when the last user lets go.
package protocol LiveKey: AnyObject, Sendable {
  var key: KeyID { get }
  var version: VersionID { get }
  /// Whether a device does the work: then an event loop must not wait for it.
  var isElsewhere: Bool { get }
}

package struct CustodyStatus: Sendable {
  /// Where new keys are made: "software" or "hsm".
  package let kind: String
  /// The libraries and devices that do the work, with their versions as they report them.
  package let provider: String
  package let epoch: EpochID
  package let lockedBytes: UInt64
  package let unlockedBytes: UInt64

  package init(kind: String, provider: String, epoch: EpochID, lockedBytes: UInt64, unlockedBytes: UInt64) {
    self.kind = kind
    self.provider = provider
    self.epoch = epoch
    self.lockedBytes = lockedBytes
    self.unlockedBytes = unlockedBytes
  }
}

/// Codes for records that can change; see `Authenticated`.
package protocol RecordAuthenticator: Sendable {
  /// HMAC-SHA-256 of the bytes under a key derived from the root key; 32 bytes.
  func code(for bytes: [UInt8]) -> [UInt8]
  /// Constant-time.
  func isValid(_ code: [UInt8], for bytes: [UInt8]) -> Bool
}

/// Keeps the secrets of access keys: wrapped in the store, opened only to derive what verification needs.
package protocol CredentialVault: Sendable {
  /// Takes the secret and returns it for the store. Permit: `issueAccessKey` or `seedAccessKey`, no key.
  /// - Throws: `KMSError.custodyUnavailable`, also for a payload that was read before; `permitMismatch`, and then the
  ///   payload is untouched.
  func wrap(
    _ secret: Payload, accessKey: String, owner: IdentityID, permit: borrowing Permit
  ) throws(KMSError) -> WrappedCredential

  /// Makes a secret access key: 40 characters that carry 240 random bits. Permit: `createAccessKey` or
  /// `issueAccessKey`, no key.
  /// - Throws: `KMSError.custodyUnavailable`, `permitMismatch`.
  func makeSecret(
    accessKey: String, owner: IdentityID, permit: borrowing Permit
  ) throws(KMSError) -> NewSecret

  /// The AWS Signature Version 4 signing key: HMAC chain over date, region, service and "aws4_request"; 32 bytes.
  /// - Throws: `KMSError.corrupt(.accessKey)`.
  func signingKey(
    for accessKey: AccessKeyRecord, date: String, region: String, service: String
  ) throws(KMSError) -> Payload
}

/// A secret access key in both forms.
package struct NewSecret: Sendable {
  package let wrapped: WrappedCredential
  /// What its owner will sign with.
  package let plain: Payload

  package init(wrapped: WrappedCredential, plain: Payload) {
    self.wrapped = wrapped
    self.plain = plain
  }
}

/// Keeps the wrapping keys, of which a new one is due before the present one is used up.
///
/// An epoch is stored before it is adopted, so that nothing is ever wrapped under a key that a crash could lose.
package protocol EpochCustody: Sendable {
  /// Whether it is time for `makeEpoch`: the present one is half used up.
  var needsNewEpoch: Bool { get }
  /// The next epoch, for the store. It isn't used before `adopt`. Permit: `renewEpoch`, no key.
  /// - Throws: `KMSError.custodyUnavailable`.
  func makeEpoch(now: Instant, permit: borrowing Permit) throws(KMSError) -> EpochRecord
  /// Opens a stored epoch; the newest wraps from here on, all others still open what they wrapped. It takes no permit:
  /// what isn't this store's doesn't open, and adopting an epoch again changes nothing.
  /// - Throws: `KMSError.corrupt(.epoch)`.
  func adopt(_ record: EpochRecord) throws(KMSError)
}

/// Signs checkpoints with a key that custody keeps.
package protocol Signer: Sendable {
  /// Ed25519 public key, 32 bytes.
  var publicKey: [UInt8] { get }
  /// Ed25519 signature, 64 bytes (RFC 8032).
  func sign(_ message: [UInt8]) throws(KMSError) -> [UInt8]
}

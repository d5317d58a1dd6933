package import KMSDomain

// Not there yet.
private let later = KMSError.unsupportedAlgorithm("not there yet")

extension SoftwareCustody {
  package var legacy: LegacyAlgorithms { .none }
  package func hash(_ data: Payload, by function: HashFunction, permit: borrowing Permit) throws(KMSError)
    -> [UInt8]
  { throw later }
  package func hashStream(by function: HashFunction, permit: borrowing Permit) throws(KMSError)
    -> any SummingStream
  { throw later }
  package func seedRandom(_ bytes: Payload, permit: borrowing Permit) throws(KMSError) { throw later }
  package func generate(_ identity: VersionIdentity, length: Int?, permit: borrowing Permit) throws(KMSError)
    -> NewMaterial
  { throw later }
  package func take(_ material: PlainMaterial, as identity: VersionIdentity, permit: borrowing Permit)
    throws(KMSError) -> NewMaterial
  { throw later }
  package func kind(of material: Payload, in form: MaterialForm) -> KeySpec? { nil }
  package func export(_ key: any LiveKey, as form: MaterialForm, permit: borrowing Permit) throws(KMSError)
    -> Payload
  { throw later }
  package func exportComponents(_ key: any LiveKey, permit: borrowing Permit) throws(KMSError)
    -> [KeyComponent: Payload]
  { throw later }
  package func openBundle(_ store: Payload, password: any LiveKey, permit: borrowing Permit) throws(KMSError)
    -> KeyBundle
  { throw later }
  package func exportBundle(
    _ key: any LiveKey, certificates: [[UInt8]], friendlyName: String?, password: any LiveKey,
    permit: borrowing Permit, passwordPermit: borrowing Permit
  ) throws(KMSError) -> Payload { throw later }
  package func encipher(
    _ text: Payload, by parameters: CipherParameters, associated: [UInt8], with key: any LiveKey,
    permit: borrowing Permit
  ) throws(KMSError) -> Enciphered { throw later }
  package func decipher(
    _ data: Payload, by parameters: CipherParameters, associated: [UInt8], tag: [UInt8]?,
    with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> Payload { throw later }
  package func encipherStream(
    by parameters: CipherParameters, associated: [UInt8], with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> any EncipheringStream { throw later }
  package func decipherStream(
    by parameters: CipherParameters, associated: [UInt8], with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> any DecipheringStream { throw later }
  package func encrypt(
    _ text: Payload, by encryption: RSAEncryption, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8] { throw later }
  package func decrypt(
    _ ciphertext: [UInt8], by encryption: RSAEncryption, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> Payload { throw later }
  package func sign(
    _ message: Payload, by parameters: SignatureParameters, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8] { throw later }
  package func verify(
    _ signature: [UInt8], of message: Payload, by parameters: SignatureParameters, with key: any LiveKey,
    permit: borrowing Permit
  ) throws(KMSError) { throw later }
  package func signatureStream(
    by parameters: SignatureParameters, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> any SummingStream { throw later }
  package func verificationStream(
    by parameters: SignatureParameters, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> any VerifyingStream { throw later }
  package func mac(_ message: Payload, by method: MACMethod, with key: any LiveKey, permit: borrowing Permit)
    throws(KMSError) -> [UInt8]
  { throw later }
  package func verifyMac(
    _ code: [UInt8], of message: Payload, by method: MACMethod, with key: any LiveKey,
    permit: borrowing Permit
  ) throws(KMSError) { throw later }
  package func macStream(by method: MACMethod, with key: any LiveKey, permit: borrowing Permit)
    throws(KMSError) -> any SummingStream
  { throw later }
  package func macVerificationStream(by method: MACMethod, with key: any LiveKey, permit: borrowing Permit)
    throws(KMSError) -> any VerifyingStream
  { throw later }
  package func derive(
    _ length: Int, by derivation: KeyDerivation, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> Payload { throw later }
  package func derive(
    _ length: Int, by derivation: KeyDerivation, with key: any LiveKey, data: any LiveKey,
    permit: borrowing Permit, dataPermit: borrowing Permit
  ) throws(KMSError) -> Payload { throw later }
  package func split(_ key: any LiveKey, by sharing: SecretSharing, permit: borrowing Permit) throws(KMSError)
    -> [KeyShare]
  { throw later }
  package func join(by sharing: SecretSharing) -> any ShareJoin { NoJoin() }
  package func publicHalf(_ key: [UInt8], in form: PublicForm, _ spec: KeySpec?) throws(KMSError)
    -> PublicHalf
  { throw later }
  package func publicHalf(_ components: [KeyComponent: [UInt8]], _ spec: KeySpec) throws(KMSError)
    -> PublicHalf
  { throw later }
  package func write(_ key: PublicHalf, as form: PublicForm) throws(KMSError) -> [UInt8] { throw later }
  package func components(of key: PublicHalf) throws(KMSError) -> [KeyComponent: [UInt8]] { throw later }
}

private final class NoJoin: ShareJoin {
  func add(_ share: any LiveKey, identifier: Int, permit: borrowing Permit) throws(KMSError) { throw later }
  func finish(as identity: VersionIdentity, length: Int?, form: MaterialForm, permit: borrowing Permit)
    throws(KMSError) -> NewMaterial
  { throw later }
}

package import KMSSecrets

// Devices that keep keys: made there, used there, never outside. Custody has at most one for each purpose, and does
// everything that isn't done with such a key itself.
//
// Calls block, unless they say otherwise, and any number of threads may make them.

/// Keeps roots: keys that wrap what is handed to them.
package protocol RootDevice: Sendable {
  /// Makes a key for this store.
  /// - Returns: what it takes to find it again; not secret.
  func makeKey(for store: Bits128) throws(DeviceFault) -> [UInt8]

  /// Finds such a key.
  /// - Throws: `refused` when it isn't there, or could leave the device.
  func key(_ reference: [UInt8], of store: Bits128) throws(DeviceFault) -> any RootDeviceKey
}

package protocol RootDeviceKey: Sendable {
  /// - Returns: a blob that only this key opens, and only with the same bytes bound to it.
  func wrap(_ secret: borrowing SecretBytes, bound: [UInt8]) throws(DeviceFault) -> [UInt8]

  /// - Throws: `rejected` for whatever this key didn't wrap with these bytes bound to it; anything else means that nobody knows.
  func unwrap(_ blob: [UInt8], bound: [UInt8]) throws(DeviceFault) -> SecretBytes
}

/// Keeps material of key versions.
package protocol KeyDevice: Sendable {
  /// What it is, for operators.
  var provider: String { get }

  /// Asks whether it answers.
  func check() throws(DeviceFault)

  /// Whether it has keys of this kind for this, as far as it says beforehand. It doesn't block.
  func availability(of spec: KeySpec, for usages: KeyUsages, _ purpose: DevicePurpose) -> Availability

  /// Chooses how a key will be found that is made next. Nothing is made yet, and no other key is ever found so.
  /// - Returns: what it takes beside the identity; not secret.
  /// - Throws: `unsupported` for what the device says that it hasn't.
  func newReference(
    for identity: VersionIdentity, _ purpose: DevicePurpose
  ) throws(DeviceFault) -> [UInt8]

  /// Makes the key for which the reference was chosen.
  /// - Returns: the public numbers of a key pair.
  /// - Throws: `unsupported` for what the device turns out not to have. After whatever fault, something may have been made.
  func make(
    _ identity: VersionIdentity, _ purpose: DevicePurpose, as reference: [UInt8]
  ) throws(DeviceFault) -> [KeyComponent: [UInt8]]?

  /// It doesn't block: whether the key is there shows when it is used.
  /// - Throws: `refused` for a reference that isn't one of this device's.
  func key(_ reference: [UInt8], as identity: VersionIdentity) throws(DeviceFault) -> any DeviceKey

  /// A key that isn't there is no fault.
  func destroy(_ reference: [UInt8], as identity: VersionIdentity) throws(DeviceFault)
}

/// What is going to be done with a key that is made on a device; it decides what the key is there, for good.
package enum DevicePurpose: Hashable, Sendable {
  /// The doors' fixed algorithms: a symmetric key makes codes, of which the keys of messages are derived.
  case fixedAlgorithms
  /// Parameters of callers' choice: a key of a cipher is one.
  /// - `length`: in bytes, where the kind has any.
  /// - `exponent`: the public one of an RSA key; nil: the usual one.
  case explicitParameters(length: Int?, exponent: Int64?)
}

/// What a device does with the material of a version. Whoever calls has checked that the key is of a kind for it; what the device
/// hasn't is `unsupported`.
package protocol DeviceKey: AnyObject, Sendable {
  /// A code over anything.
  func code(over text: borrowing SecretBytes, by method: MACMethod) throws(DeviceFault) -> SecretBytes

  /// A signature over the hash of a message: of RSA in its octets, of an elliptic curve both numbers, each as long as the order of
  /// the group.
  /// - Parameter digest: no longer than the order of a curve's group.
  /// - Parameter parameters: with the salt of PSS in bytes.
  /// - Throws: `rejected` for more than fits into the key.
  func sign(_ digest: [UInt8], by parameters: SignatureParameters) throws(DeviceFault) -> [UInt8]

  /// Whether it decrypts so. What it can't decrypt must not be encrypted.
  func canDecrypt(by encryption: RSAEncryption) throws(DeviceFault) -> Bool

  /// - Throws: `rejected` for whatever doesn't open, without saying why.
  func decrypt(_ ciphertext: [UInt8], by encryption: RSAEncryption) throws(DeviceFault) -> SecretBytes

  /// - Parameter text: of a length that the cipher takes; padding is the caller's.
  func encipher(_ text: borrowing SecretBytes, by cipher: DeviceCipher) throws(DeviceFault) -> [UInt8]

  /// - Throws: `rejected` for whatever doesn't open, without saying why.
  func decipher(_ data: [UInt8], by cipher: DeviceCipher) throws(DeviceFault) -> SecretBytes

  /// The x-coordinate of what is agreed on with the holder of a point, which the caller knows to be on the curve.
  func agree(with point: [UInt8], length: Int) throws(DeviceFault) -> SecretBytes

  /// What the device says now of itself and of the key.
  func facts() throws(DeviceFault) -> DeviceKeyFacts
}

/// How a device's key of AES encrypts.
package enum DeviceCipher: Hashable, Sendable {
  /// The tag stands behind the ciphertext.
  case gcm(nonce: [UInt8], associated: [UInt8], tagLength: Int)
  /// Whole blocks.
  case cbc(iv: [UInt8])
  /// All of the first block counts.
  case ctr(first: [UInt8])
  /// Whole blocks.
  case ecb
  /// RFC 3394; padded: RFC 5649.
  case keyWrap(isPadded: Bool)
}

package enum DeviceFault: Error, Equatable {
  /// The data isn't what the key made.
  case rejected
  /// More is being asked of it than it does at a time.
  case busy
  /// It can't be reached, or doesn't answer: it may later. In words for operators.
  case unreachable(String)
  /// It answers, and what it says won't change by itself: a wrong PIN, a key that isn't there. In words for operators.
  case refused(String)
  /// It can't do that; in words for callers.
  case unsupported(String)
}

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
  func availability(of spec: KeySpec, for usages: KeyUsages) -> Availability

  /// - Throws: `unsupported` for what the device turns out not to have.
  func make(_ identity: VersionIdentity) throws(DeviceFault) -> NewDeviceKey

  /// It doesn't block: whether the key is there shows when it is used.
  /// - Throws: `refused` for a reference that isn't one of this device's.
  func key(_ reference: [UInt8], as identity: VersionIdentity) throws(DeviceFault) -> any DeviceKey

  /// A key that isn't there is no fault.
  func destroy(_ reference: [UInt8], as identity: VersionIdentity) throws(DeviceFault)
}

/// A key that was just made on a device.
package struct NewDeviceKey: Sendable {
  /// What it takes to find it again, beside the identity; not secret.
  package let reference: [UInt8]
  /// Of a key pair.
  package let publicNumbers: [KeyComponent: [UInt8]]?

  package init(reference: [UInt8], publicNumbers: [KeyComponent: [UInt8]]?) {
    self.reference = reference
    self.publicNumbers = publicNumbers
  }
}

/// What a device does with the material of a version. Whoever calls has checked that the key is of a kind for it.
package protocol DeviceKey: AnyObject, Sendable {
  /// HMAC with the hash, over anything.
  func code(over text: borrowing SecretBytes, by algorithm: MACAlgorithm) throws(DeviceFault) -> SecretBytes

  /// A signature over the algorithm's hash of a message: of RSA in its octets, of an elliptic curve both numbers, each as long as
  /// the order of the group.
  func sign(_ digest: [UInt8], by algorithm: SigningAlgorithm) throws(DeviceFault) -> [UInt8]

  /// Whether it decrypts so. What it can't decrypt must not be encrypted.
  func canDecrypt(by algorithm: EncryptionAlgorithm) throws(DeviceFault) -> Bool

  /// - Throws: `rejected` for whatever doesn't open, without saying why.
  func decrypt(_ ciphertext: [UInt8], by algorithm: EncryptionAlgorithm) throws(DeviceFault) -> SecretBytes

  /// The x-coordinate of what is agreed on with the holder of a point, which the caller knows to be on the curve.
  func agree(with point: [UInt8], length: Int) throws(DeviceFault) -> SecretBytes
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

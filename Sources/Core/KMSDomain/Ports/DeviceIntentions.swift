/// What is about to be made on a device, written down before it is there. It is forgotten in the transaction that stores the key, so
/// whatever of it a later server finds is of no key.
package struct DeviceIntention: Hashable, Sendable {
  package let version: VersionID
  /// Custody's own: what is to be made and where, with a code. Not secret.
  package let bytes: [UInt8]

  package init(version: VersionID, bytes: [UInt8]) {
    self.version = version
    self.bytes = bytes
  }
}

/// Where custody writes down what it is about to make on a device.
package protocol DeviceIntentions: Sendable {
  /// It blocks; what is kept survives a power cut.
  /// - Throws: `storeUnavailable`: then nothing may be made.
  func keep(_ intention: DeviceIntention) throws(KMSError)
}

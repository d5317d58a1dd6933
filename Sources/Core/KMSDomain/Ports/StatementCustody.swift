/// What custody can say of the material of a key to those outside; part of `KeyCustody`.
package protocol StatementCustody: Sendable {
  /// Where the material is. Of a key on a device the device is asked now, which may block. Permit: `attestVaultKey` on that key and
  /// version, or `describeKey`, which is the right to look at keys at home in AWS.
  /// - Throws: `KMSError.custodyUnavailable` where the device doesn't answer, or hasn't got the key; `tooBusy`.
  func place(of key: any LiveKey, permit: borrowing Permit) throws(KMSError) -> MaterialPlace
}

/// Where the material of a version is.
package enum MaterialPlace: Hashable, Sendable {
  /// In this process, and in the store under the root.
  case memory(library: String)
  case device(DeviceKeyFacts)
}

/// What a device says of itself and of a key on it. Nobody but the device vouches for any of it.
package struct DeviceKeyFacts: Hashable, Sendable {
  /// The module by which it is reached, with its version.
  package let module: String
  package let manufacturer: String
  package let model: String
  package let serial: String
  package let label: String
  package let object: Object

  package init(
    module: String, manufacturer: String, model: String, serial: String, label: String, object: Object
  ) {
    self.module = module
    self.manufacturer = manufacturer
    self.model = model
    self.serial = serial
    self.label = label
    self.object = object
  }

  /// Attributes of the private half, or of a symmetric key; nil for those that the device doesn't tell.
  package struct Object: Hashable, Sendable {
    package var isSensitive: Bool?
    package var wasAlwaysSensitive: Bool?
    package var isExtractable: Bool?
    package var wasNeverExtractable: Bool?
    /// Made on the device, rather than brought to it.
    package var isLocal: Bool?
    /// The name of the mechanism that made it.
    package var maker: String?

    package init() {}
  }
}

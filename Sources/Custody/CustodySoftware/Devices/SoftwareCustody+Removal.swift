package import KMSDomain

extension SoftwareCustody: DeviceCustody {
  package var hasDevice: Bool { elsewhere.device != nil }

  package func requireDevice() throws(KMSError) {
    guard let device = elsewhere.device else { throw .custodyUnavailable }
    try KMSError.asking { () throws(DeviceFault) in try device.check() }
  }

  package func remove(
    _ material: WrappedKey, as identity: VersionIdentity, permit: borrowing Permit
  ) throws(KMSError) {
    try permit.check(.removeFromDevice, key: identity.key, version: identity.version)
    let stored = try StoredReference(material, as: identity, by: self)
    guard let device = elsewhere.device else { throw .custodyUnavailable }
    try KMSError.asking { () throws(DeviceFault) in try device.destroy(stored.reference, as: identity) }
  }
}

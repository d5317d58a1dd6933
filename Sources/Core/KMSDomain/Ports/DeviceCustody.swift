/// What custody does with the device that keeps material beside it, apart from using it.
package protocol DeviceCustody: Sendable {
  /// Whether there is a device at all.
  var hasDevice: Bool { get }

  /// Asks whether the device answers. It blocks.
  /// - Throws: `KMSError.custodyUnavailable` when it doesn't, and without a device; `tooBusy`.
  func requireDevice() throws(KMSError)

  /// Removes material from the device for good; what isn't there any more is no fault. Whoever calls has made sure that nothing
  /// else refers to it. It blocks. Permit: `removeFromDevice` on that material.
  /// - Throws: `KMSError.corrupt(.keyMaterial)` for a reference that wasn't stored for this identity; `custodyUnavailable`, `tooBusy`.
  func remove(_ material: WrappedKey, as identity: VersionIdentity, permit: borrowing Permit) throws(KMSError)
}

/// What the store knows of material on devices; part of `Store`.
package protocol DeviceStore: DeviceIntentions {
  /// Destroyed keys of which material is on a device still, in the order in which they were made, those after `place`.
  func keysToRemove(after place: Int64?, limit: Int) async throws(KMSError) -> [FoundObject]
  /// How many of their versions there are.
  func removalCount() async throws(KMSError) -> Int
  /// How many keys refer to this version's material on a device, destroyed ones among them: related keys of several Regions share it.
  func references(to version: VersionID) async throws(KMSError) -> Int
  /// What was about to be made on a device and no key has come of yet, in the byte order of the versions; those after `marker`.
  func intentions(after marker: VersionID?, limit: Int) async throws(KMSError) -> [DeviceIntention]
  /// Forgets one of them; one that isn't there is no fault.
  func forgetIntention(of version: VersionID) async throws(KMSError)
}

// Material on devices, and what is left to be done there once it is destroyed.

extension WrappedKey {
  /// What the stored form begins with that only says where the material is; `docs/formats.md` has the layout.
  package static let formatOfReferences: UInt8 = 2

  /// Whether the material is on a device.
  package var isOnDevice: Bool { bytes.first == WrappedKey.formatOfReferences }
}

extension VersionState {
  package var isDestroyed: Bool {
    switch self {
    case .destroyed, .destroyedCompromised: true
    case .active, .deactivated, .compromised: false
    }
  }
}

extension KeyVersion {
  /// It is destroyed, and its material is on the device still: nothing uses it any more, and the reference stays until the device
  /// has removed it.
  package var awaitsRemoval: Bool { state.isDestroyed && material?.isOnDevice == true }
}

extension KeyRecord {
  /// Of a destroyed key, which is the last that refers to it.
  package var versionsAwaitingRemoval: [KeyVersion] {
    state.isDestroyed ? versions.filter(\.awaitsRemoval) : []
  }

  /// Takes the material of every version away. References to devices stay, for whoever removes what they lead to; where related keys
  /// share it, the last of them keeps them.
  package mutating func eraseMaterial() {
    let isShared = (family?.regions.count ?? 1) > 1
    for index in versions.indices {
      if isShared || versions[index].material?.isOnDevice != true { versions[index].material = nil }
      versions[index].expiry = nil
      if let next = versions[index].state.after(.destroy) { versions[index].state = next }
    }
    pending = nil
  }

  /// Forgets where destroyed material was.
  package mutating func forgetReference(of version: VersionID) {
    guard let index = versions.firstIndex(where: { $0.id == version && $0.awaitsRemoval }) else { return }
    versions[index].material = nil
  }
}

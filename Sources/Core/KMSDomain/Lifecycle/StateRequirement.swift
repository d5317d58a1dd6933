/// In which states of its key an action is possible.
package enum StateRequirement: Sendable {
  /// In every state in which the key still exists.
  case exists
  /// Protecting data: encrypting, wrapping, signing.
  case protects
  /// Processing what was protected before: decrypting, unwrapping, verifying.
  case processes
  /// Being what others are derived from. Also of what waits to be activated: clients make keys for that alone and never activate
  /// them.
  case derives
  /// Changes that make no sense once a deletion is scheduled.
  case notPendingDeletion
  /// The same, and the material must be there.
  case hasMaterial
  case pendingDeletion
  /// Switched on, of a kind whose material can be replaced by more of it, and not following another key.
  case rotates
  /// The same, and custody makes the material: it can be replaced without anybody's help.
  case rotatesByItself
  /// Of material that custody made, in whatever state.
  case isGenerated
  /// Of imported material, in whatever state.
  case isImported
  /// Of imported material, of which it may get more.
  case takesMaterial

  /// Whether a key that is switched on meets it, of whichever kind it is.
  var isMetByActiveKeys: Bool {
    switch self {
    case .exists, .protects, .processes, .derives, .notPendingDeletion, .hasMaterial: true
    case .pendingDeletion, .rotates, .rotatesByItself, .isGenerated, .isImported, .takesMaterial: false
    }
  }
}

extension KeyRecord {
  /// - Throws: the reason in the caller's terms: the key is absent, switched off, waiting for deletion or for material.
  package func require(_ requirement: StateRequirement) throws(KMSError) {
    guard !state.isDestroyed else { throw .keyDestroyed(resourceName) }
    switch requirement {
    case .exists: return
    case .pendingDeletion:
      guard state.isPendingDeletion else { throw .keyNotPendingDeletion(resourceName) }
    case .notPendingDeletion:
      guard !state.isPendingDeletion else { throw .keyPendingDeletion(resourceName) }
    case .hasMaterial:
      guard !state.isPendingDeletion else { throw .keyPendingDeletion(resourceName) }
      guard state != .pendingImport else { throw .keyPendingImport(resourceName) }
    case .protects: try requireUse(protecting: true)
    case .derives: if state != .preActive { try requireUse(protecting: true) }
    case .rotates:
      try requireUse(protecting: true)
      try requireRotation()
    case .rotatesByItself:
      try require(.generated)
      try requireRotation()
      try requireUse(protecting: true)
    case .isGenerated: try require(.generated)
    case .isImported: try require(.imported)
    case .takesMaterial:
      try require(.imported)
      guard !state.isPendingDeletion else { throw .keyPendingDeletion(resourceName) }
    case .processes: try requireUse(protecting: false)
    }
  }

  private func require(_ wanted: KeyOrigin) throws(KMSError) {
    guard origin == wanted else { throw .wrongOrigin(resourceName, origin) }
  }

  /// Of its kind and its reach alone; its state is asked for beside it, before or after as AWS does.
  private func requireRotation() throws(KMSError) {
    guard canRotate else { throw .rotationUnsupported(resourceName) }
    guard reach != .replica else { throw .keyNotPrimary(resourceName) }
  }

  private func requireUse(protecting: Bool) throws(KMSError) {
    switch state {
    case .active: return
    case .deactivated, .compromised:
      guard !protecting else { throw .keyDisabled(resourceName) }
    case .preActive, .suspended: throw .keyDisabled(resourceName)
    case .pendingDeletion, .compromisedPendingDeletion: throw .keyPendingDeletion(resourceName)
    case .pendingImport: throw .keyPendingImport(resourceName)
    case .destroyed, .destroyedCompromised: throw .keyDestroyed(resourceName)
    }
  }
}

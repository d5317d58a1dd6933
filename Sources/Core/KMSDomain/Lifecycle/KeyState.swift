/// The life of a key: NIST SP 800-57 part 1 section 7, plus waiting for material and waiting for deletion.
///
/// Raw values are stored. Each door shows a projection of these; see its page in `docs/protocols/`.
package enum KeyState: UInt8, CaseIterable, Sendable {
  /// Made, not yet to be used.
  case preActive = 1
  /// May protect and process data.
  case active = 2
  /// Switched off for a time; may be switched on again.
  case suspended = 3
  /// No longer protects; still processes what it protected.
  case deactivated = 4
  /// Known or believed to be known to others; only processes.
  case compromised = 5
  /// The material is gone, the record stays.
  case destroyed = 6
  /// Destroyed after it was compromised.
  case destroyedCompromised = 7
  /// Has a record, waits for its material.
  case pendingImport = 8
  /// To be destroyed at its deletion date.
  case pendingDeletion = 9
  /// The same for a compromised key, whose mark must survive a cancellation.
  case compromisedPendingDeletion = 10
}

/// What can happen to a key.
package enum KeyEvent: CaseIterable, Sendable {
  case activate
  case suspend
  case resume
  case deactivate
  case compromise
  case scheduleDeletion
  case cancelDeletion
  case destroy
  case importMaterial
  case removeMaterial
}

extension KeyState {
  /// The state after `event`; nil when that can't happen in this state. Pure, total, and a table in the tests.
  package func after(_ event: KeyEvent) -> KeyState? {
    switch event {
    case .activate: self == .preActive ? .active : nil
    case .suspend: suspended()
    case .resume: resumed()
    case .deactivate: self == .active || self == .suspended ? .deactivated : nil
    case .compromise: compromised()
    case .scheduleDeletion: deletionScheduled()
    case .cancelDeletion: deletionCancelled()
    case .destroy: destroyed()
    case .importMaterial: materialImported()
    case .removeMaterial:
      self == .active || self == .suspended || self == .pendingImport ? .pendingImport : nil
    }
  }

  /// Switching off what is off changes nothing and is allowed.
  private func suspended() -> KeyState? {
    switch self {
    case .active, .suspended: .suspended
    case .preActive, .deactivated, .compromised, .destroyed, .destroyedCompromised, .pendingImport,
      .pendingDeletion, .compromisedPendingDeletion:
      nil
    }
  }

  private func resumed() -> KeyState? {
    switch self {
    case .active, .suspended: .active
    case .preActive, .deactivated, .compromised, .destroyed, .destroyedCompromised, .pendingImport,
      .pendingDeletion, .compromisedPendingDeletion:
      nil
    }
  }

  /// Importing the same material again leaves a key as it is: one that is switched off stays off.
  private func materialImported() -> KeyState? {
    switch self {
    case .pendingImport, .active: .active
    case .suspended: .suspended
    case .preActive, .deactivated, .compromised, .destroyed, .destroyedCompromised, .pendingDeletion,
      .compromisedPendingDeletion:
      nil
    }
  }

  private func compromised() -> KeyState? {
    switch self {
    case .preActive, .active, .suspended, .deactivated, .compromised: .compromised
    case .pendingDeletion, .compromisedPendingDeletion: .compromisedPendingDeletion
    case .destroyed, .destroyedCompromised: .destroyedCompromised
    case .pendingImport: nil
    }
  }

  private func deletionScheduled() -> KeyState? {
    switch self {
    case .preActive, .active, .suspended, .deactivated, .pendingImport: .pendingDeletion
    case .compromised: .compromisedPendingDeletion
    case .pendingDeletion, .compromisedPendingDeletion, .destroyed, .destroyedCompromised: nil
    }
  }

  /// A cancelled deletion leaves the key switched off: somebody must decide to use it again.
  private func deletionCancelled() -> KeyState? {
    switch self {
    case .pendingDeletion: .suspended
    case .compromisedPendingDeletion: .compromised
    case .preActive, .active, .suspended, .deactivated, .compromised, .destroyed, .destroyedCompromised,
      .pendingImport:
      nil
    }
  }

  private func destroyed() -> KeyState? {
    switch self {
    case .preActive, .active, .suspended, .deactivated, .pendingImport, .pendingDeletion: .destroyed
    case .compromised, .compromisedPendingDeletion: .destroyedCompromised
    case .destroyed, .destroyedCompromised: nil
    }
  }

  package var isDestroyed: Bool { self == .destroyed || self == .destroyedCompromised }
  package var isPendingDeletion: Bool { self == .pendingDeletion || self == .compromisedPendingDeletion }
}

/// The life of one version. A version is used when both it and its key allow it.
package enum VersionState: UInt8, CaseIterable, Sendable {
  /// Protects while it is the current one, processes always.
  case active = 1
  /// Only processes.
  case deactivated = 2
  case compromised = 3
  case destroyed = 4
  case destroyedCompromised = 5

  package enum Event: CaseIterable, Sendable {
    case deactivate
    case reactivate
    case compromise
    case destroy
  }

  /// The state after `event`; nil when that can't happen in this state.
  package func after(_ event: Event) -> VersionState? {
    switch (self, event) {
    case (.active, .deactivate), (.deactivated, .deactivate): .deactivated
    case (.active, .reactivate), (.deactivated, .reactivate): .active
    case (.active, .compromise), (.deactivated, .compromise), (.compromised, .compromise): .compromised
    case (.active, .destroy), (.deactivated, .destroy): .destroyed
    case (.compromised, .destroy): .destroyedCompromised
    case (.destroyed, .compromise), (.destroyedCompromised, .compromise): .destroyedCompromised
    case (.compromised, .deactivate), (.compromised, .reactivate): nil
    case (.destroyed, .deactivate), (.destroyed, .reactivate), (.destroyed, .destroy): nil
    case (.destroyedCompromised, .deactivate), (.destroyedCompromised, .reactivate),
      (.destroyedCompromised, .destroy):
      nil
    }
  }

  package var mayProtect: Bool { self == .active }
  package var mayProcess: Bool { self == .active || self == .deactivated || self == .compromised }
}

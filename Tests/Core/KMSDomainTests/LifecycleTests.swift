import KMSDomain
import KMSTestKit
import Testing

/// The whole state × event table, written down a second time: rows are states, columns events.
@Suite struct LifecycleTests {
  private static let columns: [KeyEvent] = [
    .activate, .suspend, .resume, .deactivate, .compromise, .scheduleDeletion, .cancelDeletion, .destroy,
    .importMaterial, .removeMaterial,
  ]

  private static let table: [(KeyState, [KeyState?])] = [
    (.preActive, [.active, nil, nil, nil, .compromised, .pendingDeletion, nil, .destroyed, nil, nil]),
    (
      .active,
      [
        nil, .suspended, .active, .deactivated, .compromised, .pendingDeletion, nil, .destroyed, .active,
        .pendingImport,
      ]
    ),
    (
      .suspended,
      [
        nil, .suspended, .active, .deactivated, .compromised, .pendingDeletion, nil, .destroyed, .suspended,
        .pendingImport,
      ]
    ),
    (.deactivated, [nil, nil, nil, nil, .compromised, .pendingDeletion, nil, .destroyed, nil, nil]),
    (
      .compromised,
      [
        nil, nil, nil, nil, .compromised, .compromisedPendingDeletion, nil, .destroyedCompromised, nil, nil,
      ]
    ),
    (.destroyed, [nil, nil, nil, nil, .destroyedCompromised, nil, nil, nil, nil, nil]),
    (.destroyedCompromised, [nil, nil, nil, nil, .destroyedCompromised, nil, nil, nil, nil, nil]),
    (.pendingImport, [nil, nil, nil, nil, nil, .pendingDeletion, nil, .destroyed, .active, .pendingImport]),
    (
      .pendingDeletion,
      [nil, nil, nil, nil, .compromisedPendingDeletion, nil, .suspended, .destroyed, nil, nil]
    ),
    (
      .compromisedPendingDeletion,
      [
        nil, nil, nil, nil, .compromisedPendingDeletion, nil, .compromised, .destroyedCompromised, nil, nil,
      ]
    ),
  ]

  @Test func `the table covers every state and every event`() {
    #expect(Set(Self.table.map(\.0)) == Set(KeyState.allCases))
    #expect(Set(Self.columns) == Set(KeyEvent.allCases))
    #expect(Self.table.allSatisfy { $0.1.count == Self.columns.count })
  }

  @Test func `every state answers every event as the table says`() {
    for (state, row) in Self.table {
      for (event, expected) in zip(Self.columns, row) {
        #expect(state.after(event) == expected, "\(state) after \(event)")
      }
    }
  }

  @Test func `nothing leaves the destroyed states`() {
    for event in KeyEvent.allCases {
      #expect(KeyState.destroyed.after(event)?.isDestroyed ?? true)
      #expect(KeyState.destroyedCompromised.after(event)?.isDestroyed ?? true)
    }
  }

  @Test func `a compromise is never forgotten`() {
    for state in [KeyState.compromised, .compromisedPendingDeletion, .destroyedCompromised] {
      for event in KeyEvent.allCases {
        guard let next = state.after(event) else { continue }
        #expect([.compromised, .compromisedPendingDeletion, .destroyedCompromised].contains(next))
      }
    }
  }

  @Test func `a version's material never comes back`() {
    for state in [VersionState.destroyed, .destroyedCompromised] {
      for event in VersionState.Event.allCases {
        let next = state.after(event)
        #expect(next == nil || next == .destroyedCompromised)
        #expect(!state.mayProtect && !state.mayProcess)
      }
    }
  }

  @Test(arguments: [
    (KeyState.active, nil as KMSError?), (.suspended, .keyDisabled("key:111122223333:key-1")),
    (.preActive, .keyDisabled("key:111122223333:key-1")),
    (.deactivated, .keyDisabled("key:111122223333:key-1")),
    (.compromised, .keyDisabled("key:111122223333:key-1")),
    (.pendingDeletion, .keyPendingDeletion("key:111122223333:key-1")),
    (.compromisedPendingDeletion, .keyPendingDeletion("key:111122223333:key-1")),
    (.pendingImport, .keyPendingImport("key:111122223333:key-1")),
    (.destroyed, .keyDestroyed("key:111122223333:key-1")),
    (.destroyedCompromised, .keyDestroyed("key:111122223333:key-1")),
  ])
  func `protecting needs an active key`(state: KeyState, refusal: KMSError?) {
    #expect(refusalOf(.protects, in: state) == refusal)
  }

  @Test func `processing is also possible while deactivated or compromised`() {
    for state in KeyState.allCases {
      let allowed: Set<KeyState> = [.active, .deactivated, .compromised]
      #expect((refusalOf(.processes, in: state) == nil) == allowed.contains(state), "\(state)")
    }
  }

  @Test func `only a key that waits for its deletion can be saved`() {
    for state in KeyState.allCases {
      #expect((refusalOf(.pendingDeletion, in: state) == nil) == state.isPendingDeletion, "\(state)")
    }
  }

  private func refusalOf(_ requirement: StateRequirement, in state: KeyState) -> KMSError? {
    do throws(KMSError) {
      try Fixtures.key(state: state).require(requirement)
      return nil
    } catch {
      return error
    }
  }
}

import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

/// Every operation on a key against every state of the key.
// One after the other: every world has files open.
@Suite(.serialized) struct StateTests {
  /// What `StateRequirement` says in words, written down a second time: nil where the operation is possible.
  private static func expected(_ action: Action, _ state: KeyState, _ name: String) -> KMSError? {
    if state == .destroyed || state == .destroyedCompromised { return .keyDestroyed(name) }
    let isPending = state == .pendingDeletion || state == .compromisedPendingDeletion
    switch action.requirement {
    case .exists: return nil
    case .pendingDeletion: return isPending ? nil : .keyNotPendingDeletion(name)
    case .isGenerated, .isImported: return nil
    case .notPendingDeletion, .takesMaterial: return isPending ? .keyPendingDeletion(name) : nil
    case .hasMaterial, .protects, .processes, .derives, .rotates, .rotatesByItself:
      if isPending { return .keyPendingDeletion(name) }
      if state == .pendingImport { return .keyPendingImport(name) }
    }
    switch (action.requirement, state) {
    case (.hasMaterial, _), (_, .active): return nil
    case (.derives, .preActive): return nil
    case (.processes, .deactivated), (.processes, .compromised): return nil
    case (_, _): return .keyDisabled(name)
    }
  }

  private static let cases = Trial.all.filter { $0.stateAction != nil }.flatMap { trial in
    KeyState.allCases.map { (trial, $0) }
  }

  @Test(arguments: cases)
  func `an operation is possible in exactly the states that it is made for`(
    trial: Trial, state: KeyState
  ) async throws {
    let world = try await World(for: trial)
    try await world.prepare(for: trial, in: state)
    let before = try await Snapshot(world)
    let action = try #require(trial.stateAction)
    let subject = try world.subject(of: trial)
    var expected = Self.expected(action, state, subject.resourceName)
    // What the lifecycle doesn't have is refused even where the requirement would let it through.
    if expected == nil, let event = trial.event, state.after(event) == nil {
      expected = .keyDisabled(subject.resourceName)
    }
    // Where the ciphertext names the key, nobody learns that there once was one.
    let isNamed = trial.testDescription.contains("key named")
    if action.requirement == .processes, !isNamed, state.isDestroyed { expected = .ciphertextKeyInaccessible }
    let error = try await trial.failure(world, as: trial.entitled)
    #expect(error == expected)
    let record = try world.lastRecord()
    if let expected {
      #expect(try await Snapshot(world) == before)
      let isHidden = expected == .ciphertextKeyInaccessible
      #expect(record.outcome == (isHidden ? "denied" : "failed"))
      #expect(isHidden || record.code == expected.code)
    } else {
      #expect(record.outcome == "success")
      if let event = trial.event {
        #expect(try await world.stored(world.key).state == state.after(event))
      }
    }
  }

  @Test(arguments: KeyState.allCases)
  func `somebody without the right doesn't learn the state`(state: KeyState) async throws {
    for trial in Trial.ofUsers where trial.stateAction != nil {
      let world = try await World(for: trial)
      try await world.put(world.key, in: state)
      if trial.subject == .imported { try await world.prepare(for: trial, in: state) }
      let error = try await trial.failure(world, as: Fixtures.caller("nobody"))
      #expect(error?.code == "denied", "\(trial.testDescription)")
    }
  }

  @Test func `usages bind as states do`() async throws {
    let world = try await World()
    let key = try await world.run(.create(usages: [.decrypt])).record
    let error = try await world.failure(of: .encrypt(World.reference(key)))
    #expect(error == .invalidKeyUsage(key: key.resourceName, usages: [.decrypt], action: .encrypt))
  }

  @Test func `a key that loses a name may be in any state`() async throws {
    for state in KeyState.allCases {
      let world = try await World()
      try await world.put(world.key, in: state)
      try await world.run(UpdateAlias(World.one, target: world.otherReference))
      #expect(try await world.house.store.alias(World.one)?.record.target == world.other.id)
    }
  }
}

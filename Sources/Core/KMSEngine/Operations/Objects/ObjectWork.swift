package import KMSDomain

/// Work on managed objects that makes some, changes some, or both, in one transaction. What is to be done is the plan of a door,
/// which has seen the records; whether it may be done is judged here, object by object.
package struct ObjectWork: Operation {
  /// An object that is read, changed or used.
  package struct Input: Sendable {
    package let reference: KeyReference
    package let action: Action
    /// Whether its material is used.
    package let opens: Bool
    /// The plan judges its state, and not the action's requirement.
    package let anyState: Bool

    package init(
      _ action: Action, on reference: KeyReference, opens: Bool = false, anyState: Bool = false
    ) {
      self.action = action
      self.reference = reference
      self.opens = opens
      self.anyState = anyState
    }
  }

  package let operation: String
  package let home: Keyring
  package let inputs: [Input]
  /// The right to make each object that is made.
  package let makes: [Action]
  /// Chosen by the caller for the first object that is made; nil: chosen here.
  package let identifier: String?
  /// Of what is made: see `ManagedObject.holder`.
  private(set) var holder: String?
  /// Of what is made, also when the plan fails: rights that are for one place are judged all the same.
  private var place: VaultPlace?
  package private(set) var details: [AuditRecord.Detail] = []
  /// The first object that is made takes the place and identifier of the first input, which is destroyed.
  package let replaces: Bool
  /// Pure: it may be asked again when somebody else was faster.
  package private(set) var plan: @Sendable (ObjectScene) throws(KMSError) -> ObjectPlan

  package init(
    _ operation: String, in home: Keyring, on inputs: [Input] = [], making makes: [Action] = [],
    identifier: String? = nil, replaces: Bool = false,
    plan: @escaping @Sendable (ObjectScene) throws(KMSError) -> ObjectPlan
  ) {
    self.operation = operation
    self.home = home
    self.inputs = inputs
    self.makes = makes
    self.identifier = identifier
    self.replaces = replaces
    self.plan = plan
  }

  /// The same, for one of the client's own users.
  package func held(by holder: String) -> ObjectWork {
    var work = self
    work.holder = holder
    return work
  }

  /// The same, at a place in a vault.
  package func made(at place: VaultPlace) -> ObjectWork {
    var work = self
    work.place = place
    return work
  }

  /// The same, with more for the audit record.
  package func noting(_ details: [AuditRecord.Detail]) -> ObjectWork {
    var work = self
    work.details = details
    return work
  }

  /// The same, if each object that is made passes.
  package func checked(_ check: @escaping @Sendable (NewObject) throws(KMSError) -> Void) -> ObjectWork {
    var work = self
    work.plan = { [plan] (scene) throws(KMSError) in
      let made = try plan(scene)
      for object in made.makes { try check(object) }
      return made
    }
    return work
  }

  package struct Prepared: Sendable {
    let inputs: [ProtectedKey]
    let live: [(any LiveKey)?]
    let made: [Draft]
    /// What is to be done, or why it can't be; for those who have the rights.
    let plan: Result<ObjectPlan, KMSError>
    let isSlow: Bool
  }

  /// The names of an object that is being made.
  struct Draft: Sendable {
    let key: KeyID
    let version: VersionID
    let identifier: String
  }

  package struct Answer: Sendable {
    package let made: [ProtectedKey]
    /// The inputs as they are now.
    package let inputs: [ProtectedKey]
    /// The inputs as they were.
    package let before: [ProtectedKey]
  }

  package var asked: Asked {
    inputs.first.map { Asked($0.action, named: $0.reference.asWritten) }
      ?? Asked(makes.first ?? .createKey, named: "")
  }

  package var family: RequestFamily? { .objects }
  package var references: [KeyReference] { inputs.map(\.reference) }

  package func action(on reference: KeyReference) -> Action {
    inputs.first { $0.reference.asWritten == reference.asWritten }?.action ?? asked.action
  }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    var found: [ProtectedKey] = []
    var live: [(any LiveKey)?] = []
    for input in inputs {
      let key = try await desk.key(input.reference)
      found.append(key)
      live.append(input.opens ? try desk.openedMaterial(of: key.record) : nil)
    }
    let made = makes.indices.map { place in
      let name = desk.randomness.bits128()
      return Draft(
        key: KeyID(desk.randomness.bits128()), version: VersionID(desk.randomness.bits128()),
        identifier: (place == 0 ? identifier : nil) ?? name.uuid)
    }
    let scene = ObjectScene(
      now: desk.clock.now(), identifiers: made.map(\.identifier), inputs: found)
    let plan = planned(scene)
    let isSlow = (try? plan.get())?.makes.contains { $0.isSlow(desk.custody) } ?? false
    return Prepared(inputs: found, live: live, made: made, plan: plan, isSlow: isSlow)
  }

  private func planned(_ scene: ObjectScene) -> Result<ObjectPlan, KMSError> {
    do throws(KMSError) {
      let plan = try plan(scene)
      // A mistake of the door's: rights were asked for other things than it wants done.
      guard plan.makes.count == makes.count, plan.edits.count <= inputs.count else {
        return .failure(.permitMismatch)
      }
      return .success(plan)
    } catch {
      return .failure(error)
    }
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    let plan = try? prepared.plan.get()
    let using = zip(inputs, prepared.inputs).map { input, key in
      Demand(
        input.action, on: .key(key), named: input.reference.asWritten,
        facts: RequestFacts(of: input.reference),
        version: input.opens ? key.record.current : nil, anyState: input.anyState)
    }
    let making = zip(makes, prepared.made).enumerated().map { number, make in
      let facts = facts(of: plan?.makes[number])
      return Demand(
        make.0, on: .newKey(account: home.account), named: facts.place?.text ?? "", facts: facts,
        version: make.1.version, newKey: make.1.key,
        resolvedAs: desk.vocabulary.keyResource(make.1.identifier, in: home))
    }
    let all = using + making
    // A work without an object has no plan that could ask for one.
    guard let first = all.first else {
      return Demands(Demand(.createKey, on: .newKey(account: home.account), named: ""))
    }
    return Demands(first, and: Array(all.dropFirst()))
  }

  private func facts(of object: NewObject?) -> RequestFacts {
    var facts = RequestFacts()
    facts.newKeyring = home.kind
    facts.place = place
    guard let object else { return facts }
    facts.newKeySpec = object.spec
    facts.newKeyUsages = object.usages
    facts.newKeyOrigin = object.origin
    facts.newKeyReach = .singleRegion
    facts.place = object.place ?? place
    return facts
  }

  package func isSlow(_ prepared: Prepared) -> Bool { prepared.isSlow }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    let plan = try prepared.plan.get()
    var changes: [StoreChange] = []
    var inputs = prepared.inputs
    for (place, edit) in plan.edits.enumerated() {
      guard let edit else { continue }
      let before = prepared.inputs[place]
      let input = self.inputs[place]
      try permits.with(place) { (permit: borrowing Permit) throws(KMSError) in
        let key = input.opens ? before.materialKey : before.record.id
        try permit.check(input.action, key: key, version: input.opens ? before.record.current : nil)
      }
      let after = try before.record.edited(edit, at: desk.clock.now())
      changes.append(
        edit.erases
          ? .destroyKey(desk.seal(after), expecting: before.record.generation)
          : .updateKey(desk.seal(after), expecting: before.record.generation))
      inputs[place] = desk.protect(after, before.policy, grants: before.grants)
    }
    if replaces { try removeReplaced(&inputs, prepared, permits, desk, &changes) }
    let made = try make(plan, prepared, permits, desk, &changes)
    guard let first = changes.first else {
      return Performed(Answer(made: made, inputs: inputs, before: prepared.inputs))
    }
    return Performed(
      Answer(made: made, inputs: inputs, before: prepared.inputs),
      change: changes.count == 1 ? first : .together(changes))
  }
}

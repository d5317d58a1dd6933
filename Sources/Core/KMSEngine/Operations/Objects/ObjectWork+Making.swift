import KMSDomain

extension ObjectWork {
  /// Makes the objects of the plan, in its order.
  /// - Returns: those that are kept.
  func make(
    _ plan: ObjectPlan, _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk,
    _ changes: inout [StoreChange]
  ) throws(KMSError) -> [ProtectedKey] {
    var made: [ProtectedKey] = []
    var shares: [KeyShare] = []
    let policy = desk.vocabulary.defaultObjectPolicy(for: home.account)
    for (place, object) in plan.makes.enumerated() {
      let draft = prepared.made[place]
      var record = record(of: object, draft, policy, desk)
      if let place = object.heirOf { record.inherit(from: prepared.inputs, at: place) }
      let material = try material(of: object, record, place, made, prepared, permits, desk, &shares)
      record.versions[0].material = material.wrapped
      record.versions[0].publicKey = material.publicKey
      record.versions[0].fingerprint = material.fingerprint
      if object.isKept { changes.append(creation(of: record, place, prepared, desk)) }
      made.append(try desk.protect(record))
    }
    return zip(made, plan.makes).filter(\.1.isKept).map(\.0)
  }

  private func creation(
    of record: KeyRecord, _ place: Int, _ prepared: Prepared, _ desk: Desk
  ) -> StoreChange {
    let new = desk.seal(record)
    guard replaces, place == 0, let old = prepared.inputs.first else {
      return desk.limited(.createKey(new), in: home)
    }
    return desk.limited(.recreateKey(new, after: old.record.id), in: home)
  }

  /// Takes the object away whose place another takes.
  func removeReplaced(
    _ inputs: inout [ProtectedKey], _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk,
    _ changes: inout [StoreChange]
  ) throws(KMSError) {
    guard let old = prepared.inputs.first, let input = self.inputs.first else { throw .permitMismatch }
    try permits.first.check(input.action, key: old.record.id, version: nil)
    guard old.record.home == home else { throw .object(.wrongState(old.record.resourceName)) }
    guard !old.record.state.isDestroyed, var object = old.record.object else { return }
    object.names = []
    object.dates.destruction = desk.clock.now()
    let edit = ObjectEdit(object, events: [.destroy], erases: true)
    let after = try old.record.edited(edit, at: desk.clock.now())
    changes.append(.destroyKey(desk.seal(after), expecting: old.record.generation))
    inputs[0] = desk.protect(after, old.policy, grants: old.grants)
  }

  private func record(
    of object: NewObject, _ draft: Draft, _ policy: [UInt8], _ desk: Desk
  ) -> KeyRecord {
    let now = desk.clock.now()
    var managed = object.managed(heldBy: holder)
    managed.dates.lastChange = now
    return KeyRecord(
      id: draft.key, home: home, identifier: draft.identifier,
      resourceName: desk.vocabulary.keyResource(draft.identifier, in: home), spec: object.spec,
      usages: object.usages, origin: object.origin, exportable: object.exportable, createdAt: now,
      state: object.state(at: now), deletionDate: nil, description: "", tags: [], policy: policy,
      versions: [KeyVersion(id: draft.version, state: .active, createdAt: now, material: nil)],
      current: draft.version, generation: 1, object: managed)
  }

  /// Each way demands its own permit: that of the object which is made, and of those whose material goes into it.
  private func material(
    of object: NewObject, _ record: KeyRecord, _ place: Int, _ made: [ProtectedKey], _ prepared: Prepared,
    _ permits: borrowing Permits, _ desk: Desk, _ shares: inout [KeyShare]
  ) throws(KMSError) -> MadeMaterial {
    let identity = record.identity(of: record.current)
    let number = inputs.count + place
    switch object.source {
    case .generated(let length):
      return MadeMaterial(
        try permits.with(number) { (permit: borrowing Permit) throws(KMSError) in
          try desk.custody.generate(identity, length: length, at: object.site, permit: permit)
        })
    case .generatedRSA(let exponent):
      return MadeMaterial(
        try permits.with(number) { (permit: borrowing Permit) throws(KMSError) in
          try desk.custody.generateRSA(identity, exponent: exponent, at: object.site, permit: permit)
        })
    case .given(let material): return try take(material, identity, number, permits, desk)
    case .publicHalf(let other):
      try check(number, permits, record)
      guard made.indices.contains(other) else { throw .permitMismatch }
      return MadeMaterial(publicKey: made[other].record.versions[0].publicKey)
    case .publicKey(let key):
      try check(number, permits, record)
      return MadeMaterial(publicKey: key)
    case .none:
      try check(number, permits, record)
      return MadeMaterial(publicKey: nil)
    case .transferred(let transfer):
      return MadeMaterial(try taken(transfer, as: identity, number, prepared, permits, desk))
    case .restored(let backup, let place):
      return MadeMaterial(
        try permits.with(number) { (permit: borrowing Permit) throws(KMSError) in
          try backup.take(place, as: identity, permit: permit)
        })
    case .derived(let derivation, let length):
      let secret = try derived(length, by: derivation, prepared, permits, desk)
      return try take(.encoded(secret, .raw), identity, number, permits, desk)
    case .joined(let sharing, let identifiers, let length, let form):
      let join = try gathered(sharing, identifiers, prepared, permits, desk)
      return MadeMaterial(
        try permits.with(number) { (permit: borrowing Permit) throws(KMSError) in
          try join.finish(as: identity, length: length, form: form, permit: permit)
        })
    case .share(let sharing, let identifier):
      if shares.isEmpty { shares = try divided(sharing, made, prepared, permits, desk) }
      guard let share = shares.first(where: { $0.identifier == identifier }) else { throw .permitMismatch }
      return try take(.encoded(share.bytes, .raw), identity, number, permits, desk)
    case .signed(let parameters, let content, let seal):
      let whole = seal(try signature(parameters, over: content, prepared, permits, desk))
      return try take(.encoded(Payload(copying: whole.span), .raw), identity, number, permits, desk)
    }
  }

  private func take(
    _ material: PlainMaterial, _ identity: VersionIdentity, _ number: Int, _ permits: borrowing Permits,
    _ desk: Desk
  ) throws(KMSError) -> MadeMaterial {
    MadeMaterial(
      try permits.with(number) { (permit: borrowing Permit) throws(KMSError) in
        try desk.custody.take(material, as: identity, permit: permit)
      })
  }

  private func taken(
    _ transfer: [UInt8], as identity: VersionIdentity, _ number: Int, _ prepared: Prepared,
    _ permits: borrowing Permits, _ desk: Desk
  ) throws(KMSError) -> NewMaterial {
    let last = inputs.count - 1
    let key = try live(last, prepared)
    return try permits.with(last) { (keyPermit: borrowing Permit) throws(KMSError) in
      try permits.with(number) { (permit: borrowing Permit) throws(KMSError) in
        try desk.custody.take(transfer, under: key, as: identity, keyPermit: keyPermit, permit: permit)
      }
    }
  }

  private func signature(
    _ parameters: SignatureParameters, over content: [UInt8], _ prepared: Prepared,
    _ permits: borrowing Permits, _ desk: Desk
  ) throws(KMSError) -> [UInt8] {
    let key = try live(0, prepared)
    return try permits.with(0) { (permit: borrowing Permit) throws(KMSError) in
      try desk.custody.sign(Payload(copying: content.span), by: parameters, with: key, permit: permit)
    }
  }

  private func check(
    _ number: Int, _ permits: borrowing Permits, _ record: KeyRecord
  ) throws(KMSError) {
    try permits.with(number) { (permit: borrowing Permit) throws(KMSError) in
      try permit.check(makes[number - inputs.count], key: record.id, version: record.current)
    }
  }

  private func live(_ place: Int, _ prepared: Prepared) throws(KMSError) -> any LiveKey {
    guard prepared.live.indices.contains(place), let live = prepared.live[place] else {
      throw .object(.noMaterial(inputs.indices.contains(place) ? inputs[place].reference.asWritten : ""))
    }
    return live
  }

  private func derived(
    _ length: Int, by derivation: KeyDerivation, _ prepared: Prepared, _ permits: borrowing Permits,
    _ desk: Desk
  ) throws(KMSError) -> Payload {
    let key = try live(0, prepared)
    guard inputs.count > 1, inputs[1].opens else {
      return try permits.with(0) { (permit: borrowing Permit) throws(KMSError) in
        try desk.custody.derive(length, by: derivation, with: key, permit: permit)
      }
    }
    let data = try live(1, prepared)
    return try permits.with(0) { (permit: borrowing Permit) throws(KMSError) in
      try permits.with(1) { (other: borrowing Permit) throws(KMSError) in
        try desk.custody.derive(
          length, by: derivation, with: key, data: data, permit: permit, dataPermit: other)
      }
    }
  }

  private func gathered(
    _ sharing: SecretSharing, _ identifiers: [Int], _ prepared: Prepared, _ permits: borrowing Permits,
    _ desk: Desk
  ) throws(KMSError) -> any ShareJoin {
    guard identifiers.count == inputs.count else { throw .permitMismatch }
    let join = desk.custody.join(by: sharing)
    for (place, identifier) in identifiers.enumerated() {
      let share = try live(place, prepared)
      try permits.with(place) { (permit: borrowing Permit) throws(KMSError) in
        try join.add(share, identifier: identifier, permit: permit)
      }
    }
    return join
  }

  private func divided(
    _ sharing: SecretSharing, _ made: [ProtectedKey], _ prepared: Prepared, _ permits: borrowing Permits,
    _ desk: Desk
  ) throws(KMSError) -> [KeyShare] {
    let whole: any LiveKey
    if inputs.isEmpty {
      guard let first = made.first, let live = try desk.openedMaterial(of: first.record) else {
        throw .permitMismatch
      }
      whole = live
    } else {
      whole = try live(0, prepared)
    }
    return try permits.with(0) { (permit: borrowing Permit) throws(KMSError) in
      try desk.custody.split(whole, by: sharing, permit: permit)
    }
  }
}

extension KeyRecord {
  fileprivate mutating func inherit(from inputs: [ProtectedKey], at place: Int) {
    guard inputs.indices.contains(place), inputs[place].record.home.kind == home.kind else { return }
    policy = inputs[place].record.policy
    meant = inputs[place].record.meant
    tags = inputs[place].record.tags
  }
}

/// What is stored of an object's material.
private struct MadeMaterial {
  let wrapped: WrappedKey?
  let publicKey: [UInt8]?
  let fingerprint: [UInt8]?

  init(_ new: NewMaterial) {
    wrapped = new.wrapped
    publicKey = new.publicKey
    fingerprint = nil
  }

  init(publicKey: [UInt8]?) {
    wrapped = nil
    self.publicKey = publicKey
    fingerprint = nil
  }
}

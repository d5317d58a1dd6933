import KMSDomain

extension ObjectWork {
  /// Makes the objects of the plan, in its order.
  func make(
    _ plan: ObjectPlan, _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk,
    _ changes: inout [StoreChange]
  ) throws(KMSError) -> [ProtectedKey] {
    var made: [ProtectedKey] = []
    let policy = desk.vocabulary.defaultKeyPolicy(for: home.account)
    for (place, object) in plan.makes.enumerated() {
      let draft = prepared.made[place]
      var record = record(of: object, draft, policy, desk)
      let material = try material(of: object, record, place, made, prepared, permits, desk)
      record.versions[0].material = material.wrapped
      record.versions[0].publicKey = material.publicKey
      record.versions[0].fingerprint = material.fingerprint
      changes.append(desk.limited(.createKey(desk.seal(record)), in: home))
      made.append(try desk.protect(record))
    }
    return made
  }

  private func record(
    of object: NewObject, _ draft: Draft, _ policy: [UInt8], _ desk: Desk
  ) -> KeyRecord {
    let now = desk.clock.now()
    let isActive = object.dates.activation.map { $0 <= now } ?? false
    var managed = object.managed
    managed.dates.lastChange = now
    return KeyRecord(
      id: draft.key, home: home, identifier: draft.identifier,
      resourceName: desk.vocabulary.keyResource(draft.identifier, in: home), spec: object.spec,
      usages: object.usages, origin: object.origin, exportable: object.exportable, createdAt: now,
      state: isActive ? .active : .preActive, deletionDate: nil, description: "", tags: [], policy: policy,
      versions: [KeyVersion(id: draft.version, state: .active, createdAt: now, material: nil)],
      current: draft.version, generation: 1, object: managed)
  }

  /// Each way demands its own permit: that of the object which is made, and of those whose material goes into it.
  private func material(
    of object: NewObject, _ record: KeyRecord, _ place: Int, _ made: [ProtectedKey], _ prepared: Prepared,
    _ permits: borrowing Permits, _ desk: Desk
  ) throws(KMSError) -> MadeMaterial {
    let identity = record.identity(of: record.current)
    let number = inputs.count + place
    switch object.source {
    case .generated(let bytes):
      let new = try permits.with(number) { (permit: borrowing Permit) throws(KMSError) in
        try desk.custody.generate(identity, bytes: bytes, permit: permit)
      }
      return MadeMaterial(new)
    case .given(let payload, let form):
      let new = try permits.with(number) { (permit: borrowing Permit) throws(KMSError) in
        try desk.custody.take(payload, in: form, as: identity, permit: permit)
      }
      return MadeMaterial(new)
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
    case .derived, .joined, .share:
      let payload = try computed(object.source, prepared, permits, desk)
      let new = try permits.with(number) { (permit: borrowing Permit) throws(KMSError) in
        try desk.custody.take(payload, in: .raw, as: identity, permit: permit)
      }
      return MadeMaterial(new)
    }
  }

  private func check(
    _ number: Int, _ permits: borrowing Permits, _ record: KeyRecord
  ) throws(KMSError) {
    try permits.with(number) { (permit: borrowing Permit) throws(KMSError) in
      try permit.check(makes[number - inputs.count], key: record.id, version: record.current)
    }
  }

  /// What comes of the material of the inputs.
  private func computed(
    _ source: NewObject.Source, _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk
  ) throws(KMSError) -> Payload {
    throw .permitMismatch
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

package import KMSDomain

/// Gives an object out: its material in the clear, under other keys, or in a store that a password protects.
package struct ExportObject: Operation {
  /// In which form material leaves.
  package enum Form: Sendable {
    case encoded(MaterialForm)
    case components
    /// A PKCS#12 store; there has to be a password.
    case bundle(certificates: [[UInt8]], friendlyName: String?)
    /// The object has none that custody keeps, or it isn't wanted.
    case none
  }

  package let operation: String
  package let action: Action
  package let key: KeyReference
  package let wrapping: ObjectWrapping?
  /// What a store is protected by.
  package let password: KeyReference?
  /// Whether the answer has the digest of the material; only `exportObject` allows that.
  package let wantsDigest: Bool
  /// Which form, if the door lets it out at all. It runs after the right was judged.
  package let choose: @Sendable (ProtectedKey) throws(KMSError) -> Form
  /// What becomes of the object by that; nil: nothing.
  package let edit: @Sendable (ProtectedKey) throws(KMSError) -> ObjectEdit?

  package init(
    _ operation: String, _ action: Action, _ key: KeyReference, wrapping: ObjectWrapping? = nil,
    password: KeyReference? = nil, digest wantsDigest: Bool = false,
    choose: @escaping @Sendable (ProtectedKey) throws(KMSError) -> Form,
    edit: @escaping @Sendable (ProtectedKey) throws(KMSError) -> ObjectEdit? = { _ in nil }
  ) {
    self.operation = operation
    self.action = action
    self.key = key
    self.wrapping = wrapping
    self.password = password
    self.wantsDigest = wantsDigest
    self.choose = choose
    self.edit = edit
  }

  package struct Prepared: Sendable {
    let key: ProtectedKey
    let live: (any LiveKey)?
    let others: [ObjectWrapping.Found]
  }

  package enum Material: Sendable {
    case encoded(Payload, MaterialForm)
    case components([KeyComponent: Payload])
    case bundle(Payload)
    case wrapped(WrappedObject)
    case none
  }

  package struct Answer: Sendable {
    /// As it was before.
    package let key: ProtectedKey
    package let material: Material
    /// SHA-256; nil where custody has no material, or where nobody asked.
    package let digest: [UInt8]?
  }

  package var asked: Asked { Asked(action, named: key.asWritten) }
  package var references: [KeyReference] { [key] + others }
  package var family: RequestFamily? { .objects }

  package func action(on reference: KeyReference) -> Action {
    reference.asWritten == key.asWritten ? action : .wrapKey
  }

  private var others: [KeyReference] { (wrapping?.references ?? []) + (password.map { [$0] } ?? []) }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    let found = try await desk.key(key)
    var others: [ObjectWrapping.Found] = []
    for reference in self.others {
      let key = try await desk.key(reference)
      others.append(ObjectWrapping.Found(key: key, live: try desk.openedMaterial(of: key.record)))
    }
    return Prepared(key: found, live: try desk.openedMaterial(of: found.record), others: others)
  }

  package func prepareWarm(_ desk: Desk) -> Prepared? {
    guard others.isEmpty, let key = desk.warmKey(key.target),
      let live = desk.liveKeys.key(key.record.current)
    else { return nil }
    return Prepared(key: key, live: live, others: [])
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    let first = Demand(
      action, on: .key(prepared.key), named: key.asWritten, version: prepared.key.record.current)
    var more = wrapping?.demands(prepared.others) ?? []
    if let password, let found = prepared.others.last {
      more.append(
        Demand(
          .wrapKey, on: .key(found.key), named: password.asWritten, version: found.key.record.current,
          usage: .deriveKey))
    }
    return Demands(first, and: more)
  }

  package func isSlow(_ prepared: Prepared) -> Bool {
    password != nil || prepared.others.contains { $0.isSlow(.sign) }
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    let form = try choose(prepared.key)
    let material = try material(form, prepared, permits, desk)
    let digest = try digest(prepared, permits, desk)
    return Performed(
      Answer(key: prepared.key, material: material, digest: digest), change: try change(prepared.key, desk))
  }

  private func digest(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk
  ) throws(KMSError) -> [UInt8]? {
    guard wantsDigest, let live = prepared.live else { return nil }
    return try desk.custody.digest(of: live, permit: permits.first)
  }

  private func change(_ key: ProtectedKey, _ desk: Desk) throws(KMSError) -> StoreChange? {
    guard let edit = try edit(key) else { return nil }
    let after = try key.record.edited(edit, at: desk.clock.now())
    return .updateKey(desk.seal(after), expecting: key.record.generation)
  }

  private func material(
    _ form: Form, _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk
  ) throws(KMSError) -> Material {
    switch form {
    case .none:
      let record = prepared.key.record
      try permits.first.check(action, key: prepared.key.materialKey, version: record.current)
      return .none
    case .components:
      guard wrapping == nil else { throw .cryptography(.form) }
      return .components(try desk.custody.exportComponents(try live(prepared), permit: permits.first))
    case .encoded(let form):
      let plain = try desk.custody.export(try live(prepared), as: form, permit: permits.first)
      guard let wrapping else { return .encoded(plain, form) }
      return .wrapped(
        try wrapping.wrap(plain, of: prepared.key, prepared.others, permits, first: 1, desk.custody))
    case .bundle(let certificates, let friendlyName):
      return .bundle(try bundle(certificates, friendlyName, prepared, permits, desk))
    }
  }

  private func bundle(
    _ certificates: [[UInt8]], _ friendlyName: String?, _ prepared: Prepared, _ permits: borrowing Permits,
    _ desk: Desk
  ) throws(KMSError) -> Payload {
    guard password != nil, let found = prepared.others.last?.live else {
      throw .object(.noMaterial(password?.asWritten ?? ""))
    }
    let live = try live(prepared)
    return try permits.with(prepared.others.count) { (other: borrowing Permit) throws(KMSError) in
      try desk.custody.exportBundle(
        live, certificates: certificates, friendlyName: friendlyName, password: found,
        permit: permits.first, passwordPermit: other)
    }
  }

  private func live(_ prepared: Prepared) throws(KMSError) -> any LiveKey {
    guard let live = prepared.live else { throw .object(.noMaterial(prepared.key.record.resourceName)) }
    return live
  }
}

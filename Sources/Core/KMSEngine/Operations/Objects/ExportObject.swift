package import KMSDomain

/// Gives an object out: its material in the clear, or under other keys.
package struct ExportObject: Operation {
  /// In which form material leaves.
  package enum Form: Sendable {
    case encoded(MaterialForm)
    case components
    /// The object has none that custody keeps, or it isn't wanted.
    case none
  }

  /// Keys that protect it on its way.
  package struct Wrapping: Sendable {
    package enum Seal: Sendable {
      case mac(KeyReference, MACMethod)
      case signature(KeyReference, SignatureParameters)
    }

    package let key: KeyReference?
    /// Asked with the wrapping key; see `UseObject.choose`.
    package let parameters: @Sendable (ProtectedKey) throws(KMSError) -> CipherParameters
    package let seal: Seal?
    /// What is wrapped: the material as it is, or something that a door puts around it.
    package let encode: @Sendable (Payload, ProtectedKey) throws(KMSError) -> Payload

    package init(
      by key: KeyReference?,
      _ parameters: @escaping @Sendable (ProtectedKey) throws(KMSError) -> CipherParameters,
      seal: Seal? = nil, encode: @escaping @Sendable (Payload, ProtectedKey) throws(KMSError) -> Payload
    ) {
      self.key = key
      self.parameters = parameters
      self.seal = seal
      self.encode = encode
    }
  }

  package let operation: String
  package let action: Action
  package let key: KeyReference
  package let wrapping: Wrapping?
  /// Which form, if the door lets it out at all. It runs after the right was judged.
  package let choose: @Sendable (ProtectedKey) throws(KMSError) -> Form

  package init(
    _ operation: String, _ action: Action, _ key: KeyReference, wrapping: Wrapping? = nil,
    choose: @escaping @Sendable (ProtectedKey) throws(KMSError) -> Form
  ) {
    self.operation = operation
    self.action = action
    self.key = key
    self.wrapping = wrapping
    self.choose = choose
  }

  package struct Prepared: Sendable {
    let key: ProtectedKey
    let live: (any LiveKey)?
    let wrappers: [(key: ProtectedKey, live: (any LiveKey)?)]
  }

  package enum Material: Sendable {
    case encoded(Payload, MaterialForm)
    case components([KeyComponent: Payload])
    case wrapped(Enciphered, code: [UInt8]?)
    case none
  }

  package struct Answer: Sendable {
    package let key: ProtectedKey
    package let material: Material
  }

  package var asked: Asked { Asked(action, named: key.asWritten) }
  package var references: [KeyReference] { [key] + wrappers }
  package var family: RequestFamily? { .objects }

  package func action(on reference: KeyReference) -> Action {
    reference.asWritten == key.asWritten ? action : .wrapKey
  }

  private var wrappers: [KeyReference] {
    var references: [KeyReference] = []
    if let key = wrapping?.key { references.append(key) }
    switch wrapping?.seal {
    case .mac(let key, _), .signature(let key, _): references.append(key)
    case nil: break
    }
    return references
  }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    let found = try await desk.key(key)
    var others: [(key: ProtectedKey, live: (any LiveKey)?)] = []
    for reference in wrappers {
      let key = try await desk.key(reference)
      others.append((key, try desk.openedMaterial(of: key.record)))
    }
    return Prepared(key: found, live: try desk.openedMaterial(of: found.record), wrappers: others)
  }

  package func prepareWarm(_ desk: Desk) -> Prepared? {
    guard wrapping == nil, let key = desk.warmKey(key.target),
      let live = desk.liveKeys.key(key.record.current)
    else { return nil }
    return Prepared(key: key, live: live, wrappers: [])
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    let first = Demand(
      action, on: .key(prepared.key), named: key.asWritten, version: prepared.key.record.current)
    let others = zip(wrappers, prepared.wrappers).map { reference, found in
      Demand(.wrapKey, on: .key(found.key), named: reference.asWritten, version: found.key.record.current)
    }
    return Demands(first, and: others)
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    let record = prepared.key.record
    let form = try choose(prepared.key)
    let material: Material
    switch form {
    case .none:
      try permits.first.check(action, key: prepared.key.materialKey, version: record.current)
      material = .none
    case .components:
      material = .components(try desk.custody.exportComponents(try live(prepared), permit: permits.first))
    case .encoded(let form):
      let plain = try desk.custody.export(try live(prepared), as: form, permit: permits.first)
      material = try wrapped(plain, form, prepared, permits, desk)
    }
    return Performed(Answer(key: prepared.key, material: material))
  }

  private func live(_ prepared: Prepared) throws(KMSError) -> any LiveKey {
    guard let live = prepared.live else { throw .object(.noMaterial(prepared.key.record.resourceName)) }
    return live
  }

  private func wrapped(
    _ plain: Payload, _ form: MaterialForm, _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk
  ) throws(KMSError) -> Material {
    guard let wrapping else { return .encoded(plain, form) }
    guard wrapping.key != nil, let wrapper = prepared.wrappers.first, let live = wrapper.live else {
      throw .object(.noMaterial(""))
    }
    let parameters = try wrapping.parameters(wrapper.key)
    let content = try wrapping.encode(plain, prepared.key)
    let sealed = try permits.with(1) { (permit: borrowing Permit) throws(KMSError) in
      try desk.custody.encipher(content, by: parameters, associated: [], with: live, permit: permit)
    }
    return .wrapped(sealed, code: try code(over: sealed, wrapping, prepared, permits, desk))
  }

  /// Over what is encrypted.
  private func code(
    over sealed: Enciphered, _ wrapping: Wrapping, _ prepared: Prepared, _ permits: borrowing Permits,
    _ desk: Desk
  ) throws(KMSError) -> [UInt8]? {
    guard let seal = wrapping.seal else { return nil }
    guard prepared.wrappers.count == 2, let live = prepared.wrappers[1].live,
      let message = Payload(
        count: sealed.data.count,
        fill: { room in
          for place in sealed.data.indices { room[place] = sealed.data[place] }
          return true
        })
    else { throw .object(.noMaterial("")) }
    return try permits.with(2) { (permit: borrowing Permit) throws(KMSError) in
      switch seal {
      case .mac(_, let method): try desk.custody.mac(message, by: method, with: live, permit: permit)
      case .signature(_, let parameters):
        try desk.custody.sign(message, by: parameters, with: live, permit: permit)
      }
    }
  }
}

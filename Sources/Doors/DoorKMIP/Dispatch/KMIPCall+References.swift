import KMSDomain
import KMSEngine
import WireKMIP

extension KMIPCall {
  /// The object that a payload is about: by its identifier, or the one that an item before this yielded.
  /// - Throws: `objectNotFound` where none is given and none was yielded.
  func reference(
    _ payload: TTLVItem, _ tag: KMIPTag = .uniqueIdentifier
  ) throws(KMIPFault) -> KeyReference {
    reference(try identifier(payload[tag]))
  }

  /// A text, or in 2.x what stands for the identifier that an item before this yielded; nil: the ID placeholder.
  func identifier(_ item: TTLVItem?) throws(KMIPFault) -> String {
    if let text = item?.text { return text }
    let found: String?
    if let number = item?.enumeration {
      found = KMIP.UniqueIdentifierEnum(rawValue: number).flatMap(yielded)
    } else if let place = item?.integer {
      found = yielded(at: Int(place))
    } else {
      found = placeholder
    }
    guard let found else { throw .noObject }
    return found
  }

  /// The object that an item names: see `identifier`.
  func reference(of item: TTLVItem) throws(KMIPFault) -> KeyReference {
    reference(try identifier(Optional(item)))
  }

  /// By its identifier among the client's objects, or by the name that policies call it. What comes of it counts as asked for
  /// where the client's ticket is limited to some objects.
  func reference(_ identifier: String) -> KeyReference {
    note(identifier)
    return unnotedReference(identifier)
  }

  /// The same for whoever only looks whether the client may ask.
  func unnotedReference(_ identifier: String) -> KeyReference {
    let name = KeyName(.identifier, local(identifier), in: home)
    return KeyReference(.name(name), asWritten: identifier)
  }

  /// Other protocols' names of keys end in the identifier.
  private func local(_ identifier: String) -> String {
    guard identifier.hasPrefix("arn:"), let slash = identifier.lastIndex(of: "/") else { return identifier }
    let last = String(identifier[identifier.index(after: slash)...])
    let keyring = Keyring(account: home.account, region: home.region, kind: .aws)
    return door.engine.desk.vocabulary.keyResource(last, in: keyring) == identifier ? last : identifier
  }

  // MARK: What items yield for those after them

  /// Notes what an operation yielded; it becomes the ID placeholder.
  func yield(_ identifier: String, as operation: KMIP.UniqueIdentifierEnum) {
    placeholder = identifier
    yields.append((operation, identifier))
  }

  /// Notes a further object that the operation yielded.
  func alsoYield(_ identifier: String, as operation: KMIP.UniqueIdentifierEnum) {
    yields.append((operation, identifier))
  }

  private func yielded(_ operation: KMIP.UniqueIdentifierEnum) -> String? {
    operation == .idPlaceholder ? placeholder : yields.last { $0.0 == operation }?.1
  }

  /// From the first, or when negative from the last.
  private func yielded(at place: Int) -> String? {
    let place = place < 0 ? yields.count + place : place
    return yields.indices.contains(place) ? yields[place].1 : nil
  }
}

package import KMSDomain

/// Reads what is known of objects, and changes nothing.
package struct ReadObjects: Operation {
  package let operation: String
  package let action: Action
  package let objects: [KeyReference]
  /// Whether the answer has digests of the material, SHA-256: of those objects alone whose own right this is. The right to describe
  /// a key of AWS says nothing of its material, and a digest would be a way to try guesses of imported material.
  package let wantsDigests: Bool

  package init(
    _ operation: String, _ action: Action, of objects: [KeyReference], digests wantsDigests: Bool = false
  ) {
    self.operation = operation
    self.action = action
    self.objects = objects
    self.wantsDigests = wantsDigests
  }

  package struct Prepared: Sendable {
    let keys: [ProtectedKey]
    let live: [(any LiveKey)?]
  }

  package struct Seen: Sendable {
    package let key: ProtectedKey
    /// nil where there is no material, or where nobody asked.
    package let digest: [UInt8]?
  }

  package var asked: Asked { Asked(action, named: objects.first?.asWritten ?? "") }
  package var family: RequestFamily? { .objects }
  package var references: [KeyReference] { objects }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    var keys: [ProtectedKey] = []
    var live: [(any LiveKey)?] = []
    for object in objects {
      let key = try await desk.key(object)
      keys.append(key)
      let digests = wantsDigests && key.record.right(to: action) == action
      live.append(digests ? try desk.openedMaterial(of: key.record) : nil)
    }
    return Prepared(keys: keys, live: live)
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    let all = zip(objects, prepared.keys).enumerated().map { place, object in
      Demand(
        object.1.record.right(to: action), on: .key(object.1), named: object.0.asWritten,
        facts: RequestFacts(of: object.0),
        version: prepared.live[place] == nil ? nil : object.1.record.current, anyState: true)
    }
    guard let first = all.first else { return Demands(Demand(action, on: .server, named: "")) }
    return Demands(first, and: Array(all.dropFirst()))
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<[Seen]> {
    var seen: [Seen] = []
    for (place, key) in prepared.keys.enumerated() {
      let digest = try permits.with(place) { (permit: borrowing Permit) throws(KMSError) -> [UInt8]? in
        guard let live = prepared.live[place] else {
          try permit.check(key.record.right(to: action), key: key.record.id, version: nil)
          return nil
        }
        return try desk.custody.digest(of: live, permit: permit)
      }
      seen.append(Seen(key: key, digest: digest))
    }
    return Performed(seen)
  }
}

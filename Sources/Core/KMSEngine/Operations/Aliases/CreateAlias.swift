package import KMSDomain

/// Gives a key a movable name. Needs the right on the name and on the key.
package struct CreateAlias: Operation {
  package let name: KeyName
  package let target: KeyReference

  package init(_ name: KeyName, target: KeyReference) {
    self.name = name
    self.target = target
  }

  package struct Prepared: Sendable {
    let key: ProtectedKey
    let aliases: Int
  }

  package typealias Answer = Void

  package let operation = "CreateAlias"
  package var asked: Asked { Asked(.createAlias, named: name.text) }

  package var references: [KeyReference] { [target] }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    let key = try await desk.key(target)
    return Prepared(key: key, aliases: try await desk.store.aliasCount(of: key.record.id))
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    Demands(
      Demand(.createAlias, on: desk.resource(of: name), named: name.text),
      Demand(.createAlias, on: .key(prepared.key), named: target.asWritten))
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    try permits.first.check(.createAlias, key: nil, version: nil)
    guard prepared.aliases < KeyRecord.mostAliases else {
      throw .tooManyAliases(prepared.key.record.resourceName)
    }
    let now = desk.clock.now()
    let key = prepared.key.record
    let alias = AliasRecord(name: name, target: key.id, createdAt: now, updatedAt: now)
    return Performed((), change: .createAlias(desk.seal(alias), target: key.generation))
  }
}

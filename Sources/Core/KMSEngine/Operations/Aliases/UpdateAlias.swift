package import KMSDomain

/// Moves a name to another key of the same kind. Needs the right on the name, on the key that has it and on the key that
/// gets it.
package struct UpdateAlias: Operation {
  package let name: KeyName
  package let target: KeyReference

  package init(_ name: KeyName, target: KeyReference) {
    self.name = name
    self.target = target
  }

  package struct Prepared: Sendable {
    let alias: Authenticated<AliasRecord>
    let from: ProtectedKey
    let to: ProtectedKey
    /// How many names the key has that gets this one.
    let aliases: Int
  }

  package typealias Answer = Void

  package let operation = "UpdateAlias"
  package var asked: Asked { Asked(.updateAlias, named: name.text) }

  package var references: [KeyReference] { [target] }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    guard let alias = try await desk.alias(name) else { throw .aliasNotFound(name.text) }
    let to = try await desk.key(target)
    guard let from = try await desk.load(alias.record.target) else { throw .corrupt(.aliasRecord) }
    return Prepared(
      alias: alias, from: from, to: to, aliases: try await desk.store.aliasCount(of: to.record.id))
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    Demands(
      Demand(.updateAlias, on: desk.resource(of: name), named: name.text),
      Demand(.updateAlias, on: .key(prepared.to), named: target.asWritten),
      // Any state of the key that loses the name is fine: only the destination must not be on its way out.
      Demand(.updateAlias, on: .key(prepared.from), named: "", anyState: true))
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    try permits.first.check(.updateAlias, key: nil, version: nil)
    let from = prepared.from.record
    let to = prepared.to.record
    guard from.spec == to.spec, from.usages == to.usages else { throw .aliasTargetMismatch(name.text) }
    guard from.id == to.id || prepared.aliases < KeyRecord.mostAliases else {
      throw .tooManyAliases(to.resourceName)
    }
    var alias = prepared.alias.record
    alias.target = to.id
    alias.updatedAt = desk.clock.now()
    return Performed(
      (),
      change: .moveAlias(desk.seal(alias), expecting: prepared.alias.code, target: to.generation))
  }
}

package import KMSDomain

/// Takes a name away from its key. Needs the right on both.
package struct DeleteAlias: Operation {
  package let name: KeyName
  package init(_ name: KeyName) { self.name = name }

  package struct Prepared: Sendable {
    let alias: Authenticated<AliasRecord>
    let key: ProtectedKey
  }

  package typealias Answer = Void

  package let operation = "DeleteAlias"
  package var asked: Asked { Asked(.deleteAlias, named: name.text) }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    guard let alias = try await desk.alias(name) else { throw .aliasNotFound(name.text) }
    guard let key = try await desk.load(alias.record.target) else { throw .corrupt(.aliasRecord) }
    return Prepared(alias: alias, key: key)
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    Demands(
      Demand(.deleteAlias, on: desk.resource(of: name), named: name.text),
      Demand(.deleteAlias, on: .key(prepared.key), named: ""))
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    try permits.first.check(.deleteAlias, key: nil, version: nil)
    return Performed((), change: .deleteAlias(name, expecting: prepared.alias.code))
  }
}

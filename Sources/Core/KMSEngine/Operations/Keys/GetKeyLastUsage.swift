package import KMSDomain

/// When the key was last used, and for what.
package struct GetKeyLastUsage: Operation {
  package let key: KeyReference
  package init(_ key: KeyReference) { self.key = key }

  package struct Answer: Sendable {
    package let key: ProtectedKey
    /// nil when it wasn't since uses are recorded.
    package let use: KeyUse?
    /// Since when its uses are recorded: not before it was made.
    package let since: Instant
  }

  package let operation = "GetKeyLastUsage"
  package var asked: Asked { Asked(.getKeyLastUsage, named: key.asWritten) }
  package var references: [KeyReference] { [key] }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Answer {
    let key = try await desk.key(key)
    let since = try await desk.store.usesRecordedSince() ?? desk.uses.since
    // The ledger first: what leaves it meanwhile is in the store.
    var use = desk.uses.use(of: key.record.id)
    if use == nil { use = try await desk.store.lastUse(of: key.record.id) }
    return Answer(key: key, use: use, since: max(since, key.record.createdAt))
  }

  package func demands(_ prepared: Answer, _ desk: Desk) -> Demands {
    Demands(Demand(.getKeyLastUsage, on: .key(prepared.key), named: key.asWritten))
  }

  package func perform(
    _ prepared: Answer, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try permits.first.check(.getKeyLastUsage, key: prepared.key.record.id, version: nil)
    return Performed(prepared)
  }
}

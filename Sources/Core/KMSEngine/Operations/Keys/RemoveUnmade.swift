package import KMSDomain

/// Removes from a device material for which a change that failed made no key. What a key refers to, because another change brought it
/// along too, stays.
package struct RemoveUnmade: Operation {
  private let entry: UnmadeMaterial.Entry
  private let custody: any DeviceCustody

  package init(_ entry: UnmadeMaterial.Entry, from custody: any DeviceCustody) {
    self.entry = entry
    self.custody = custody
  }

  package let operation = "RemoveFromDevice"
  package var asked: Asked { Asked(.removeFromDevice, named: entry.identity.key.bits.hex) }

  /// - Returns: whether nothing refers to it.
  package func prepare(_ desk: Desk) async throws(KMSError) -> Bool {
    try await desk.store.references(to: entry.identity.version) == 0
  }

  package func demands(_ isAlone: Bool, _ desk: Desk) -> Demands {
    Demands(
      Demand(
        .removeFromDevice, on: .newKey(account: entry.account), named: asked.named,
        version: entry.identity.version, newKey: entry.identity.key))
  }

  package func isSlow(_ isAlone: Bool) -> Bool { isAlone }

  package func perform(
    _ isAlone: Bool, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Bool> {
    let identity = entry.identity
    try permits.first.check(.removeFromDevice, key: identity.key, version: identity.version)
    if isAlone { try custody.remove(entry.material, as: identity, permit: permits.first) }
    return Performed(isAlone, details: [AuditRecord.Detail(name: "unmade", value: isAlone ? "1" : "0")])
  }
}

package import KMSDomain

/// Switches a key on.
package struct EnableKey: KeyChange {
  package typealias Prepared = ProtectedKey
  package typealias Answer = Void

  package let key: KeyReference
  package init(_ key: KeyReference) { self.key = key }

  package let operation = "EnableKey"
  package let action = Action.enableKey

  package func change(_ record: inout KeyRecord, _ desk: Desk, _ caller: Caller) throws(KMSError) {
    try record.apply(.resume)
  }
}

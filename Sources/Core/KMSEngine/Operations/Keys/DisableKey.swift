package import KMSDomain

/// Switches a key off. Once this is acknowledged, nothing is protected or processed with it.
package struct DisableKey: KeyChange {
  package typealias Prepared = ProtectedKey
  package typealias Answer = Void

  package let key: KeyReference
  package init(_ key: KeyReference) { self.key = key }

  package let operation = "DisableKey"
  package let action = Action.disableKey

  package func change(_ record: inout KeyRecord, _ desk: Desk, _ caller: Caller) throws(KMSError) {
    try record.apply(.suspend)
  }
}

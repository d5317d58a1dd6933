package import KMSDomain

package struct UpdateKeyDescription: KeyChange {
  package typealias Prepared = ProtectedKey
  package typealias Answer = Void

  package let key: KeyReference
  package let description: String

  package init(_ key: KeyReference, description: String) {
    self.key = key
    self.description = description
  }

  package let operation = "UpdateKeyDescription"
  package let action = Action.updateKeyDescription

  package func change(_ record: inout KeyRecord, _ desk: Desk, _ caller: Caller) throws(KMSError) {
    record.description = description
  }
}

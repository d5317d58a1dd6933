package import KMSDomain

/// Removes an access key and its secret for good.
package struct DeleteAccessKey: AccessKeyChange {
  package typealias Prepared = FoundIdentity

  package let identity: IdentityName
  package let accessKey: String

  package init(_ accessKey: String, of identity: IdentityName) {
    self.accessKey = accessKey
    self.identity = identity
  }

  package let operation = "DeleteAccessKey"
  package let action = Action.deleteAccessKey

  package func change(_ key: AccessKeyRecord, code: [UInt8], _ desk: Desk) -> StoreChange? {
    .removeAccessKey(key.id, expecting: code)
  }
}

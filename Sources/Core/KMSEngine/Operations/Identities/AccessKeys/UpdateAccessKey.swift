package import KMSDomain

/// Says whether an access key can sign. The next request sees it.
package struct UpdateAccessKey: AccessKeyChange {
  package typealias Prepared = FoundIdentity

  package let identity: IdentityName
  package let accessKey: String
  private let isActive: Bool

  package init(_ accessKey: String, of identity: IdentityName, isActive: Bool) {
    self.accessKey = accessKey
    self.identity = identity
    self.isActive = isActive
  }

  package let operation = "UpdateAccessKey"
  package let action = Action.updateAccessKey

  package var details: [AuditRecord.Detail] {
    [
      AuditRecord.Detail(name: "accessKey", value: accessKey),
      AuditRecord.Detail(name: "isActive", value: isActive ? "true" : "false"),
    ]
  }

  package func change(_ key: AccessKeyRecord, code: [UInt8], _ desk: Desk) -> StoreChange? {
    guard key.isActive != isActive else { return nil }
    let changed = AccessKeyRecord(
      id: key.id, principal: key.principal, secret: key.secret, isActive: isActive, createdAt: key.createdAt)
    return .updateAccessKey(desk.seal(changed), expecting: code)
  }
}

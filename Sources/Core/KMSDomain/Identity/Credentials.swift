/// A secret access key in its stored form, bound to its id and owner.
package struct WrappedCredential: Hashable, Sendable {
  package let epoch: EpochID
  package let bytes: [UInt8]

  package init(epoch: EpochID, bytes: [UInt8]) {
    self.epoch = epoch
    self.bytes = bytes
  }
}

/// A long-term access key.
package struct AccessKeyRecord: Hashable, Sendable {
  /// The most access keys of one identity.
  package static let mostOfOwner = 2

  package let id: String
  package let principal: IdentityID
  package let secret: WrappedCredential
  package let isActive: Bool
  package let createdAt: Instant

  package init(
    id: String, principal: IdentityID, secret: WrappedCredential, isActive: Bool, createdAt: Instant
  ) {
    self.id = id
    self.principal = principal
    self.secret = secret
    self.isActive = isActive
    self.createdAt = createdAt
  }
}

extension AccessKeyRecord: CanonicallyEncoded {
  package func encode(into fields: inout CanonicalFields) {
    fields.add("access-key/1")
    fields.add(id)
    fields.add(principal.text)
    fields.add(UInt64(secret.epoch.number))
    fields.add(secret.bytes)
    fields.add(isActive ? 1 : 0)
    fields.add(createdAt)
  }
}

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
  package let id: String
  package let principal: PrincipalID
  package let secret: WrappedCredential
  package let isActive: Bool
  package let createdAt: Instant

  package init(
    id: String, principal: PrincipalID, secret: WrappedCredential, isActive: Bool, createdAt: Instant
  ) {
    self.id = id
    self.principal = principal
    self.secret = secret
    self.isActive = isActive
    self.createdAt = createdAt
  }
}

/// A principal's own id: opaque, never reused.
package struct PrincipalID: Hashable, Sendable {
  package let text: String
  package init(_ text: String) { self.text = text }
}

/// A user of an account, with the policies that it carries.
package struct PrincipalRecord: Hashable, Sendable {
  package struct InlinePolicy: Hashable, Sendable {
    package let name: String
    /// As it was received, byte for byte.
    package let document: [UInt8]

    package init(name: String, document: [UInt8]) {
      self.name = name
      self.document = document
    }
  }

  package let id: PrincipalID
  package let account: AccountID
  /// What policies call it.
  package let name: String
  package let userName: String?
  package let isRoot: Bool
  package let policies: [InlinePolicy]
  package let createdAt: Instant

  package init(
    id: PrincipalID, account: AccountID, name: String, userName: String?, isRoot: Bool,
    policies: [InlinePolicy], createdAt: Instant
  ) {
    self.id = id
    self.account = account
    self.name = name
    self.userName = userName
    self.isRoot = isRoot
    self.policies = policies
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

extension PrincipalRecord: CanonicallyEncoded {
  package func encode(into fields: inout CanonicalFields) {
    fields.add("principal/1")
    fields.add(id.text)
    fields.add(account.text)
    fields.add(name)
    fields.add(userName == nil ? 0 : 1)
    fields.add(userName ?? "")
    fields.add(isRoot ? 1 : 0)
    fields.add(UInt64(policies.count))
    for policy in policies {
      fields.add(policy.name)
      fields.add(policy.document)
    }
    fields.add(createdAt)
  }
}

package import KMSDomain

/// Changes what a role says of itself and how long its sessions may be. What isn't given stays.
package struct UpdateRole: IdentityChange {
  package typealias Prepared = FoundIdentity
  package typealias Answer = IdentityRecord

  package let action: Action
  package let operation: String
  package let identity: IdentityName
  private let description: String?
  private let maxSessionSeconds: Int?

  package init(
    _ action: Action, _ operation: String, _ identity: IdentityName, description: String?,
    maxSessionSeconds: Int? = nil
  ) {
    self.action = action
    self.operation = operation
    self.identity = identity
    self.description = description
    self.maxSessionSeconds = maxSessionSeconds
  }

  package func change(
    _ record: inout IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk
  ) throws(KMSError) -> IdentityRecord {
    guard case .role(var role) = record.body else { throw .corrupt(.principal) }
    if let description { role.description = description }
    if let maxSessionSeconds { role.maxSessionSeconds = maxSessionSeconds }
    record.body = .role(role)
    return record
  }
}

/// Changes who may act as a role.
package struct UpdateAssumeRolePolicy: IdentityChange {
  package typealias Prepared = FoundIdentity
  package typealias Answer = Void

  package let action = Action.updateAssumeRolePolicy
  package let operation = "UpdateAssumeRolePolicy"
  package let identity: IdentityName
  private let document: [UInt8]

  package init(_ identity: IdentityName, document: [UInt8]) {
    self.identity = identity
    self.document = document
  }

  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {
    found.other.trust = try await desk.resolve(document, for: record.account)
  }

  package func change(
    _ record: inout IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk
  ) throws(KMSError) {
    guard case .role(var role) = record.body, let trust = other.trust else { throw .corrupt(.principal) }
    try trust.apply(document, to: &role, desk)
    record.body = .role(role)
  }
}

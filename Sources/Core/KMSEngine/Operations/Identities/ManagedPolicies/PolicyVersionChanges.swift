package import KMSDomain

/// Writes a further version of a managed policy, which may be in force at once.
package struct CreatePolicyVersion: IdentityChange {
  package typealias Prepared = FoundIdentity
  package typealias Answer = DescribedVersion

  package let action = Action.createPolicyVersion
  package let operation = "CreatePolicyVersion"
  package let identity: IdentityName
  private let document: [UInt8]
  private let isDefault: Bool

  package init(_ identity: IdentityName, document: [UInt8], isDefault: Bool) {
    self.identity = identity
    self.document = document
    self.isDefault = isDefault
  }

  package func change(
    _ record: inout IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk
  ) throws(KMSError) -> DescribedVersion {
    guard case .policy(var policy) = record.body else { throw .corrupt(.principal) }
    try ManagedPolicyRules.judge(document, desk)
    let most = IdentityRecord.ManagedPolicy.mostVersions
    guard policy.versions.count < most else { throw .identity(.tooMany(.policyVersions, most)) }
    let version = IdentityRecord.ManagedPolicy.Version(
      number: policy.nextVersion, document: document, createdAt: desk.clock.now())
    policy.versions.append(version)
    policy.nextVersion += 1
    policy.updatedAt = version.createdAt
    if isDefault { policy.defaultVersion = version.number }
    record.body = .policy(policy)
    return DescribedVersion(version: version, isDefault: isDefault)
  }
}

/// Puts another version of a managed policy in force, for everybody who carries it.
package struct SetDefaultPolicyVersion: PolicyVersionChange {
  package typealias Prepared = FoundIdentity
  package typealias Answer = Void

  package let action = Action.setDefaultPolicyVersion
  package let operation = "SetDefaultPolicyVersion"
  package let identity: IdentityName
  package let version: PolicyVersionName

  package init(_ identity: IdentityName, _ version: PolicyVersionName) {
    self.identity = identity
    self.version = version
  }

  package func change(_ policy: inout IdentityRecord.ManagedPolicy) {
    policy.defaultVersion = version.number ?? policy.defaultVersion
  }
}

/// Removes a version of a managed policy that isn't in force.
package struct DeletePolicyVersion: PolicyVersionChange {
  package typealias Prepared = FoundIdentity
  package typealias Answer = Void

  package let action = Action.deletePolicyVersion
  package let operation = "DeletePolicyVersion"
  package let identity: IdentityName
  package let version: PolicyVersionName

  package init(_ identity: IdentityName, _ version: PolicyVersionName) {
    self.identity = identity
    self.version = version
  }

  package func change(_ policy: inout IdentityRecord.ManagedPolicy) throws(KMSError) {
    guard policy.defaultVersion != version.number else { throw .identity(.defaultVersion) }
    policy.versions.removeAll { $0.number == version.number }
  }
}

/// A change of a managed policy that is about one of its versions.
package protocol PolicyVersionChange: IdentityChange {
  var version: PolicyVersionName { get }
  /// The policy has the version.
  func change(_ policy: inout IdentityRecord.ManagedPolicy) throws(KMSError)
}

extension PolicyVersionChange {
  package func absence(_ found: FoundIdentity) -> IdentityFault {
    .versionNotFound(policy: found.resource.name, version.written)
  }

  package func change(
    _ record: inout IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk
  ) throws(KMSError) {
    let before = try record.managedPolicy(having: version, desk)
    var policy = before
    try change(&policy)
    guard policy != before else { return }
    policy.updatedAt = desk.clock.now()
    record.body = .policy(policy)
  }
}

extension IdentityRecord {
  /// - Throws: `identity(.versionNotFound)`.
  fileprivate func managedPolicy(
    having version: PolicyVersionName, _ desk: Desk
  ) throws(KMSError) -> ManagedPolicy {
    guard case .policy(let policy) = body else { throw .corrupt(.principal) }
    guard policy.versions.contains(where: { $0.number == version.number }) else {
      throw .identity(.versionNotFound(policy: desk.vocabulary.name(of: self), version.written))
    }
    return policy
  }
}

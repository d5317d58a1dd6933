import KMSDomain
import KMSEngine

// How answers tell of policies.
extension XMLWriter {
  /// What lists tell of a managed policy.
  mutating func managedPolicy(_ policy: DescribedPolicy) {
    text("PolicyName", policy.name)
    text("PolicyId", policy.id.text)
    text("Arn", policy.resourceName)
    text("Path", policy.path)
    text("DefaultVersionId", "v\(policy.policy.defaultVersion)")
    number("AttachmentCount", policy.uses.attachments)
    number("PermissionsBoundaryUsageCount", policy.uses.boundaries)
    flag("IsAttachable", true)
    moment("CreateDate", policy.createdAt)
    moment("UpdateDate", policy.policy.updatedAt)
  }

  /// - Parameter withDocument: lists leave it out.
  mutating func policyVersion(_ described: DescribedVersion, withDocument: Bool) {
    if withDocument { document("Document", described.version.document) }
    text("VersionId", "v\(described.version.number)")
    flag("IsDefaultVersion", described.isDefault)
    moment("CreateDate", described.version.createdAt)
  }
}

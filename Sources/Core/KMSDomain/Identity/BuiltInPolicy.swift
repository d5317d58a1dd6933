/// A managed policy that every account has and nobody can change.
package struct BuiltInPolicy: Sendable {
  /// What policies and callers call it.
  package let resourceName: String
  package let id: IdentityID
  package let name: String
  package let path: String
  package let description: String
  package let document: [UInt8]
  package let createdAt: Instant

  package init(
    resourceName: String, id: IdentityID, name: String, path: String, description: String, document: [UInt8],
    createdAt: Instant
  ) {
    self.resourceName = resourceName
    self.id = id
    self.name = name
    self.path = path
    self.description = description
    self.document = document
    self.createdAt = createdAt
  }
}

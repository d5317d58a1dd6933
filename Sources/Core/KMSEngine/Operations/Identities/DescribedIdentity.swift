package import KMSDomain

/// An identity, and what is told of it beside its record.
package struct DescribedIdentity: Sendable {
  package let record: IdentityRecord
  /// What policies call its boundary; nil when it has none.
  package let boundary: String?

  package init(record: IdentityRecord, boundary: String?) {
    self.record = record
    self.boundary = boundary
  }
}

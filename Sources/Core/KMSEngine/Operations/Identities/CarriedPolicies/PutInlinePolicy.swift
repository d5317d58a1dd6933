package import KMSDomain

/// Gives an identity a policy of its own, in the place of one that had the name.
package struct PutInlinePolicy: IdentityChange {
  package typealias Prepared = FoundIdentity
  package typealias Answer = Void

  package let action: Action
  package let operation: String
  package let identity: IdentityName
  private let policy: IdentityRecord.InlinePolicy

  /// - Parameter policy: with a document that is still to be judged here.
  package init(
    _ action: Action, _ operation: String, _ identity: IdentityName, policy: IdentityRecord.InlinePolicy
  ) {
    self.action = action
    self.operation = operation
    self.identity = identity
    self.policy = policy
  }

  package var details: [AuditRecord.Detail] { [AuditRecord.Detail(name: "policy", value: policy.name)] }

  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {
    found.other.boundary = try await desk.boundary(of: record)
  }

  package func facts(about found: FoundIdentity) -> RequestFacts {
    .about(boundary: found.other.boundary)
  }

  package func change(
    _ record: inout IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk
  ) throws(KMSError) {
    _ = try desk.vocabulary.compile(policy.document, as: .identity)
    if let place = record.carried.inline.firstIndex(where: { $0.name == policy.name }) {
      record.carried.inline[place] = policy
    } else {
      record.carried.inline.append(policy)
    }
    try InlinePolicySize.check(record)
  }
}

/// How long all policies of one identity may be together: AWS's quotas, in characters without white space.
enum InlinePolicySize {
  static func check(_ record: IdentityRecord) throws(KMSError) {
    let most: Int
    switch record.kind {
    case .user: most = 2048
    case .group: most = 5120
    case .role: most = 10_240
    case .root, .policy, .provider: most = 0
    }
    let size = record.carried.inline.reduce(0) { $0 + characters($1.document) }
    guard size <= most else { throw .identity(.inlinePoliciesTooLong(record.kind, record.name, most: most)) }
  }

  /// Of UTF-8: the first byte of each character counts.
  private static func characters(_ document: [UInt8]) -> Int {
    document.reduce(0) { count, byte in
      switch byte {
      case 0x09, 0x0a, 0x0d, 0x20, 0x80...0xbf: count
      default: count + 1
      }
    }
  }
}

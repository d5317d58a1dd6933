import KMSDomain

/// What a document must be to be a managed policy, or a role's trust policy: AWS's default quotas.
enum ManagedPolicyRules {
  /// Characters without white space.
  static let mostCharacters = 6144

  static func judge(_ document: [UInt8], _ desk: Desk) throws(KMSError) {
    _ = try desk.vocabulary.compile(document, as: .identity)
    guard size(document) <= mostCharacters else { throw .identity(.tooMany(.policySize, mostCharacters)) }
  }

  /// Characters of UTF-8, white space (of JSON) left out.
  static func size(_ document: [UInt8]) -> Int {
    document.count { byte in
      switch byte {
      case 0x09, 0x0a, 0x0d, 0x20, 0x80...0xbf: false
      default: true
      }
    }
  }
}

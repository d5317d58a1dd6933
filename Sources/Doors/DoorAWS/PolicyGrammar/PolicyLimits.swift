import KMSDomain
import WireJSON

/// What a policy document may be. Statements and values are bounded by its length, which is checked before it is read.
enum PolicyLimits {
  /// Bytes: the quota of key policies.
  static let document = 32 * 1024
  /// The grammar has six levels.
  static let json = JSONDocument.Limits(depth: 8, nodes: document)
  /// Bytes of one pattern, with or without wildcards: the longest ARN that IAM takes.
  static let pattern = 2048

  /// - Throws: `KMSError.malformedPolicy` when one of the patterns is too long.
  static func check(patterns: [String]) throws(KMSError) {
    guard patterns.allSatisfy({ $0.utf8.count <= pattern }) else {
      throw .malformedPolicy(PolicyFault.longPattern)
    }
  }
}

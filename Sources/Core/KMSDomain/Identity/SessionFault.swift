/// Why nothing came of a call about sessions.
package enum SessionFault: Hashable, Sendable {
  /// Longer than the role's sessions may be.
  case tooLong
  /// Longer than a session may be that another session begins.
  case tooLongInChain
  /// Its policies and tags together are larger than a token carries; how large, in per cent of that.
  case tooLarge(Int)
  /// No managed policy of that name can limit it.
  case policyNotFound(String)
  /// A tag that is to go on to further sessions isn't among the tags.
  case transitiveTagMissing
  /// The session that begins it has a tag of that key that goes on to this one.
  case tagInherited(String)
  /// The session that begins it has another source identity, which stays.
  case sourceIdentityFixed
  /// There are no second factors here, so none is right.
  case secondFactor
  /// Nothing that this server encoded.
  case invalidMessage
  /// The id names no account of this server.
  case unknownAccessKey

  /// A stable word for logs and audit records.
  package var code: String {
    switch self {
    case .tooLong: "session.tooLong"
    case .tooLongInChain: "session.tooLongInChain"
    case .tooLarge: "session.tooLarge"
    case .policyNotFound: "session.policyNotFound"
    case .transitiveTagMissing: "session.transitiveTagMissing"
    case .tagInherited: "session.tagInherited"
    case .sourceIdentityFixed: "session.sourceIdentityFixed"
    case .secondFactor: "session.secondFactor"
    case .invalidMessage: "session.invalidMessage"
    case .unknownAccessKey: "session.unknownAccessKey"
    }
  }
}

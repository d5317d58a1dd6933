import WireKMIP

/// Why an operation, or a whole message, failed, as the client is told: a reason of KMIP 2.1 and words. Older clients get the reason
/// that their version has instead; see `FaultTable`.
struct KMIPFault: Error, Equatable, Sendable {
  let reason: KMIP.ResultReason
  let message: String

  init(_ reason: KMIP.ResultReason, _ message: String) {
    self.reason = reason
    self.message = message
  }
}

extension KMIPFault {
  static func missing(_ what: String) -> KMIPFault { KMIPFault(.invalidMessage, "\(what) is missing.") }

  static func malformed(_ what: String) -> KMIPFault {
    KMIPFault(.invalidMessage, "\(what) isn't as it has to be.")
  }

  static func unsupported(_ what: String) -> KMIPFault {
    KMIPFault(.featureNotSupported, "\(what) isn't supported.")
  }

  static let noObject = KMIPFault(.objectNotFound, "There is no such object.")
}

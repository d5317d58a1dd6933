import WireKMIP

/// Why an operation, or a whole message, failed, as the client is told: a reason of KMIP 2.1 and words. Older clients get the reason
/// that their version has instead; see `FaultTable`.
struct KMIPFault: Error, Equatable, Sendable {
  let reason: KMIP.ResultReason
  /// The reason before 2.0, where it isn't the usual one.
  let older: KMIP.ResultReason?
  let message: String

  init(_ reason: KMIP.ResultReason, older: KMIP.ResultReason? = nil, _ message: String) {
    self.reason = reason
    self.older = older
    self.message = message
  }

  /// The same, told older clients by another reason.
  func older(_ reason: KMIP.ResultReason) -> KMIPFault { KMIPFault(self.reason, older: reason, message) }
}

extension KMIPFault {
  /// Both reasons in one number: the way through the engine and back.
  var number: UInt32 { reason.rawValue | (older?.rawValue ?? 0) << 16 }

  init(number: UInt32, _ message: String) {
    self.init(
      KMIP.ResultReason(rawValue: number & 0xffff) ?? .generalFailure,
      older: KMIP.ResultReason(rawValue: number >> 16), message)
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

  static let archived = KMIPFault(.objectArchived, "The object is in the archive.")

  static let wrongState = KMIPFault(.wrongKeyLifecycleState, "The object isn't in a state that allows this.")

  /// For types of objects that can't do it at all.
  static let wrongType = KMIPFault(
    .invalidObjectType, older: .illegalOperation, "Objects of this type don't allow this.")
}

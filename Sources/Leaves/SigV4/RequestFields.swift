/// The headers that say something about the signature itself, found in one pass.
struct RequestFields {
  private(set) var authorization: String?
  private(set) var amzDate: String?
  private(set) var date: String?
  private(set) var contentHash: String?
  private(set) var hasSessionToken = false

  /// - Throws: `malformed(.duplicate)` when one of them stands twice, `malformed(.tooLarge)`.
  init(_ headers: [(name: String, value: String)]) throws(SigV4Refusal) {
    guard headers.count <= Limits.headers else { throw .malformed(.tooLarge) }
    for (name, value) in headers {
      // The length first: it settles nearly every header without a comparison.
      switch name.utf8.count {
      case 4 where name == "date": try RequestFields.fill(&date, value, name)
      case 10 where name == "x-amz-date": try RequestFields.fill(&amzDate, value, name)
      case 13 where name == "authorization": try RequestFields.fill(&authorization, value, name)
      case 20 where name == "x-amz-content-sha256": try RequestFields.fill(&contentHash, value, name)
      case 20 where name == "x-amz-security-token": hasSessionToken = true
      default: break
      }
    }
  }

  /// When the request says that it was signed; `x-amz-date` goes before `date`, which proxies may rewrite.
  /// - Returns: nil when neither is there.
  /// - Throws: `malformed(.date)`.
  func signedAt() throws(SigV4Refusal) -> Timestamp? {
    let moment: Timestamp?
    if let amzDate {
      moment = Timestamp(basic: amzDate.utf8.span)
    } else if let date {
      moment = Timestamp(httpDate: date.utf8.span) ?? Timestamp(basic: date.utf8.span)
    } else {
      return nil
    }
    guard let moment else { throw .malformed(.date) }
    return moment
  }

  /// Whether a hash that the request announces is that of its body. `UNSIGNED-PAYLOAD` and its like are none: here a
  /// signature always covers the body.
  func agrees(with payload: PayloadHash) -> Bool {
    guard let contentHash else { return true }
    return SignatureText.parse(contentHash.utf8.span) == payload.bytes
  }

  private static func fill(_ slot: inout String?, _ value: String, _ name: String) throws(SigV4Refusal) {
    guard slot == nil else { throw .malformed(.duplicate(name)) }
    slot = value
  }
}

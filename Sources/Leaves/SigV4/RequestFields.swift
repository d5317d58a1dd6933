import KMSBytes

/// The headers that say something about the signature itself, found in one pass.
struct RequestFields {
  /// Where the value stands in the table's bytes.
  private(set) var authorization: Range<Int>?
  /// The same of a session's token.
  private(set) var sessionToken: Range<Int>?
  private var amzDate: Range<Int>?
  private var date: Range<Int>?
  private var contentHash: Range<Int>?
  private let table: FieldTable

  /// - Throws: `malformed(.duplicate)` when one of them stands twice, `malformed(.tooLarge)`.
  init(_ table: FieldTable) throws(SigV4Refusal) {
    guard table.fields.count <= Limits.headers else { throw .malformed(.tooLarge) }
    self.table = table
    for field in table.fields {
      // The length first: it settles nearly every header without a comparison.
      switch field.name.count {
      case 4 where table.has("date", at: field):
        try RequestFields.fill(&date, field, "date")
      case 10 where table.has("x-amz-date", at: field):
        try RequestFields.fill(&amzDate, field, "x-amz-date")
      case 13 where table.has("authorization", at: field):
        try RequestFields.fill(&authorization, field, "authorization")
      case 20 where table.has("x-amz-content-sha256", at: field):
        try RequestFields.fill(&contentHash, field, "x-amz-content-sha256")
      case 20 where table.has("x-amz-security-token", at: field):
        try RequestFields.fill(&sessionToken, field, "x-amz-security-token")
      default: break
      }
    }
  }

  /// When the request says that it was signed; `x-amz-date` goes before `date`, which proxies may rewrite.
  /// - Returns: nil when neither is there.
  /// - Throws: `malformed(.date)`.
  func signedAt() throws(SigV4Refusal) -> Timestamp? {
    let text = table.bytes.span
    let moment: Timestamp?
    if let amzDate {
      moment = Timestamp(basic: text.extracting(amzDate))
    } else if let date {
      moment = Timestamp(httpDate: text.extracting(date)) ?? Timestamp(basic: text.extracting(date))
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
    return payload.isWritten(table.bytes.span.extracting(contentHash))
  }

  private static func fill(
    _ slot: inout Range<Int>?, _ field: FieldTable.Field, _ name: String
  ) throws(SigV4Refusal) {
    guard slot == nil else { throw .malformed(.duplicate(name)) }
    slot = field.value
  }
}

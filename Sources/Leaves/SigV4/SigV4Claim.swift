import KMSBytes

/// What a request says of who signed it: complete and well formed, but not yet proved.
///
/// Reading it already computes what the signer must have signed, over the request as received; `isSigned` then costs
/// one HMAC. A claim proves nothing until both `checkTime` and `isSigned` have passed.
package struct SigV4Claim: Sendable {
  package enum Form: Hashable, Sendable {
    /// In the Authorization header.
    case header
    /// In the query, with its life in seconds.
    case presigned(lifetime: Int64)
  }

  package let accessKey: String
  package let scope: CredentialScope
  package let signedAt: Timestamp
  package let form: Form
  /// What the request carries as X-Amz-Security-Token, in a header or in the query; nil without. The signature covers it:
  /// such headers have to be among the signed ones, and of a query everything is signed.
  package let sessionToken: [UInt8]?

  private let stringToSign: [UInt8]
  private let signature: [UInt8]

  /// - Throws: every `SigV4Refusal` but those about time; `signatureMismatch` when no key could make it right.
  package init(_ request: SignedRequest) throws(SigV4Refusal) {
    let target = try RequestTarget(request.target)
    let fields = try RequestFields(request.headers)
    if PresignedQuery.isPresent(in: target.parameters) {
      guard fields.authorization == nil else { throw .malformed(.twoForms) }
      try self.init(presigned: request, target: target, fields: fields)
    } else {
      try self.init(signed: request, target: target, fields: fields)
    }
  }

  /// - Throws: `expired` when the signer's clock said more than 5 minutes ago, or when a presigned life is over;
  ///   `notYetCurrent` when it said more than 5 minutes ahead. The bounds themselves are good.
  package func checkTime(now: Timestamp) throws(SigV4Refusal) {
    guard signedAt.seconds - now.seconds <= Limits.skew else {
      throw .notYetCurrent(.init(signedAt: signedAt, now: now, allowance: Limits.skew))
    }
    let allowance: Int64
    switch form {
    case .header: allowance = Limits.skew
    case .presigned(let lifetime): allowance = lifetime
    }
    guard now.seconds - signedAt.seconds <= allowance else {
      throw .expired(.init(signedAt: signedAt, now: now, allowance: allowance))
    }
  }

  /// Whether whoever holds this key signed exactly this request. Constant-time in the signature.
  package func isSigned(by key: SigningKey) -> Bool { key.signed(stringToSign, as: signature) }

  private init(
    signed request: SignedRequest, target: RequestTarget, fields: RequestFields
  ) throws(SigV4Refusal) {
    guard let authorization = fields.authorization else { throw .missing }
    let signedAt = try fields.signedAt()
    let value = request.headers.bytes.span.extracting(authorization)
    let parts = try AuthorizationHeader(value, signedAt: signedAt)
    guard let signedAt else { throw .incomplete(.date) }
    let start = authorization.lowerBound
    let names = start + parts.signedHeaders.lowerBound..<start + parts.signedHeaders.upperBound
    try self.init(
      request, target: target, fields: fields, credential: parts.credential, signedAt: signedAt,
      headers: try SignedHeaders(request.headers.bytes, names), signature: parts.signature, form: .header,
      sessionToken: fields.sessionToken.map { Array(request.headers.bytes[$0]) })
  }

  private init(
    presigned request: SignedRequest, target: RequestTarget, fields: RequestFields
  ) throws(SigV4Refusal) {
    let parts = try PresignedQuery(target.parameters)
    let inHeader = fields.sessionToken.map { Array(request.headers.bytes[$0]) }
    guard inHeader == nil || parts.sessionToken == nil else {
      throw .malformed(.duplicate("X-Amz-Security-Token"))
    }
    try self.init(
      request, target: target, fields: fields, credential: parts.credential, signedAt: parts.signedAt,
      headers: try SignedHeaders(parts.signedHeaders), signature: parts.signature,
      form: .presigned(lifetime: parts.lifetime),
      sessionToken: inHeader ?? parts.sessionToken)
  }

  private init(
    _ request: SignedRequest, target: RequestTarget, fields: RequestFields, credential: Credential,
    signedAt: Timestamp, headers: SignedHeaders, signature: [UInt8], form: Form, sessionToken: [UInt8]?
  ) throws(SigV4Refusal) {
    guard fields.agrees(with: request.payload) else { throw .signatureMismatch }
    guard sessionToken?.count ?? 0 <= Limits.sessionToken else { throw .malformed(.tooLarge) }
    stringToSign = try StringToSign.make(
      request, target: target, headers: headers, signedAt: signedAt, scope: credential.scope)
    accessKey = credential.accessKey
    scope = credential.scope
    self.signedAt = signedAt
    self.signature = signature
    self.form = form
    self.sessionToken = sessionToken
  }
}

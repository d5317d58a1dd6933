import KMSBytes

/// Signs requests with a long-term access key, as clients do.
package struct RequestSigner: Sendable {
  private let accessKey: String
  private let region: String
  private let service: String
  private let signingKey: @Sendable (CredentialScope) -> SigningKey

  /// - Parameter signingKey: makes the key of a scope; whoever keeps the secret decides how.
  /// - Returns: nil unless Region and service can stand in a credential scope.
  package init?(
    accessKey: String, region: String, service: String,
    signingKey: @escaping @Sendable (CredentialScope) -> SigningKey
  ) {
    guard CredentialScope(day: Timestamp(seconds: 0), region: region, service: service) != nil else {
      return nil
    }
    self.accessKey = accessKey
    self.region = region
    self.service = service
    self.signingKey = signingKey
  }

  /// The headers to add: `x-amz-date` and `authorization`. All headers of the request are signed.
  /// - Parameter request: with `host`, without the headers that are added here.
  /// - Throws: a refusal when the request couldn't be verified either: no `host`, a malformed target.
  package func sign(
    _ request: SignedRequest, at moment: Timestamp
  ) throws(SigV4Refusal) -> [(name: String, value: String)] {
    let dated = (name: "x-amz-date", value: moment.text)
    let whole = SignedRequest(
      method: request.method, target: request.target, headers: FieldTable(request.headers, adding: [dated]),
      payload: request.payload)
    let headers = try SignedHeaders(allOf: whole.headers)
    let scope = try scope(at: moment)
    let signature = try signature(whole, headers: headers, moment: moment, scope: scope)
    var text = Array("\(StringToSign.algorithm) Credential=\(accessKey)/".utf8)
    scope.append(to: &text)
    text.append(contentsOf: ", SignedHeaders=".utf8)
    text.append(contentsOf: headers.text)
    text.append(contentsOf: ", Signature=\(signature)".utf8)
    return [dated, (name: "authorization", value: String(decoding: text, as: UTF8.self))]
  }

  /// The target to ask instead of the request's own: it carries the credentials, for `lifetime` seconds.
  /// - Throws: see `sign`; `malformed(.expires)` for a lifetime outside 1 to 604,800.
  package func presign(
    _ request: SignedRequest, at moment: Timestamp, lifetime: Int64
  ) throws(SigV4Refusal) -> String {
    guard (1...Limits.lifetime).contains(lifetime) else { throw .malformed(.expires) }
    let headers = try SignedHeaders(allOf: request.headers)
    let scope = try scope(at: moment)
    var credential = Array("\(accessKey)/".utf8)
    scope.append(to: &credential)
    var target = request.target
    target += target.utf8.contains(UInt8(ascii: "?")) ? "&" : "?"
    target += "X-Amz-Algorithm=\(StringToSign.algorithm)&X-Amz-Credential="
    target += String(decoding: PercentEncoding.encoded(credential), as: UTF8.self)
    target += "&X-Amz-Date=\(moment.text)&X-Amz-Expires=\(lifetime)&X-Amz-SignedHeaders="
    target += String(decoding: PercentEncoding.encoded(headers.text), as: UTF8.self)
    let whole = SignedRequest(
      method: request.method, target: target, headers: request.headers, payload: request.payload)
    let signature = try signature(whole, headers: headers, moment: moment, scope: scope)
    return target + "&\(StringToSign.signatureParameter)=\(signature)"
  }

  private func scope(at moment: Timestamp) throws(SigV4Refusal) -> CredentialScope {
    guard let scope = CredentialScope(day: moment, region: region, service: service) else {
      throw .scope(.region(region))
    }
    return scope
  }

  private func signature(
    _ request: SignedRequest, headers: SignedHeaders, moment: Timestamp, scope: CredentialScope
  ) throws(SigV4Refusal) -> String {
    let target = try RequestTarget(request.target)
    let text = try StringToSign.make(
      request, target: target, headers: headers, signedAt: moment, scope: scope)
    return Hex.string(signingKey(scope).signature(of: text))
  }
}

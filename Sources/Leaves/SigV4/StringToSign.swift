import Crypto
import KMSBytes

/// What a signature is made over.
///
/// Source: AWS IAM User Guide, "Create a signed AWS API request".
enum StringToSign {
  static let algorithm = "AWS4-HMAC-SHA256"
  /// The one query parameter that a presigned request doesn't sign.
  static let signatureParameter = "X-Amz-Signature"

  /// - Throws: what `SignedHeaders.appendCanonical` throws.
  static func make(
    _ request: SignedRequest, target: RequestTarget, headers: SignedHeaders, signedAt: Timestamp,
    scope: CredentialScope
  ) throws(SigV4Refusal) -> [UInt8] {
    let canonical = try canonicalRequest(request, target: target, headers: headers)
    var output: [UInt8] = []
    output.reserveCapacity(192)
    output.append(text: algorithm)
    output.append(UInt8(ascii: "\n"))
    signedAt.append(to: &output)
    output.append(UInt8(ascii: "\n"))
    scope.append(to: &output)
    output.append(UInt8(ascii: "\n"))
    Hex.append(Array(SHA256.hash(data: canonical)).span, to: &output)
    return output
  }

  private static func canonicalRequest(
    _ request: SignedRequest, target: RequestTarget, headers: SignedHeaders
  ) throws(SigV4Refusal) -> [UInt8] {
    guard request.method.utf8.allSatisfy({ $0 > 0x20 }) else { throw .signatureMismatch }
    var output: [UInt8] = []
    output.reserveCapacity(request.headers.bytes.count + 192)
    output.append(text: request.method)
    output.append(UInt8(ascii: "\n"))
    target.appendCanonicalPath(to: &output)
    output.append(UInt8(ascii: "\n"))
    target.appendCanonicalQuery(excluding: signatureParameter, to: &output)
    output.append(UInt8(ascii: "\n"))
    try headers.appendCanonical(of: request.headers, to: &output)
    output.append(UInt8(ascii: "\n"))
    output.append(contentsOf: headers.text)
    output.append(UInt8(ascii: "\n"))
    request.payload.append(to: &output)
    return output
  }
}

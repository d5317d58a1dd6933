import KMSBytes
import SigV4
import Testing

/// One signed request as it goes over the wire.
struct Vector: Sendable, CustomTestStringConvertible {
  var name: String
  var method: String
  var target: String
  var headers: [(name: String, value: String)]
  var body: [UInt8]
  var signedAt: String
  var region: String
  var service: String

  var testDescription: String { name }

  /// The secret of AWS's published examples.
  static let secret = Array("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".utf8)

  static let botocore: [Vector] = BotocoreVectors.text.lines.split(separator: "").compactMap(Vector.init)

  /// A call whose one signed field each test may change.
  static let call = botocore[0]
  static let presigned = botocore.filter { $0.target.contains("X-Amz-Signature") }

  init?(block: ArraySlice<Substring>) {
    guard block.count >= 4, let last = block.last, let first = block.first else { return nil }
    name = String(first)
    let start = block[block.startIndex + 1].split(separator: " ", maxSplits: 1)
    let stamp = last.split(separator: " ")
    guard start.count == 2, stamp.count == 3 else { return nil }
    method = String(start[0])
    target = String(start[1])
    headers = block.compactMap { line in
      guard line.hasSuffix("|"), let bar = line.firstIndex(of: "|") else { return nil }
      return (name: String(line[..<bar]), value: String(line[line.index(after: bar)...].dropLast()))
    }
    guard let body = Hex.bytes(block[block.endIndex - 2].dropFirst().utf8) else { return nil }
    self.body = body
    signedAt = String(stamp[0])
    region = String(stamp[1])
    service = String(stamp[2])
  }

  var request: SignedRequest {
    SignedRequest(method: method, target: target, headers: headers, payload: PayloadHash(of: body))
  }

  func key(secret: [UInt8] = Vector.secret) throws -> SigningKey {
    let scope = try #require(CredentialScope(day: try moment, region: region, service: service))
    return SigningKey.derive(secret: secret, scope: scope)
  }

  var moment: Timestamp {
    get throws {
      let moment = Timestamp(basic: signedAt.utf8.span)
      return try #require(moment)
    }
  }

  /// Whether the request is accepted; a refusal on the way there is a no as well.
  func isAccepted(under key: SigningKey) -> Bool {
    guard let claim = try? SigV4Claim(request) else { return false }
    return claim.isSigned(by: key)
  }

  /// What the request is refused for before any key is asked; nil when it isn't.
  var refusal: SigV4Refusal? {
    do throws(SigV4Refusal) {
      _ = try SigV4Claim(request)
      return nil
    } catch {
      return error
    }
  }

  func with(_ change: (inout Vector) -> Void) -> Vector {
    var copy = self
    change(&copy)
    return copy
  }

  subscript(header: String) -> String {
    get { headers.first { $0.name == header }?.value ?? "" }
    set {
      headers = headers.map { $0.name == header ? (name: header, value: newValue) : $0 }
    }
  }

  mutating func drop(_ header: String) { headers.removeAll { $0.name == header } }
  mutating func add(_ header: String, _ value: String) { headers.append((name: header, value: value)) }
}

extension String {
  var lines: [Substring] { split(separator: "\n", omittingEmptySubsequences: false) }

  /// With every occurrence replaced.
  func replacing(_ old: String, by new: String) -> String {
    var output = ""
    var rest = self[...]
    while let range = rest.firstRange(of: old) {
      output += rest[..<range.lowerBound]
      output += new
      rest = rest[range.upperBound...]
    }
    return output + rest
  }
}

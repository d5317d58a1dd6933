import KMSDomain

/// The service model's constraints on members of custom key stores.
extension TextRule {
  static let keyStoreName = TextRule(1...256)
  static let keyStoreType = TextRule(0...Int.max, .oneOf(["AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"]))
  static let clusterID = TextRule(19...24, .matching("cluster-[2-7a-zA-Z]{11,16}", ProxyText.isClusterID))
  static let trustAnchor = TextRule(1...5000)
  static let keyStorePassword = TextRule(7...32, isSensitive: true)

  static let proxyEndpoint = TextRule(
    10...128, .matching("^https://[a-zA-Z0-9.-]+$", ProxyText.isEndpoint))
  static let proxyPath = TextRule(
    10...128,
    .matching(#"^(/[a-zA-Z0-9\/_-]+/kms/xks/v\d{1,2})$|^(/kms/xks/v\d{1,2})$"#, ProxyText.isPath))
  static let proxyConnectivity = TextRule(
    0...Int.max, .oneOf(ProxyConnectivity.Kind.allCases.map(\.awsName)))
  static let endpointService = TextRule(
    20...64,
    .matching(
      #"^(com|eu)\.amazonaws\.vpce\.([a-z]+-){2,3}\d+\.vpce-svc-[0-9a-z]+$"#, ProxyText.isEndpointService))
  static let accountID = TextRule(12...12, .matching("[0-9]{12}", { AccountID($0) != nil }))
  static let proxyAccessKey = TextRule(
    20...30, .matching("^[A-Z2-7]+$", ProxyText.isAccessKey), isSensitive: true)
}

/// The model's patterns, by hand: none takes longer than the text is long.
enum ProxyText {
  static func isClusterID(_ text: String) -> Bool {
    let prefix = "cluster-"
    let rest = text.utf8.dropFirst(prefix.utf8.count)
    return text.utf8.starts(with: prefix.utf8) && (11...16).contains(rest.count)
      && rest.allSatisfy { isLetter($0) || (0x32...0x37).contains($0) }
  }

  static func isEndpoint(_ text: String) -> Bool {
    let prefix = "https://"
    let host = text.utf8.dropFirst(prefix.utf8.count)
    return text.utf8.starts(with: prefix.utf8) && !host.isEmpty
      && host.allSatisfy {
        isLetter($0) || isDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
      }
  }

  /// The version of the API at the end, and before it nothing or a path of its own.
  static func isPath(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    let digits = bytes.suffix(2).reversed().prefix(while: isDigit).count
    let ending = Array("/kms/xks/v".utf8)
    let head = bytes.dropLast(digits)
    guard digits > 0, head.suffix(ending.count).elementsEqual(ending) else { return false }
    let prefix = head.dropLast(ending.count)
    guard let first = prefix.first else { return true }
    return first == UInt8(ascii: "/") && prefix.count > 1 && prefix.allSatisfy(isPathByte)
  }

  static func isEndpointService(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0] == "com" || parts[0] == "eu", parts[1] == "amazonaws",
      parts[2] == "vpce",
      isRegion(parts[3])
    else { return false }
    let prefix = "vpce-svc-"
    let id = parts[4].utf8.dropFirst(prefix.utf8.count)
    return parts[4].utf8.starts(with: prefix.utf8) && !id.isEmpty
      && id.allSatisfy { isSmallLetter($0) || isDigit($0) }
  }

  private static func isRegion(_ text: Substring) -> Bool {
    var words = text.split(separator: "-", omittingEmptySubsequences: false)
    guard let number = words.popLast(), (2...3).contains(words.count) else { return false }
    return !number.isEmpty && number.utf8.allSatisfy(isDigit)
      && words.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isSmallLetter) }
  }

  static func isAccessKey(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x41...0x5a).contains($0) || (0x32...0x37).contains($0) }
  }

  /// Of a secret in base 64, or something like it.
  static func isSecretByte(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "+")
      || byte == UInt8(ascii: "=")
  }

  private static func isPathByte(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "-")
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private static func isSmallLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) }
  private static func isLetter(_ byte: UInt8) -> Bool { isSmallLetter(byte) || (0x41...0x5a).contains(byte) }
}

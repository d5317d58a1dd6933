import KMSDomain

/// Why a value was refused: what was expected instead.
package struct ValueProblem: Error, Equatable, Sendable {
  package let expected: String
  init(_ expected: String) { self.expected = expected }
}

/// How values are written. One grammar for file, environment and flags.
enum Value {
  /// "250ms", "30s", "5m", "24h", "7d".
  static func duration(
    _ text: String, from least: Duration = .milliseconds(1), to most: Duration
  ) throws(ValueProblem) -> Duration {
    let expected = "a time such as 250ms, 30s, 5m, 24h or 7d, from \(describe(least)) to \(describe(most))"
    let unit = String(text.drop { $0.isWholeNumber })
    guard let count = Int64(text.dropLast(unit.count)), let one = milliseconds[unit] else {
      throw ValueProblem(expected)
    }
    let (product, overflow) = count.multipliedReportingOverflow(by: one)
    guard !overflow else { throw ValueProblem(expected) }
    let value = Duration.milliseconds(product)
    guard value >= least, value <= most else { throw ValueProblem(expected) }
    return value
  }

  private static let milliseconds: [String: Int64] = [
    "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000,
  ]

  private static func describe(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let total = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    for unit in ["d", "h", "m", "s"] {
      if let one = milliseconds[unit], total >= one, total % one == 0 { return "\(total / one)\(unit)" }
    }
    return "\(total)ms"
  }

  /// "65536", "64KiB", "64MiB", "1GiB".
  static func size(_ text: String, from least: Int, to most: Int) throws(ValueProblem) -> Int {
    let expected = "a size such as 65536, 64KiB or 64MiB, from \(least) to \(most) bytes"
    let unit = String(text.drop { $0.isWholeNumber })
    guard let count = Int(text.dropLast(unit.count)), let one = bytes[unit] else {
      throw ValueProblem(expected)
    }
    let (value, overflow) = count.multipliedReportingOverflow(by: one)
    guard !overflow, value >= least, value <= most else { throw ValueProblem(expected) }
    return value
  }

  private static let bytes = ["": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30]

  static func count(_ text: String, from least: Int, to most: Int) throws(ValueProblem) -> Int {
    guard let value = Int(text), value >= least, value <= most, text.utf8.first != UInt8(ascii: "+") else {
      throw ValueProblem("a number from \(least) to \(most)")
    }
    return value
  }

  /// "true" or "false".
  static func truth(_ text: String) throws(ValueProblem) -> Bool {
    switch text {
    case "true": true
    case "false": false
    default: throw ValueProblem("true or false")
    }
  }

  /// "1000", "0.25".
  static func rate(_ text: String) throws(ValueProblem) -> RequestRate {
    let expected = "a number a second from 0.001 to 10000000, with at most three decimals"
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let decimals = parts.count == 2 ? parts[1] : "0"
    let isPlain = [parts[0], decimals].allSatisfy { part in
      !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
    guard isPlain, parts[0].utf8.count <= 8, decimals.utf8.count <= 3, let whole = Int64(parts[0]),
      let rest = Int64(decimals + String(repeating: "0", count: 3 - decimals.utf8.count))
    else { throw ValueProblem(expected) }
    let thousandths = whole * 1000 + rest
    guard thousandths >= 1, thousandths <= RequestRate.most else { throw ValueProblem(expected) }
    return RequestRate(thousandths: thousandths)
  }

  /// "HOST:PORT", "[IPv6]:PORT" or "off".
  static func endpoint(_ text: String) throws(ValueProblem) -> Endpoint? {
    let expected = "HOST:PORT such as 127.0.0.1:8470 or [::1]:0 (port 0: any free port), or off"
    if text == "off" { return nil }
    guard let colon = text.lastIndex(of: ":") else { throw ValueProblem(expected) }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      throw ValueProblem(expected)
    }
    let digits = text[text.index(after: colon)...]
    guard !host.isEmpty, !host.contains(where: \.isWhitespace), let port = UInt16(digits),
      digits.utf8.first != UInt8(ascii: "+")
    else { throw ValueProblem(expected) }
    return Endpoint(host: String(host), port: Int(port))
  }

  static func choice<Choice: RawRepresentable & CaseIterable>(
    _ text: String
  ) throws(ValueProblem) -> Choice where Choice.RawValue == String {
    guard let choice = Choice(rawValue: text) else {
      throw ValueProblem("one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return choice
  }

  /// `all`, `none`, or names with commas between them.
  static func legacy(_ text: String) throws(ValueProblem) -> LegacyAlgorithms {
    if text == "all" { return .all }
    if text == "none" { return .none }
    var algorithms = LegacyAlgorithms.none
    for name in text.split(separator: ",") {
      guard let algorithm = LegacyAlgorithms(named: String(name.drop { $0 == " " })) else {
        let names = LegacyAlgorithms.names.map(\.name).joined(separator: ", ")
        throw ValueProblem("all, none, or some of \(names)")
      }
      algorithms.formUnion(algorithm)
    }
    return algorithms
  }

  /// Where another server is: `https://kms.example.com`, with a port or without; `http://` for this machine only.
  static func remote(_ text: String) throws(ValueProblem) -> String {
    let expected = ValueProblem(
      "a URL such as https://kms.example.com or https://kms.example.com:8471, without a path; http:// only for loopback"
    )
    let text = text.hasSuffix("/") ? String(text.dropLast()) : text
    guard let scheme = ["https://", "http://"].first(where: { text.hasPrefix($0) }) else { throw expected }
    let place = String(text.dropFirst(scheme.count))
    let sound =
      !place.isEmpty
      && place.utf8.allSatisfy { byte in
        (0x61...0x7a).contains(byte | 0x20) || (0x30...0x39).contains(byte) || ".-:[]".utf8.contains(byte)
      }
    guard sound else { throw expected }
    if scheme == "http://" {
      let hasPort = place.contains(":") && !place.hasSuffix("]")
      guard try endpoint(hasPort ? place : place + ":80")?.isLoopback == true else { throw expected }
    }
    return text
  }

  static func path(_ text: String) throws(ValueProblem) -> String {
    guard !text.isEmpty, !text.utf8.contains(0) else { throw ValueProblem("a path") }
    return text
  }

  /// The characters that AWS uses in Region names; the name ends in keys' ARNs.
  static func region(_ text: String) throws(ValueProblem) -> String {
    let letters = text.utf8.allSatisfy {
      (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
    }
    guard letters, (1...32).contains(text.utf8.count) else {
      throw ValueProblem("a Region name such as us-east-1")
    }
    return text
  }

  static func account(_ text: String) throws(ValueProblem) -> AccountID {
    guard let account = AccountID(text) else { throw ValueProblem("an account id of 12 digits") }
    return account
  }

  static func variable(_ text: String) throws(ValueProblem) -> String {
    let valid = text.utf8.allSatisfy {
      (0x41...0x5a).contains($0 & 0xdf) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_")
    }
    guard valid, let first = text.utf8.first, !(0x30...0x39).contains(first) else {
      throw ValueProblem("the name of an environment variable")
    }
    return text
  }
}

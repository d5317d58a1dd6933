import KMSBytes
import KMSDomain

/// Writes XML elements, without attributes but a namespace.
struct XMLWriter {
  private(set) var bytes: [UInt8] = []

  /// Names are constants of this module; what is between them is escaped.
  mutating func element(_ name: String, namespace: String? = nil, _ content: (inout XMLWriter) -> Void) {
    open(name, namespace)
    content(&self)
    close(name)
  }

  mutating func text(_ name: String, _ value: String) {
    open(name, nil)
    escape(value)
    close(name)
  }

  /// Nothing for what is absent.
  mutating func text(_ name: String, optional value: String?) {
    if let value { text(name, value) }
  }

  mutating func flag(_ name: String, _ value: Bool) { text(name, value ? "true" : "false") }
  mutating func number(_ name: String, _ value: Int) { text(name, String(value)) }

  /// ISO 8601 in UTC, to the second.
  mutating func moment(_ name: String, _ value: Instant) { text(name, ISO8601.text(value)) }

  /// A list as the protocol has it: one `member` for each.
  mutating func list<Element>(
    _ name: String, _ elements: [Element], _ content: (inout XMLWriter, Element) -> Void
  ) {
    element(name) { xml in
      for item in elements { xml.element("member") { content(&$0, item) } }
    }
  }

  mutating func list(_ name: String, texts: [String]) {
    element(name) { xml in
      for text in texts { xml.text("member", text) }
    }
  }

  mutating func append(_ other: XMLWriter) { bytes += other.bytes }

  private mutating func open(_ name: String, _ namespace: String?) {
    bytes.append(UInt8(ascii: "<"))
    bytes += name.utf8
    if let namespace {
      bytes += " xmlns=\"".utf8
      bytes += namespace.utf8
      bytes.append(UInt8(ascii: "\""))
    }
    bytes.append(UInt8(ascii: ">"))
  }

  private mutating func close(_ name: String) {
    bytes += "</".utf8
    bytes += name.utf8
    bytes.append(UInt8(ascii: ">"))
  }

  /// What XML 1.0 has no way to write (section 2.2) becomes a replacement character.
  private mutating func escape(_ text: String) {
    for character in text.unicodeScalars {
      switch character {
      case "\u{0}"..."\u{8}", "\u{b}", "\u{c}", "\u{e}"..."\u{1f}", "\u{fffe}", "\u{ffff}":
        bytes += "\u{fffd}".utf8
      case "\r": bytes += "&#13;".utf8
      case "&": bytes += "&amp;".utf8
      case "<": bytes += "&lt;".utf8
      case ">": bytes += "&gt;".utf8
      case "\"": bytes += "&quot;".utf8
      default: bytes += String(character).utf8
      }
    }
  }
}

/// Times as XML answers have them.
enum ISO8601 {
  /// Days are counted as in the proleptic Gregorian calendar; years have four digits, 0001 to 9999.
  static func text(_ moment: Instant) -> String {
    let seconds = moment.milliseconds.floorDivided(by: 1000)
    let days = seconds.floorDivided(by: 86_400)
    let rest = seconds - days * 86_400
    let (year, month, day) = civil(days)
    let time = [rest / 3600, rest % 3600 / 60, rest % 60].map { padded($0, 2) }.joined(separator: ":")
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(time)Z"
  }

  private static func padded(_ number: Int64, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }

  /// The date of a day counted from 1970-01-01, by years that begin in March, so that the leap day is the last.
  private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = shifted.floorDivided(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}

extension Int64 {
  fileprivate func floorDivided(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}

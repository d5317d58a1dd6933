import KMSDomain
import SigV4

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
  mutating func moment(_ name: String, _ value: Instant) {
    text(name, Timestamp(milliseconds: value.milliseconds).extendedText)
  }

  /// Percent-encoded (RFC 3986), as IAM writes policy documents.
  mutating func document(_ name: String, _ document: [UInt8]) {
    open(name, nil)
    bytes += PercentEncoding.encoded(document)
    close(name)
  }

  /// Reads the payload into the answer; it can be read no second time. For secrets of letters, numerals and signs that need
  /// no escape.
  mutating func secret(_ name: String, _ payload: Payload) {
    open(name, nil)
    _ = payload.readOnce { secret in
      for index in secret.indices { bytes.append(secret[index]) }
    }
    close(name)
  }

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

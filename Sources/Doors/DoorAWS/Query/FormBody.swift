import KMSBytes
import WireJSON

/// A body of `application/x-www-form-urlencoded` (WHATWG URL, section 5.1): pairs of the form `name=value` with `&` between.
///
/// Nothing is made of it until somebody asks, because nobody knows yet who has sent it.
struct FormBody {
  private let body: WipedBytes

  init(_ body: WipedBytes) { self.body = body }

  /// nil when there is none or more than one. Reads the body once, and decodes nothing but what may be that name.
  func value(_ name: String) -> String? {
    body.withArray { bytes in
      var found: String?
      var start = bytes.startIndex
      while start < bytes.endIndex {
        let end = bytes[start...].firstIndex(of: FormBody.and) ?? bytes.endIndex
        let pair = bytes[start..<end]
        start = end + 1
        guard FormBody.isNamed(name, pair), let value = FormBody.decoded(pair)?.value else { continue }
        guard found == nil else { return nil }
        found = value
      }
      return found
    }
  }

  /// The parameters as the document that they stand for: `Tags.member.1.Key` is the member `Key` of the first element of the list
  /// `Tags`. All values are strings. So one reader serves both protocols.
  /// - Returns: nil for parameters that contradict each other, stand twice, leave holes in a list or aren't UTF-8: none is
  ///   quietly left out. Also for more of them than `AWSLimits.formPairs`.
  func json(limits: JSONDocument.Limits) -> JSONDocument? {
    guard let root = body.withArray({ FormBody.tree($0) }) else { return nil }
    var output = JSONWriter(capacity: 512)
    guard root.write(into: &output) else { return nil }
    return try? JSONDocument(output.bytes, limits: limits)
  }

  private static func tree(_ bytes: [UInt8]) -> FormTree? {
    let pairs = bytes.split(separator: and, maxSplits: AWSLimits.formPairs)
    guard pairs.count <= AWSLimits.formPairs else { return nil }
    var root = FormTree()
    for pair in pairs {
      guard let pair = decoded(pair) else { return nil }
      let path = pair.name.split(
        separator: ".", maxSplits: FormTree.deepest, omittingEmptySubsequences: false)
      guard path.count <= FormTree.deepest, root.insert(pair.value, at: path[...]) else { return nil }
    }
    return root
  }

  private static let and = UInt8(ascii: "&")
  private static let equals = UInt8(ascii: "=")

  /// Whether a pair's name, decoded, is this one. A character takes three at most.
  private static func isNamed(_ name: String, _ pair: ArraySlice<UInt8>) -> Bool {
    let written = pair.prefix { $0 != equals }
    guard (name.utf8.count...3 * name.utf8.count).contains(written.count) else { return false }
    return written.elementsEqual(name.utf8) || decode(written) == name
  }

  /// nil for a pair that isn't UTF-8 once it is decoded.
  private static func decoded(_ pair: ArraySlice<UInt8>) -> (name: String, value: String)? {
    let parts = pair.split(separator: equals, maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.first.flatMap(decode) else { return nil }
    let value = parts.count == 2 ? decode(parts[1]) : ""
    return value.map { (name, $0) }
  }

  private static func decode(_ text: ArraySlice<UInt8>) -> String? {
    var output: [UInt8] = []
    output.reserveCapacity(text.count)
    var at = text.startIndex
    while at < text.endIndex {
      switch text[at] {
      case UInt8(ascii: "+"): output.append(0x20)
      case UInt8(ascii: "%"):
        guard text.endIndex - at > 2, let high = digit(text[at + 1]), let low = digit(text[at + 2]) else {
          return nil
        }
        output.append(high << 4 | low)
        at += 2
      default: output.append(text[at])
      }
      at += 1
    }
    return String(validating: output, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}

import KMSBytes
import WireJSON

/// A body of `application/x-www-form-urlencoded` (WHATWG URL, section 5.1): pairs of the form `name=value` with `&` between.
struct FormBody {
  /// nil for a pair that isn't UTF-8 once it is decoded.
  private let pairs: [(name: String, value: String)?]

  init(_ body: WipedBytes) {
    pairs = body.withArray { FormBody.pairs($0) }
  }

  private static func pairs(_ bytes: [UInt8]) -> [(name: String, value: String)?] {
    bytes.split(separator: UInt8(ascii: "&")).map { pair in
      let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = parts.first.flatMap(FormBody.decode) else { return nil }
      let value = parts.count == 2 ? FormBody.decode(parts[1]) : ""
      return value.map { (name, $0) }
    }
  }

  /// nil when there is none or more than one.
  func value(_ name: String) -> String? {
    let found = pairs.compactMap { $0 }.filter { $0.name == name }
    return found.count == 1 ? found.first?.value : nil
  }

  /// The parameters as the document that they stand for: `Tags.member.1.Key` is the member `Key` of the first element of the list
  /// `Tags`. All values are strings. So one reader serves both protocols.
  /// - Returns: nil for parameters that contradict each other, stand twice, leave holes in a list or aren't UTF-8: none is
  ///   quietly left out.
  func json(limits: JSONDocument.Limits) -> JSONDocument? {
    var root = FormTree()
    for pair in pairs {
      guard let pair else { return nil }
      let path = pair.name.split(separator: ".", omittingEmptySubsequences: false)
      guard path.count <= FormTree.deepest, root.insert(pair.value, at: path[...]) else { return nil }
    }
    var output = JSONWriter(capacity: 512)
    guard root.write(into: &output) else { return nil }
    return try? JSONDocument(output.bytes, limits: limits)
  }

  private static func decode(_ text: ArraySlice<UInt8>) -> String? {
    var output: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): output.append(0x20)
      case UInt8(ascii: "%"):
        guard rest.count >= 2, let value = Hex.bytes(String(decoding: rest.prefix(2), as: UTF8.self)) else {
          return nil
        }
        output.append(contentsOf: value)
        rest = rest.dropFirst(2)
      default: output.append(byte)
      }
    }
    return String(validating: output, as: UTF8.self)
  }
}

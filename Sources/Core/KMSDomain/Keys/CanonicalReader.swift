/// Reads what `CanonicalFields` wrote, from bytes that nobody vouches for: every call may find nothing.
package struct CanonicalReader {
  private let source: [UInt8]
  private var at = 0

  package init(_ bytes: [UInt8]) { source = bytes }

  package var isAtEnd: Bool { at == source.count }

  package mutating func number() -> UInt64? {
    guard source.count - at >= 8 else { return nil }
    var number: UInt64 = 0
    for index in at..<at + 8 { number = number << 8 | UInt64(source[index]) }
    at += 8
    return number
  }

  package mutating func bytes() -> [UInt8]? {
    guard let length = number(), length <= UInt64(source.count - at) else { return nil }
    defer { at += Int(length) }
    return Array(source[at..<at + Int(length)])
  }

  package mutating func text() -> String? {
    bytes().flatMap { String(validating: $0, as: UTF8.self) }
  }

  /// nil for what is no moment; a moment that is absent is nil inside.
  package mutating func moment() -> Instant?? {
    guard at < source.count, source[at] <= 1 else { return nil }
    let isThere = source[at] == 1
    at += 1
    guard let bits = number() else { return nil }
    if isThere { return .some(Instant(milliseconds: Int64(bitPattern: bits))) }
    return bits == 0 ? .some(nil) : nil
  }

  /// A list whose elements take at least one byte each.
  package mutating func list<Element>(_ element: (inout CanonicalReader) -> Element?) -> [Element]? {
    guard let count = number(), count <= UInt64(source.count - at) else { return nil }
    var result: [Element] = []
    for _ in 0..<count {
      guard let next = element(&self) else { return nil }
      result.append(next)
    }
    return result
  }
}

extension CanonicalFields {
  /// A count, then the elements.
  package mutating func add<Element>(
    list: [Element], _ element: (inout CanonicalFields, Element) -> Void
  ) {
    add(UInt64(list.count))
    for item in list { element(&self, item) }
  }
}

/// Reads one data item that is the whole input (RFC 8949).
///
/// Strict where readers could disagree: a key stands once, text is UTF-8, nothing follows. Tolerant where they can't: numbers
/// may be longer than they need be, keys in any order, arrays and maps of a length that isn't told beforehand. Strings in pieces
/// are refused. Every length is compared with what is there before memory is taken, and recursion is bounded by the depth.
package struct CBORReader {
  package struct Limits: Sendable {
    package let depth: Int
    /// Of all kinds and on all levels.
    package let items: Int

    package init(depth: Int, items: Int) {
      self.depth = depth
      self.items = items
    }
  }

  private let input: [UInt8]
  private let limits: Limits
  private var at = 0
  private var items = 0

  package static func read(_ input: [UInt8], limits: Limits) throws(CBORError) -> CBORValue {
    var reader = CBORReader(input: input, limits: limits)
    let value = try reader.value(depth: 0)
    guard reader.at == input.count else { throw .length }
    return value
  }

  private init(input: [UInt8], limits: Limits) {
    self.input = input
    self.limits = limits
  }

  private mutating func value(depth: Int) throws(CBORError) -> CBORValue {
    guard depth < limits.depth, items < limits.items else { throw .tooLarge }
    items += 1
    let head = try head()
    switch head.kind {
    case 0: return .unsigned(try head.number())
    case 1: return .negative(try head.number())
    case 2: return .bytes(Array(try string(head)))
    case 3:
      guard let text = String(validating: try string(head), as: UTF8.self) else { throw .malformed }
      return .text(text)
    case 4: return .array(try array(head, depth: depth))
    case 5: return .map(try map(head, depth: depth))
    case 6: return .tagged(try head.number(), try value(depth: depth + 1))
    default: return try simple(head)
    }
  }

  private mutating func array(_ head: Head, depth: Int) throws(CBORError) -> [CBORValue] {
    var elements: [CBORValue] = []
    var left = try count(head)
    while try more(&left) { elements.append(try value(depth: depth + 1)) }
    return elements
  }

  private mutating func map(_ head: Head, depth: Int) throws(CBORError) -> [CBORValue: CBORValue] {
    var members: [CBORValue: CBORValue] = [:]
    var left = try count(head)
    while try more(&left) {
      let key = try value(depth: depth + 1)
      let member = try value(depth: depth + 1)
      guard members.updateValue(member, forKey: key) == nil else { throw .duplicateKey }
    }
    return members
  }

  private func simple(_ head: Head) throws(CBORError) -> CBORValue {
    // A byte after the head would be a simple value of another kind, or a number with a fraction.
    guard case .immediate(let value) = head.argument else { throw .unsupported }
    switch value {
    case 20: return .bool(false)
    case 21: return .bool(true)
    case 22: return .null
    default: throw .unsupported
    }
  }
}

// MARK: - Lengths

extension CBORReader {
  /// How many elements are to come; nil where an end mark will tell.
  private func count(_ head: Head) throws(CBORError) -> Int? {
    if case .open = head.argument { return nil }
    guard let count = Int(exactly: try head.number()), count <= input.count - at else { throw .length }
    return count
  }

  /// Whether another element follows; takes the end mark away.
  private mutating func more(_ left: inout Int?) throws(CBORError) -> Bool {
    if let count = left {
      left = count - 1
      return count > 0
    }
    guard at < input.count else { throw .length }
    guard input[at] == CBORReader.endMark else { return true }
    at += 1
    return false
  }

  private mutating func string(_ head: Head) throws(CBORError) -> ArraySlice<UInt8> {
    if case .open = head.argument { throw .unsupported }
    guard let count = Int(exactly: try head.number()), count <= input.count - at else { throw .length }
    defer { at += count }
    return input[at..<at + count]
  }

  private static let endMark: UInt8 = 0xff
}

// MARK: - Heads

extension CBORReader {
  /// What every item begins with (section 3).
  private struct Head {
    enum Argument {
      /// Inside the first byte.
      case immediate(UInt64)
      case following(UInt64)
      /// Not told.
      case open
    }

    /// 0 to 7.
    let kind: UInt8
    let argument: Argument

    func number() throws(CBORError) -> UInt64 {
      switch argument {
      case .immediate(let number), .following(let number): return number
      case .open: throw .malformed
      }
    }
  }

  private mutating func head() throws(CBORError) -> Head {
    let first = try byte()
    let kind = first >> 5
    switch first & 31 {
    case 0...23: return Head(kind: kind, argument: .immediate(UInt64(first & 31)))
    case 24: return Head(kind: kind, argument: .following(try number(bytes: 1)))
    case 25: return Head(kind: kind, argument: .following(try number(bytes: 2)))
    case 26: return Head(kind: kind, argument: .following(try number(bytes: 4)))
    case 27: return Head(kind: kind, argument: .following(try number(bytes: 8)))
    case 31: return Head(kind: kind, argument: .open)
    default: throw .malformed
    }
  }

  private mutating func number(bytes: Int) throws(CBORError) -> UInt64 {
    var number: UInt64 = 0
    for _ in 0..<bytes { number = number << 8 | UInt64(try byte()) }
    return number
  }

  private mutating func byte() throws(CBORError) -> UInt8 {
    guard at < input.count else { throw .length }
    defer { at += 1 }
    return input[at]
  }
}

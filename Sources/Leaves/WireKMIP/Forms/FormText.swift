import KMSBytes

/// A value of TTLV as XML and JSON spell it.
enum FormText {
  /// The name of an enumeration's value, or its number in hex.
  static func append(enumeration value: UInt32, meaning: KMIPTag, to output: inout [UInt8]) {
    if let name = KMIPRegistry.camelName(of: value, in: meaning) {
      output.append(text: name)
    } else {
      FormNumber.appendHex(UInt64(value), digits: 8, to: &output)
    }
  }

  /// The names of a mask's bits; false, and nothing written, when a bit has none, or none is set.
  static func append(mask value: Int32, meaning: KMIPTag, separator: UInt8, to output: inout [UInt8]) -> Bool
  {
    guard value != 0, KMIPRegistry.isMask(meaning) else { return false }
    let start = output.count
    var bits = UInt32(bitPattern: value)
    while bits != 0 {
      let bit = bits & ~(bits &- 1)
      guard let name = KMIPRegistry.camelName(of: bit, in: meaning) else {
        output.removeLast(output.count - start)
        return false
      }
      if output.count > start { output.append(separator) }
      output.append(text: name)
      bits &= ~bit
    }
    return true
  }

  static func append(dateTime seconds: Int64, to output: inout [UInt8]) {
    if FormInstant.append(seconds: seconds, to: &output) { return }
    FormNumber.appendHex(UInt64(bitPattern: seconds), digits: 16, to: &output)
  }

  static func append(dateTimeExtended microseconds: Int64, to output: inout [UInt8]) {
    if FormInstant.append(microseconds: microseconds, to: &output) { return }
    FormNumber.appendHex(UInt64(bitPattern: microseconds), digits: 16, to: &output)
  }

  static func append(tag: KMIPTag, to output: inout [UInt8]) {
    FormNumber.appendHex(UInt64(tag.rawValue), digits: 6, to: &output)
  }
}

extension TTLVItem {
  /// About as many bytes as its XML or JSON takes, so that nearly none is written to memory that is left behind.
  var formCapacity: Int { 2 * byteCount + 112 * itemCount }
}

/// What the value of an attribute is, once its name has been met: until then, or for names of vendors, nothing more than its
/// own tag says. Each structure has its own.
struct AttributeMeaning {
  private var tag: KMIPTag?

  mutating func meet(name: String) { tag = KMIPRegistry.tag(named: name) }

  func of(_ tag: KMIPTag) -> KMIPTag { tag == .attributeValue ? self.tag ?? tag : tag }
}

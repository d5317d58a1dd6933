/// An address of the internet protocol, version 4 or 6. One of version 4 that is written as version 6
/// (`::ffff:192.0.2.1`) is the same as without.
package struct Address: Hashable, Sendable {
  fileprivate let bits: UInt128
  fileprivate let isLong: Bool

  fileprivate init(bits: UInt128, isLong: Bool) {
    self.bits = bits
    self.isLong = isLong
  }

  /// - Returns: nil for what isn't an address.
  package init?(_ text: String) {
    if let short = Address.short(text[...].utf8) {
      self.init(bits: UInt128(short), isLong: false)
    } else if let long = Address.long(text[...].utf8) {
      let isMapped = long >> 32 == 0xffff
      self.init(bits: isMapped ? long & 0xffff_ffff : long, isLong: !isMapped)
    } else {
      return nil
    }
  }

  /// What one peer can choose its addresses from: for version 6 the first half, which is what a site is given, for everybody
  /// else the address itself.
  package static func network(of source: String) -> String {
    guard source.utf8.contains(UInt8(ascii: ":")), let address = Address(source), address.isLong else {
      return source
    }
    let groups = stride(from: 112, through: 64, by: -16).map {
      String(address.bits >> $0 & 0xffff, radix: 16)
    }
    return groups.joined(separator: ":") + "::/64"
  }

  /// Four numbers without zeros in front, which some read as octal.
  private static func short(_ text: Substring.UTF8View) -> UInt32? {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bits: UInt32 = 0
    for part in parts {
      guard let number = Address.number(part, most: 255) else { return nil }
      bits = bits << 8 | UInt32(number)
    }
    return bits
  }

  fileprivate static func number(_ digits: Substring.UTF8View, most: Int) -> Int? {
    guard (1...3).contains(digits.count), digits.count == 1 || digits.first != UInt8(ascii: "0") else {
      return nil
    }
    var number = 0
    for byte in digits {
      guard (0x30...0x39).contains(byte) else { return nil }
      number = number * 10 + Int(byte - 0x30)
    }
    return number <= most ? number : nil
  }

  /// RFC 4291 section 2.2: eight groups, one run of zeros maybe left out, the last two maybe in the form of version 4.
  private static func long(_ text: Substring.UTF8View) -> UInt128? {
    let groups = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard (3...9).contains(groups.count) else { return nil }
    var before: [UInt16] = []
    var after: [UInt16]?
    for (index, group) in groups.enumerated() {
      guard !group.isEmpty else {
        // Empty at either end is half of a double colon there.
        if index == 0, groups[1].isEmpty { continue }
        if index == groups.count - 1, groups[index - 1].isEmpty, after != nil { continue }
        guard index > 0, index < groups.count - 1, after == nil else { return nil }
        after = []
        continue
      }
      guard let values = values(of: group, isLast: index == groups.count - 1) else { return nil }
      if after == nil { before += values } else { after?.append(contentsOf: values) }
    }
    return joined(before, after)
  }

  private static func joined(_ before: [UInt16], _ after: [UInt16]?) -> UInt128? {
    let given = before.count + (after?.count ?? 0)
    guard after == nil ? given == 8 : given <= 7 else { return nil }
    let zeros = [UInt16](repeating: 0, count: 8 - given)
    return (before + zeros + (after ?? [])).reduce(0) { $0 << 16 | UInt128($1) }
  }

  private static func values(of group: Substring.UTF8View, isLast: Bool) -> [UInt16]? {
    if isLast, let short = short(group) { return [UInt16(short >> 16), UInt16(short & 0xffff)] }
    guard (1...4).contains(group.count), !group.contains(UInt8(ascii: "+")),
      let value = UInt16(Substring(group), radix: 16)
    else { return nil }
    return [value]
  }
}

/// All addresses that begin with the same bits.
package struct AddressRange: Hashable, Sendable {
  private let first: Address
  private let prefix: Int

  /// An address with a slash and the number of bits that count; all of them without.
  package init?(_ text: String) {
    let parts = text.utf8.split(
      separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
    guard let start = parts.first, let address = Address(String(Substring(start))) else { return nil }
    let length = address.isLong ? 128 : 32
    if parts.count == 2 {
      guard let prefix = Address.number(parts[1], most: length) else { return nil }
      self.prefix = prefix
    } else {
      prefix = length
    }
    first = address
  }

  package func contains(_ address: Address) -> Bool {
    guard address.isLong == first.isLong else { return false }
    let ignored = UInt128((first.isLong ? 128 : 32) - prefix)
    return ignored == 128 || address.bits >> ignored == first.bits >> ignored
  }
}

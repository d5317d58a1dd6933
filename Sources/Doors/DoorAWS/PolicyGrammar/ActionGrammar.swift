import KMSDomain

/// `Action` and `NotAction`: `*`, or a vendor, a colon and a name with wildcards, in any case.
enum ActionGrammar {
  /// Actions of other services are valid and stand for nothing here.
  static func actions(_ written: [String], inverted: Bool) throws(KMSError) -> ActionSet {
    try PolicyLimits.check(patterns: written)
    var patterns: [Glob] = []
    for text in written {
      guard text == "*" || isWellFormed(text) else { throw .malformedPolicy(PolicyFault.vendor) }
      patterns.append(Glob(text.lowercased()))
    }
    return ActionSet(
      Action.allCases.filter { action in
        guard action.isPolicyAction else { return false }
        let name = action.awsName.lowercased()
        return patterns.contains { $0.matches(name) } != inverted
      })
  }

  /// A trust policy speaks of nothing but sessions.
  static func requireTrust(_ written: [String], inverted: Bool) throws(KMSError) {
    guard !inverted, written.allSatisfy({ $0.lowercased().utf8.starts(with: "sts:".utf8) }) else {
      throw .malformedPolicy(PolicyFault.trustActions)
    }
  }

  private static func isWellFormed(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 2, let vendor = parts.first, let name = parts.last, !vendor.isEmpty, !name.isEmpty
    else {
      return false
    }
    return vendor.allSatisfy { isWordByte($0) || $0 == UInt8(ascii: "-") }
      && name.allSatisfy { isWordByte($0) || $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    default: false
    }
  }
}

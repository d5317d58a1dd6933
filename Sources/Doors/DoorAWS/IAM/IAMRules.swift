/// What IAM's service model says about names and texts.
extension TextRule {
  static let userName = TextRule(1...64, .identityName)
  static let existingUserName = TextRule(1...128, .identityName)
  static let groupName = TextRule(1...128, .identityName)
  static let roleName = TextRule(1...64, .identityName)
  static let identityPolicyName = TextRule(1...128, .identityName)
  static let identityPath = TextRule(1...512, .identityPath)
  static let pathPrefix = TextRule(1...512, .pathPrefix)
  static let identityTagKey = TextRule(1...128, .tagText(#"[\p{L}\p{Z}\p{N}_.:/=+\-@]+"#))
  static let identityTagValue = TextRule(0...256, .tagText(#"[\p{L}\p{Z}\p{N}_.:/=+\-@]*"#))
  static let queryMarker = TextRule(1...320, .pathPrefix)
  static let identityARN = TextRule(20...2048)
  static let identityPolicy = TextRule(1...131_072, .policy)
  static let attachedPathPrefix = TextRule(1...512, .attachedPathPrefix)
  static let accessKeyID = TextRule(16...128, .word)
  static let accessKeyStatus = TextRule(0...Int.max, .oneOf(["Active", "Inactive"]))
  static let assignmentStatus = TextRule(0...Int.max, .oneOf(["Assigned", "Unassigned", "Any"]))
}

extension TextForm {
  static let identityName = TextForm.matching(#"[\w+=,.@-]+"#) { text in
    !text.isEmpty && text.utf8.allSatisfy(isIdentityByte)
  }
  /// A slash, or text between slashes.
  static let identityPath = TextForm.matching(#"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)"#) { text in
    isPrintable(text) && text.utf8.first == UInt8(ascii: "/") && text.utf8.last == UInt8(ascii: "/")
  }
  /// Steps of the letters of names, with slashes around each.
  static let attachedPathPrefix = TextForm.matching(#"((/[A-Za-z0-9\.,\+@=_-]+)*)/"#) { text in
    let steps = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard steps.count >= 2, steps.first?.isEmpty == true, steps.last?.isEmpty == true else { return false }
    return steps.dropFirst().dropLast().allSatisfy { !$0.isEmpty && $0.allSatisfy(isIdentityByte) }
  }
  static let pathPrefix = TextForm.matching(#"[\u0021-\u007E]+"#) { isPrintable($0) }

  /// Letters, separators and numerals of all languages, and a few signs.
  static func tagText(_ pattern: String) -> TextForm {
    .matching(pattern) { $0.unicodeScalars.allSatisfy(isTagScalar) }
  }

  private static func isTagScalar(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .spaceSeparator, .lineSeparator, .paragraphSeparator, .decimalNumber, .letterNumber, .otherNumber:
      true
    default: "_.:/=+-@".unicodeScalars.contains(scalar)
    }
  }

  private static func isIdentityByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    case UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "="), UInt8(ascii: ","), UInt8(ascii: "."),
      UInt8(ascii: "@"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private static func isPrintable(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
  }
}

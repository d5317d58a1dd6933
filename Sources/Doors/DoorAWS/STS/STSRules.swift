/// What STS's service model says about names and texts.
extension TextRule {
  static let roleARN = TextRule(20...2048)
  static let sessionName = TextRule(2...64, .identityText)
  static let federatedName = TextRule(2...32, .identityText)
  /// The model leaves the length open where roles are assumed, but what is longer is refused all the same.
  static let sessionPolicy = TextRule(1...2048, .policy)
  static let externalID = TextRule(2...1224, .externalID)
  static let sourceIdentity = TextRule(2...256, .identityText)
  static let webIdentityToken = TextRule(4...20_000, isSensitive: true)
  static let secondFactor = TextRule(9...256)
  static let secondFactorCode = TextRule(6...6)
  static let anyAccessKeyID = TextRule(16...128, .anyAccessKeyID)
  static let encodedMessage = TextRule(1...10_240)
}

extension TextForm {
  static let identityText = TextForm.matching(#"[\w+=,.@-]*"#) { $0.utf8.allSatisfy(isNameByte) }
  static let externalID = TextForm.matching(#"[\w+=,.@:\/-]*"#) { text in
    text.utf8.allSatisfy { isNameByte($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") }
  }
  static let anyAccessKeyID = TextForm.matching(#"[\w]*"#) { $0.utf8.allSatisfy(isWordCharacter) }

  private static func isWordCharacter(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) && byte != UInt8(ascii: "@")
      || byte == UInt8(ascii: "_")
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    isWordCharacter(byte) || Array("+=,.@-".utf8).contains(byte)
  }
}

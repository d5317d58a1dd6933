// What IAM's service model says about policies, roles and providers. Values that may be long are left out of messages.
extension TextRule {
  static let policyDocument = TextRule(1...131_072, .policy, isSensitive: true)
  static let managedPolicyDescription = TextRule(0...1000, isSensitive: true)
  static let roleDescription = TextRule(0...1000, .roleDescription, isSensitive: true)
  static let policyPath = TextRule(1...512, .policyPath, isSensitive: true)
  static let policyVersion = TextRule(1...Int.max, .policyVersion, isSensitive: true)
  static let policyScope = TextRule(0...Int.max, .oneOf(["All", "AWS", "Local"]), isSensitive: true)
  static let policyUsage = TextRule(
    0...Int.max, .oneOf(["PermissionsPolicy", "PermissionsBoundary"]), isSensitive: true)
  static let entityType = TextRule(
    0...Int.max, .oneOf(["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"]),
    isSensitive: true)
  static let providerURL = TextRule(1...255, isSensitive: true)
  static let clientID = TextRule(1...255, isSensitive: true)
  static let thumbprint = TextRule(40...40, isSensitive: true)
}

extension TextForm {
  static let policyPath = TextForm.matching(#"((/[A-Za-z0-9\.,\+@=_-]+)*)/"#) { text in
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.count >= 2, parts.first?.isEmpty == true, parts.last?.isEmpty == true else { return false }
    return parts.dropFirst().dropLast().allSatisfy { part in
      TextForm.identityName.matches(String(Substring(part)))
    }
  }

  static let policyVersion = TextForm.matching(#"v[1-9][0-9]*(\.[A-Za-z0-9-]*)?"#) { text in
    let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    guard let number = parts.first, number.first == UInt8(ascii: "v"), number.count >= 2,
      number.dropFirst().first != UInt8(ascii: "0"),
      number.dropFirst().allSatisfy({ (0x30...0x39).contains($0) })
    else { return false }
    return parts.dropFirst().allSatisfy { $0.allSatisfy(isVersionByte) }
  }

  static let roleDescription = TextForm.matching(
    #"[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*"#
  ) { text in
    text.unicodeScalars.allSatisfy { scalar in
      switch scalar.value {
      case 0x09, 0x0a, 0x0d, 0x20...0x7e, 0xa1...0xff: true
      default: false
      }
    }
  }

  private static func isVersionByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"): true
    default: false
    }
  }
}

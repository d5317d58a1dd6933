/// The refusals of the grammar, in AWS's words where they are known.
enum PolicyFault {
  static let json = "This policy contains invalid Json"
  static let syntax = "Syntax errors in policy."
  static let version = "Policy document must be version 2012-10-17 or greater."
  static let principals = "Policy contains a statement with one or more invalid principals."
  static let noPrincipal = "Missing required field Principal"
  static let principalInIdentityPolicy = "Policy document should not specify a principal."
  static let noActions = "Policy statement must contain actions."
  static let noResources = "Policy statement must contain resources."
  static let vendor = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
  static let repeatedSid = "Statement IDs (SID) in a single policy must be unique."
  static let characters = "Policy contains characters outside of U+0009, U+000A, U+000D and U+0020 to U+00FF."
  static let tooLong = "Policy is longer than \(PolicyLimits.document) bytes."
  static let longPattern = "Policy contains a pattern that is longer than \(PolicyLimits.pattern) bytes."
  static func resource(_ text: String) -> String {
    "Resource \(AWSError.quoted(text)) must be in ARN format or \"*\"."
  }
  static func conditionOperator(_ text: String) -> String {
    "Invalid Condition type : \(AWSError.quoted(text))."
  }
}

/// Policy variables in a value. Nothing here knows their values yet; the three escapes stand for themselves.
///
/// The language of 2008 has no variables: there `${` is text.
struct PolicyText {
  let hasVariables: Bool

  /// The text that is meant; nil when it depends on the request.
  func literal(_ text: String) -> String? {
    guard hasVariables, text.utf8.contains(UInt8(ascii: "$")) else { return text }
    return resolve(text) { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "$") }
  }

  /// The same for a text whose `*` and `?` are wildcards: an escaped one has no form in `Glob`, so it is nil too.
  func pattern(_ text: String) -> String? {
    guard hasVariables, text.utf8.contains(UInt8(ascii: "$")) else { return text }
    return resolve(text) { $0 == UInt8(ascii: "$") }
  }

  private func resolve(_ text: String, _ mayStand: (UInt8) -> Bool) -> String? {
    var output: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "$"), rest.first == UInt8(ascii: "{") else {
        output.append(byte)
        continue
      }
      rest.removeFirst()
      guard let name = rest.popFirst(), mayStand(name), rest.popFirst() == UInt8(ascii: "}") else {
        return nil
      }
      output.append(name)
    }
    return String(decoding: output, as: UTF8.self)
  }
}

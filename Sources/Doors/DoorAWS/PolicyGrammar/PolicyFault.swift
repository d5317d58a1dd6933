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
  static let trustActions = "AssumeRole policy may only specify STS AssumeRole actions."
  static func prohibited(_ field: String) -> String { "Has prohibited field \(field)" }
  static func resource(_ text: String) -> String {
    "Resource \(AWSError.quoted(text)) must be in ARN format or \"*\"."
  }
  static func conditionOperator(_ text: String) -> String {
    "Invalid Condition type : \(AWSError.quoted(text))."
  }
}

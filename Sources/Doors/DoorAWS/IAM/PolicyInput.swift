import KMSDomain
import KMSEngine
import WireJSON

// What requests say of managed policies.
extension Input {
  mutating func policyVersion() throws(AWSError) -> PolicyVersionName {
    let text = try requiredText("VersionId", .policyVersion)
    return PolicyVersionName(number: Int(text.dropFirst()), written: text)
  }

  /// A document, byte for byte.
  mutating func policyDocument(_ member: String) throws(AWSError) -> [UInt8] {
    Array(try requiredText(member, .policyDocument).utf8)
  }

  mutating func policyUsage() throws(AWSError) -> PolicyUsage? {
    switch try text("PolicyUsageFilter", .policyUsage) {
    case "PermissionsPolicy": .permissions
    case "PermissionsBoundary": .boundary
    default: nil
    }
  }

  /// Members that this server keeps nothing of.
  mutating func refuseMembers(_ names: String...) {
    for name in names where has(name) {
      refuse(AWSError("InvalidInput", "\(name) is not supported by this server."))
    }
  }
}

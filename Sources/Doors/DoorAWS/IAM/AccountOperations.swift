import KMSDomain
import KMSEngine
import WireJSON

struct GetAccountSummaryOperation: IdentityOperation {
  static let action = Action.getAccountSummary

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> SummarizeAccount {
    SummarizeAccount(call.account)
  }

  static func encode(_ answer: AccountSummary, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.element("SummaryMap") { xml in
      for (key, value) in numbers(answer) {
        xml.element("entry") { xml in
          xml.text("key", key)
          xml.number("value", value)
        }
      }
    }
  }

  /// What this server has nothing of is 0, as it would be in an account without.
  private static func numbers(_ answer: AccountSummary) -> [(String, Int)] {
    func count(_ kind: IdentityKind) -> Int { answer.counts[kind] ?? 0 }
    return [
      ("Users", count(.user)), ("UsersQuota", 5000), ("Groups", count(.group)), ("GroupsQuota", 300),
      ("Roles", count(.role)), ("RolesQuota", 1000), ("Policies", count(.policy)), ("PoliciesQuota", 1500),
      ("Providers", count(.provider)), ("PolicyVersionsInUse", answer.policyVersions),
      ("AccountAccessKeysPresent", answer.rootHasAccessKeys ? 1 : 0),
    ] + quotas + absent.map { ($0, 0) }
  }

  private static let quotas = [
    ("AccessKeysPerUserQuota", 2), ("GroupsPerUserQuota", 10), ("AttachedPoliciesPerUserQuota", 10),
    ("AttachedPoliciesPerGroupQuota", 10), ("AttachedPoliciesPerRoleQuota", 10), ("PolicySizeQuota", 6144),
    ("VersionsPerPolicyQuota", 5), ("PolicyVersionsInUseQuota", 10_000), ("UserPolicySizeQuota", 2048),
    ("GroupPolicySizeQuota", 5120), ("RolePolicySizeQuota", 10_240), ("AssumeRolePolicySizeQuota", 2048),
    ("GlobalEndpointTokenVersion", 1),
  ]

  private static let absent = [
    "AccountMFAEnabled", "AccountPasswordPresent", "AccountSigningCertificatesPresent", "InstanceProfiles",
    "InstanceProfilesQuota", "MFADevices", "MFADevicesInUse", "ServerCertificates",
    "ServerCertificatesQuota", "SigningCertificatesPerUserQuota",
  ]
}

/// Accounts of this server have no aliases.
struct ListAccountAliasesOperation: IdentityOperation {
  static let action = Action.listAccountAliases

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> PureAnswer<[String]> {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      _ = try input.queryPage()
      return PureAnswer(action, name, of: call.account, [])
    }
  }

  static func encode(_ answer: [String], _ call: AWSCall, into xml: inout XMLWriter) {
    xml.list("AccountAliases", texts: answer)
    xml.pageEnd(nil)
  }
}

import KMSDomain
import KMSEngine
import KMSTestKit

private let tags = [Tag(key: "a", value: "b")]
private let second = PolicyVersionName(number: 2, written: "v2")

extension Trial {
  static let createPolicy = Trial(.createPolicy) { _ in
    CreateIdentity(
      .createPolicy, "CreatePolicy", IdentityName(.policy, "new", in: Fixtures.account), path: "/",
      body: .policy(World.policy(versions: 1)))
  }
  static let getManagedPolicy = Trial(.getPolicy) { _ in
    GetPolicy(World.own(World.reader), for: Fixtures.account)
  }
  static let getBuiltInPolicy = Trial(.getPolicy, note: " that every account has") { _ in
    GetPolicy(World.builtIn, for: Fixtures.account)
  }
  static let listManagedPolicies = Trial(.listPolicies) { _ in
    ListPolicies(
      of: Fixtures.account, ListPolicies.Filter(scope: .all, path: "/", onlyAttached: false, usage: nil),
      after: nil, limit: 10)
  }
  static let deletePolicy = Trial(.deletePolicy) { _ in
    DeleteIdentity(.deletePolicy, "DeletePolicy", World.spare)
  }
  static let tagPolicy = Trial(.tagPolicy) { _ in
    TagIdentity(.tagPolicy, "TagPolicy", World.reader, tags: tags)
  }
  static let untagPolicy = Trial(.untagPolicy) { _ in
    UntagIdentity(.untagPolicy, "UntagPolicy", World.reader, names: ["team"])
  }
  static let listPolicyTags = Trial(.listPolicyTags) { _ in
    ListPolicyTags(World.own(World.reader), for: Fixtures.account, after: 0, limit: 10)
  }
  static let createPolicyVersion = Trial(.createPolicyVersion) { _ in
    CreatePolicyVersion(World.reader, document: Array("nobody".utf8), isDefault: true)
  }
  static let getPolicyVersion = Trial(.getPolicyVersion) { _ in
    GetPolicyVersion(World.own(World.reader), for: Fixtures.account, second)
  }
  static let listPolicyVersions = Trial(.listPolicyVersions) { _ in
    ListPolicyVersions(World.own(World.reader), for: Fixtures.account, after: 0, limit: 10)
  }
  static let setDefaultPolicyVersion = Trial(.setDefaultPolicyVersion) { _ in
    SetDefaultPolicyVersion(World.reader, second)
  }
  static let deletePolicyVersion = Trial(.deletePolicyVersion) { _ in
    DeletePolicyVersion(World.reader, second)
  }
  static let listEntitiesForPolicy = Trial(.listEntitiesForPolicy) { _ in
    ListEntitiesForPolicy(
      World.own(World.reader), for: Fixtures.account,
      ListEntitiesForPolicy.Filter(kind: nil, path: "/", usage: nil), after: nil, limit: 10)
  }
}

// MARK: - The account as a whole

extension Trial {
  static let accountSummary = Trial(.getAccountSummary) { _ in SummarizeAccount(Fixtures.account) }
  static let accountAliases = Trial(.listAccountAliases) { _ in
    PureAnswer<[String]>(.listAccountAliases, "ListAccountAliases", of: Fixtures.account, [])
  }
  static let authorizationDetails = Trial(.getAccountAuthorizationDetails) { _ in
    DescribeAuthorizations(
      of: Fixtures.account, Set(DescribeAuthorizations.Section.allCases), after: nil, limit: 10)
  }
  static let contextKeysOfPolicies = Trial(.getContextKeysForCustomPolicy, note: " for context keys") { _ in
    PureAnswer<[String]>(
      .getContextKeysForCustomPolicy, "GetContextKeysForCustomPolicy", of: Fixtures.account, [])
  }
  static let contextKeysOfPrincipal = Trial(.getContextKeysForPrincipalPolicy) { _ in
    GetPrincipalPolicies(
      .getContextKeysForPrincipalPolicy, "GetContextKeysForPrincipalPolicy", World.auditor)
  }
}

import KMSDomain

/// The managed policies that every account has: a few of AWS's by their names, and ready-made roles for people who don't want
/// to write policies. The documents are this server's own.
enum BuiltInPolicies {
  struct Entry: Sendable {
    let name: String
    let path: String
    let description: String
    let document: String

    var arn: String { "arn:aws:iam::aws:policy\(path)\(name)" }
  }

  static func document(named arn: String) -> [UInt8]? { byARN[arn].map { Array($0.document.utf8) } }

  /// In the byte order of their names.
  static let described = all.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }.map(\.described)

  static let byARN = Dictionary(uniqueKeysWithValues: all.map { ($0.arn, $0) })

  static let all = [
    Entry(
      name: "AdministratorAccess", path: "/", description: "Everything that policies can allow.",
      document: allowing("Everything", ["*"])),
    Entry(
      name: "IAMFullAccess", path: "/", description: "Managing identities and their policies.",
      document: allowing("Identities", ["iam:*"])),
    Entry(
      name: "IAMReadOnlyAccess", path: "/", description: "Looking at identities and their policies.",
      document: allowing("ReadIdentities", ["iam:Get*", "iam:List*", "iam:Simulate*"])),
    Entry(
      name: "AWSKeyManagementServicePowerUser", path: "/",
      description:
        "Making keys, naming and tagging them, and looking at everything about keys and identities.",
      document: allowing(
        "ManageKeys",
        [
          "kms:CreateAlias", "kms:CreateKey", "kms:DeleteAlias", "kms:Describe*", "kms:GenerateRandom",
          "kms:Get*", "kms:List*", "kms:TagResource", "kms:UntagResource", "iam:ListGroups", "iam:ListRoles",
          "iam:ListUsers",
        ])),
    // Whatever says who may use a key is left out, as it would be a way to its use: grants, key policies, and replicas, which
    // bring a policy of their own for the same material.
    Entry(
      name: "ClavigerKeyAdministrator", path: "/",
      description:
        "Everything about keys but using them and saying who may use them; trusted with aliases and imports.",
      document: allowing(
        "AdministerKeys",
        [
          "kms:CancelKeyDeletion", "kms:ConnectCustomKeyStore", "kms:CreateAlias",
          "kms:CreateCustomKeyStore", "kms:CreateKey", "kms:Delete*", "kms:Describe*", "kms:Disable*",
          "kms:DisconnectCustomKeyStore", "kms:Enable*", "kms:Get*", "kms:ImportKeyMaterial", "kms:List*",
          "kms:RetireGrant", "kms:RevokeGrant", "kms:RotateKeyOnDemand", "kms:ScheduleKeyDeletion",
          "kms:TagResource", "kms:UntagResource", "kms:Update*",
        ])),
    Entry(
      name: "ClavigerKeyUser", path: "/", description: "Using keys, and seeing which there are.",
      document: allowing("UseKeys", keyUses)),
    Entry(
      name: "ClavigerAuditor", path: "/",
      description: "Looking at everything about keys and identities, using and changing nothing.",
      document: allowing(
        "Look",
        [
          "kms:Describe*", "kms:GetKey*", "kms:GetPublicKey", "kms:List*", "iam:Get*", "iam:List*",
          "iam:Simulate*",
        ])),
    Entry(
      name: "ClavigerCustodian", path: "/",
      description:
        "The lifecycle of keys: rotation, imports, deletion and its cancellation; no use; trusted with imports.",
      document: allowing(
        "KeepKeys",
        [
          "kms:CancelKeyDeletion", "kms:DeleteImportedKeyMaterial", "kms:Describe*", "kms:DisableKey",
          "kms:DisableKeyRotation", "kms:EnableKey", "kms:EnableKeyRotation", "kms:GetKey*",
          "kms:GetParametersForImport", "kms:GetPublicKey", "kms:ImportKeyMaterial", "kms:List*",
          "kms:RotateKeyOnDemand", "kms:ScheduleKeyDeletion",
        ])),
    // What is done for the server as a whole or in somebody else's name is left out: `kmip:SetDefaults`,
    // `kmip:SetConstraints`, `kmip:DelegatedLogin`. `kms:DescribeKey` makes keys visible that were made over AWS: without it clients
    // could use those that they have been told of, and not find them.
    Entry(
      name: "ClavigerKMIPClient", path: "/",
      description: "What KMIP clients do: making, keeping, finding and using keys and other objects.",
      document: allowing("BeAKMIPClient", kmipUses)),
  ]

  /// 2026-01-01: they are the same on every server.
  fileprivate static let madeAt = Instant(milliseconds: 1_767_225_600_000)

  private static let keyUses = [
    "kms:Decapsulate", "kms:Decrypt", "kms:DeriveSharedSecret", "kms:DescribeKey", "kms:Encapsulate",
    "kms:Encrypt", "kms:GenerateDataKey*", "kms:GenerateMac", "kms:GenerateRandom", "kms:GetPublicKey",
    "kms:ListAliases", "kms:ListKeys", "kms:ReEncrypt*", "kms:Sign", "kms:Verify", "kms:VerifyMac",
  ]

  /// One by one, so that a new action is given to clients by a decision only.
  private static let kmipUses = [
    "kmip:Activate", "kmip:AddAttribute", "kmip:AdjustAttribute", "kmip:Archive", "kmip:Certify",
    "kmip:Check", "kmip:CreateSplitKey", "kmip:DeleteAttribute", "kmip:DeriveKey", "kmip:Destroy",
    "kmip:Export", "kmip:Get", "kmip:GetAttributeList", "kmip:GetAttributes", "kmip:GetConstraints",
    "kmip:GetUsageAllocation", "kmip:Hash", "kmip:Import", "kmip:JoinSplitKey", "kmip:Locate", "kmip:Log",
    "kmip:Login", "kmip:ModifyAttribute", "kmip:ObtainLease", "kmip:PKCS11", "kmip:RNGSeed",
    "kmip:ReCertify", "kmip:ReKey", "kmip:ReKeyKeyPair", "kmip:Recover", "kmip:Register", "kmip:Revoke",
    "kmip:SetAttribute", "kmip:UnwrapKey", "kmip:Validate", "kmip:WrapKey", "kms:CreateKey", "kms:Decrypt",
    "kms:DescribeKey", "kms:Encrypt", "kms:GenerateMac", "kms:GenerateRandom", "kms:Sign", "kms:Verify",
    "kms:VerifyMac",
  ]

  /// The names are constants of this file: nothing in them needs escaping.
  private static func allowing(_ sid: String, _ actions: [String]) -> String {
    let list = actions.map { "\"\($0)\"" }.joined(separator: ",")
    return """
      {"Version":"2012-10-17","Statement":[{"Sid":"\(sid)","Effect":"Allow","Action":[\(list)],"Resource":"*"}]}
      """
  }
}

extension BuiltInPolicies.Entry {
  fileprivate var described: BuiltInPolicy {
    BuiltInPolicy(
      resourceName: arn, id: IdentityID("ANPA" + name.uppercased()), name: name, path: path,
      description: description, document: Array(document.utf8), createdAt: BuiltInPolicies.madeAt)
  }
}

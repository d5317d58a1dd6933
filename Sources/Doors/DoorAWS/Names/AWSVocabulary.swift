package import KMSDomain

/// The names that policies use, in AWS's language: the vocabulary of every key, whichever door made it.
package struct AWSVocabulary: PolicyVocabulary {
  package init() {}

  package func keyResource(_ identifier: String, in home: Keyring) -> String {
    ARN.key(identifier, region: home.region, account: home.account)
  }

  package func aliasResource(_ name: KeyName) -> String {
    ARN.alias(name.text, region: name.keyring.region, account: name.keyring.account)
  }

  package func rootPrincipal(of account: AccountID) -> String { ARN.accountRoot(account) }

  package func identityResource(_ name: IdentityName, path: String) -> String {
    ARN.identity(name, path: path)
  }

  package func builtInTitle(_ name: String) -> PolicyTitle? {
    BuiltInPolicies.byARN[name].map { PolicyTitle(name: $0.name, path: $0.path, resource: $0.arn) }
  }

  package func builtInPolicy(_ name: String) -> [UInt8]? { BuiltInPolicies.document(named: name) }

  package func sessionPrincipal(_ claims: SessionClaims, of principal: String) -> String {
    switch claims.kind {
    case .role: ARN.assumedRole(principal, session: claims.name, account: claims.account)
    case .federated: ARN.federatedUser(claims.name, of: claims.account)
    case .user: principal
    }
  }

  package var builtInPolicies: [BuiltInPolicy] { BuiltInPolicies.described }

  /// A role's session is named by the role without its path.
  package func identity(ofPrincipal name: String) -> IdentityName? {
    if let identity = IdentityName(arn: name) {
      return identity.kind == .user || identity.kind == .role ? identity : nil
    }
    guard let arn = ARN(name), arn.service == "sts", arn.region.isEmpty,
      let account = AccountID(String(arn.account)), let session = arn.resource(after: "assumed-role/"),
      let role = session.split(separator: "/").first
    else { return nil }
    return IdentityName(.role, String(role), in: account)
  }

  /// The empty string for kinds that AWS has no word for.
  package func name(of spec: KeySpec) -> String {
    switch spec {
    case .aes256: "SYMMETRIC_DEFAULT"
    case .hmac224: "HMAC_224"
    case .hmac256: "HMAC_256"
    case .hmac384: "HMAC_384"
    case .hmac512: "HMAC_512"
    case .rsa2048: "RSA_2048"
    case .rsa3072: "RSA_3072"
    case .rsa4096: "RSA_4096"
    case .p256: "ECC_NIST_P256"
    case .p384: "ECC_NIST_P384"
    case .p521: "ECC_NIST_P521"
    case .secp256k1: "ECC_SECG_P256K1"
    case .ed25519: "ECC_NIST_EDWARDS25519"
    case .sm2: "SM2"
    case .mlDSA44: "ML_DSA_44"
    case .mlDSA65: "ML_DSA_65"
    case .mlDSA87: "ML_DSA_87"
    case .mlKEM512: "ML_KEM_512"
    case .mlKEM768: "ML_KEM_768"
    case .mlKEM1024: "ML_KEM_1024"
    case .aes128, .aes192, .tripleDES112, .tripleDES168, .chaCha20, .blowfish, .hmacSHA1, .hmacSHA224,
      .hmacSHA256, .hmacSHA384, .hmacSHA512, .rsa1024, .rsa1536, .rsa8192, .p192, .p224, .x25519, .x448,
      .ed448, .dsa, .dh, .bytes:
      ""
    }
  }

  /// The empty string for usages that AWS has no word for: a mixture of its own, or none.
  package func name(of usages: KeyUsages) -> String {
    let words: [(KeyUsages, String)] = [
      ([.encrypt, .decrypt], "ENCRYPT_DECRYPT"), ([.sign, .verify], "SIGN_VERIFY"),
      ([.mac, .verifyMac], "GENERATE_VERIFY_MAC"), ([.derive], "KEY_AGREEMENT"),
      ([.encapsulate, .decapsulate], "ENCAPSULATE_DECAPSULATE"),
    ]
    guard !usages.isEmpty else { return "" }
    return words.first { usages.isSubset(of: $0.0) }?.1 ?? ""
  }

  package func name(of origin: KeyOrigin) -> String {
    switch origin {
    case .generated: "AWS_KMS"
    case .imported: "EXTERNAL"
    }
  }

  package func name(of kind: Keyring.Kind) -> String {
    switch kind {
    case .aws: "aws"
    case .kmip: "kmip"
    case .vault: "vault"
    case .managedHSM: "managedhsm"
    }
  }

  package func name(of reach: KeyReach) -> String? {
    switch reach {
    case .singleRegion: nil
    case .primary: "PRIMARY"
    case .replica: "REPLICA"
    }
  }

  package func name(of operation: GrantOperation) -> String { operation.awsName }

  package func name(of type: GrantConstraints.Kind) -> String {
    switch type {
    case .equals: "EncryptionContextEquals"
    case .subset: "EncryptionContextSubset"
    }
  }

  package func name(of algorithm: KeyAlgorithm) -> String {
    switch algorithm {
    case .symmetric: "SYMMETRIC_DEFAULT"
    case .encryption(let algorithm): algorithm.awsName
    case .signing(let algorithm): algorithm.awsName
    case .mac(let algorithm): algorithm.awsName
    case .ecdh: "ECDH"
    case .mlKEM: "ML_KEM"
    }
  }

  package func name(of algorithm: ImportAlgorithm) -> String { algorithm.awsName }

  package func expirationModel(expires: Bool) -> String {
    expires ? "KEY_MATERIAL_EXPIRES" : "KEY_MATERIAL_DOES_NOT_EXPIRE"
  }

  package func name(of kind: Caller.Kind) -> String {
    switch kind {
    case .root: "Account"
    case .user: "User"
    case .roleSession: "AssumedRole"
    case .federatedUser: "FederatedUser"
    }
  }

  package func name(of form: MessageForm) -> String {
    switch form {
    case .raw: "RAW"
    case .digest: "DIGEST"
    case .externalMu: "EXTERNAL_MU"
    }
  }

  /// The account's root may do everything, which lets the account's identity policies decide. The layout is the one in
  /// which AWS returns it: clients compare the text.
  package func defaultKeyPolicy(for account: AccountID) -> [UInt8] { delegation(to: account, "\"kms:*\"") }

  package func defaultObjectPolicy(for account: AccountID) -> [UInt8] {
    delegation(to: account, "[ \"kms:*\", \"kmip:*\", \"keyvault:*\" ]")
  }

  private func delegation(to account: AccountID, _ actions: String) -> [UInt8] {
    let text = """
      {
        "Version" : "2012-10-17",
        "Id" : "key-default-1",
        "Statement" : [ {
          "Sid" : "Enable IAM User Permissions",
          "Effect" : "Allow",
          "Principal" : {
            "AWS" : "\(ARN.accountRoot(account))"
          },
          "Action" : \(actions),
          "Resource" : "*"
        } ]
      }
      """
    return [UInt8](text.utf8)
  }

  package func document(_ document: [UInt8], calling principals: [String: IdentityID]) -> [UInt8] {
    CalledPrincipals.document(document, calling: principals)
  }

  package func compile(_ document: [UInt8], as kind: PolicyKind) throws(KMSError) -> Policy {
    try PolicyCompiler.compile(document, as: kind)
  }
}

// What somebody wants to know a decision about, in AWS's words.
extension AWSVocabulary {
  /// The action of that name, in any case; nil for those that this server doesn't know.
  package func action(named name: String) -> Action? {
    AWSVocabulary.actions[ConditionKeyName.fold(name)]
  }

  private static let actions = Dictionary(
    uniqueKeysWithValues: Action.allCases.filter(\.isPolicyAction).map {
      (ConditionKeyName.fold($0.awsName), $0)
    })

  /// Values that the request is to have, by the names of condition keys in any case.
  /// - Parameter isComplete: keys that aren't named are absent.
  package func assumed(_ values: [String: [String]], isComplete: Bool = false) -> AssumedContext {
    var folded: [String: [String]] = [:]
    for (name, list) in values { folded[ConditionKeyName.fold(name), default: []] += list }
    return AssumedContext(folded, isComplete: isComplete)
  }

  /// The operation of that name, as grants have it.
  package func grantOperation(named name: String) -> GrantOperation? { GrantOperation.byName[name] }
}

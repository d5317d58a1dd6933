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

  package func userPrincipal(_ name: String, of account: AccountID) -> String { ARN.user(name, of: account) }

  package func name(of spec: KeySpec) -> String {
    switch spec {
    case .aes256: "SYMMETRIC_DEFAULT"
    }
  }

  /// The empty string for usages that AWS has no word for.
  package func name(of usages: KeyUsages) -> String {
    usages.isSubset(of: [.encrypt, .decrypt]) && !usages.isEmpty ? "ENCRYPT_DECRYPT" : ""
  }

  package func name(of origin: KeyOrigin) -> String {
    switch origin {
    case .generated: "AWS_KMS"
    }
  }

  package func name(of operation: GrantOperation) -> String { operation.awsName }

  package func name(of type: GrantConstraints.Kind) -> String {
    switch type {
    case .equals: "EncryptionContextEquals"
    case .subset: "EncryptionContextSubset"
    }
  }

  package func encryptionAlgorithm(of spec: KeySpec) -> String {
    switch spec {
    case .aes256: "SYMMETRIC_DEFAULT"
    }
  }

  /// The account's root may do everything, which lets the account's identity policies decide. The layout is the one in
  /// which AWS returns it: clients compare the text.
  package func defaultKeyPolicy(for account: AccountID) -> [UInt8] {
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
          "Action" : "kms:*",
          "Resource" : "*"
        } ]
      }
      """
    return [UInt8](text.utf8)
  }

  package func compile(_ document: [UInt8], as kind: PolicyKind) throws(KMSError) -> Policy {
    try PolicyCompiler.compile(document, as: kind)
  }
}

import KMSDomain

extension GrantOperation {
  /// As in the service model.
  var awsName: String {
    switch self {
    case .decrypt: "Decrypt"
    case .encrypt: "Encrypt"
    case .generateDataKey: "GenerateDataKey"
    case .generateDataKeyWithoutPlaintext: "GenerateDataKeyWithoutPlaintext"
    case .reEncryptFrom: "ReEncryptFrom"
    case .reEncryptTo: "ReEncryptTo"
    case .sign: "Sign"
    case .verify: "Verify"
    case .getPublicKey: "GetPublicKey"
    case .createGrant: "CreateGrant"
    case .retireGrant: "RetireGrant"
    case .describeKey: "DescribeKey"
    case .generateDataKeyPair: "GenerateDataKeyPair"
    case .generateDataKeyPairWithoutPlaintext: "GenerateDataKeyPairWithoutPlaintext"
    case .generateMac: "GenerateMac"
    case .verifyMac: "VerifyMac"
    case .deriveSharedSecret: "DeriveSharedSecret"
    case .encapsulate: "Encapsulate"
    case .decapsulate: "Decapsulate"
    }
  }

  static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.awsName, $0) })
}

/// A principal that a grant names, by what policies call it, and its account.
struct GrantPrincipal {
  let name: String
  let account: AccountID

  /// An account by its number or its root, or one user, role or session by its ARN.
  /// - Throws: `InvalidArnException` for whatever can't call this server.
  init(_ text: String) throws(AWSError) {
    if let account = AccountID(text) {
      self.init(name: ARN.accountRoot(account), account: account)
      return
    }
    guard let account = ARN(text).flatMap({ AccountID(String($0.account)) }) else {
      throw .invalidPrincipal(text)
    }
    do throws(KMSError) {
      switch try PrincipalGrammar.principal(text) {
      case .account(let account): self.init(name: ARN.accountRoot(account), account: account)
      case .named(let name): self.init(name: name, account: account)
      case .anyone, .provider: throw .malformedPolicy("")
      }
    } catch {
      throw .invalidPrincipal(text)
    }
  }

  private init(name: String, account: AccountID) {
    self.name = name
    self.account = account
  }
}

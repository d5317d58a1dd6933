import KMSDomain
import Testing

@testable import DoorAWS

@Suite("Names")
struct NamesTests {
  static let id = "1234abcd-12ab-34cd-56ef-1234567890ab"
  static let mrk = "mrk-1234abcd12ab34cd56ef1234567890ab"
  static let home = "arn:aws:kms:eu-central-1:111122223333:"
  let names = KeyNames(account: Samples.account, region: "eu-central-1")

  @Test(
    "each form of a key reference stands for its name",
    arguments: [
      (id, KeyName.Space.identifier, id, "111122223333"),
      (mrk, .identifier, mrk, "111122223333"),
      (home + "key/" + id, .identifier, id, "111122223333"),
      (home + "key/" + mrk, .identifier, mrk, "111122223333"),
      ("alias/payroll", .alias, "alias/payroll", "111122223333"),
      ("alias/a:b/c_d-E9", .alias, "alias/a:b/c_d-E9", "111122223333"),
      ("alias/aws/s3", .alias, "alias/aws/s3", "111122223333"),
      (home + "alias/payroll", .alias, "alias/payroll", "111122223333"),
      (home + "alias/a:b", .alias, "alias/a:b", "111122223333"),
      ("arn:aws:kms:eu-central-1:444455556666:key/" + id, .identifier, id, "444455556666"),
      ("arn:aws:kms:eu-central-1:444455556666:alias/x", .alias, "alias/x", "444455556666"),
      ("arn:aws-cn:kms:eu-central-1:111122223333:key/" + id, .identifier, id, "111122223333"),
      ("arn:aws-us-gov:kms:eu-central-1:111122223333:key/" + id, .identifier, id, "111122223333"),
    ])
  func reference(written: String, space: KeyName.Space, text: String, account: String) throws {
    let reference = try names.reference(written, .keysAndAliases)
    let keyring = Keyring(account: try #require(AccountID(account)), region: "eu-central-1", kind: .aws)
    #expect(reference.target == .name(KeyName(space, text, in: keyring)))
    #expect(reference.asWritten == written)
  }

  @Test(
    "what can't be a key is an invalid key id",
    arguments: [
      "", "x", "alias", "alias/", "alias/ü", "alias/a b", "Alias/x", "ALIAS/X", id + "0",
      String(id.dropLast()),
      id.uppercased(), "1234abcd_12ab-34cd-56ef-1234567890ab", "mrk-1234", "mrk-" + id.dropFirst(4),
      "mrk_" + mrk.dropFirst(4),
      "arn:", "arn:aws:kms", home, home + "key/", home + "key/x", home + "alias/", home + "alias/ ",
      home + id,
      home + "keys/" + id, "arn:aws:s3:eu-central-1:111122223333:key/" + id,
      "arn:aws:kms:eu-central-1:1111:key/" + id, "arn:aws:kms:eu-central-1::key/" + id,
      "arn:azure:kms:eu-central-1:111122223333:key/" + id, "ARN:aws:kms:eu-central-1:111122223333:key/" + id,
      " " + id, id + " ", "alias/" + String(repeating: "a", count: 251),
    ])
  func invalidReference(written: String) {
    #expect(throws: AWSError("NotFoundException", "Invalid keyId '\(written)'")) {
      try names.reference(written, .keysAndAliases)
    }
  }

  @Test("an ARN of another Region is refused by its Region", arguments: ["key/" + id, "alias/x"])
  func otherRegion(resource: String) {
    #expect(throws: AWSError("NotFoundException", "Invalid arn us-east-1")) {
      try names.reference("arn:aws:kms:us-east-1:111122223333:" + resource, .keysAndAliases)
    }
  }

  @Test("management operations take keys only", arguments: ["alias/x", home + "alias/x"])
  func aliasesRefused(written: String) throws {
    #expect(throws: AWSError("NotFoundException", "Invalid keyId '\(written)'")) {
      try names.reference(written, .keys)
    }
    #expect(throws: Never.self) { try names.reference(Self.id, .keys) }
    #expect(throws: Never.self) { try names.reference(Self.home + "key/" + Self.id, .keys) }
  }

  @Test("an alias to be made is one of the caller's own account")
  func alias() throws {
    let name = try names.alias("alias/ExampleAlias")
    #expect(name == KeyName(.alias, "alias/ExampleAlias", in: names.home))
  }

  @Test(
    "aliases that can't be made say why",
    arguments: [
      ("payroll", AWSError.aliasWithoutPrefix), ("Alias/x", .aliasWithoutPrefix), ("", .aliasWithoutPrefix),
      (home + "alias/x", .aliasWithoutPrefix), ("alias/", .invalidAliasName), ("alias/ä", .invalidAliasName),
      ("alias/aws/mine", .reservedAlias), ("alias/aws/", .reservedAlias),
    ])
  func refusedAlias(written: String, error: AWSError) {
    #expect(throws: error) { try names.alias(written) }
  }

  @Test("an ARN splits at its first five colons")
  func arnParts() throws {
    let arn = try #require(ARN("arn:aws:kms:eu-central-1:111122223333:alias/a:b"))
    #expect(arn.partition == "aws")
    #expect(arn.service == "kms")
    #expect(arn.region == "eu-central-1")
    #expect(arn.account == "111122223333")
    #expect(arn.resource == "alias/a:b")
    #expect(arn.resource(after: "alias/") == "a:b")
    #expect(arn.resource(after: "key/") == nil)
  }

  @Test(
    "texts of another shape are not ARNs",
    arguments: [
      "", "arn", "arn:aws:iam::1", "arn:aws::eu:1:x", "arn:aws:kms:eu:1:", "arn:AWS:kms:eu:1:x",
      "xarn:aws:kms:eu:1:x",
    ])
  func notAnARN(text: String) { #expect(ARN(text) == nil) }
}

@Suite("Vocabulary")
struct VocabularyTests {
  let vocabulary = AWSVocabulary()

  @Test("keys and aliases have ARNs")
  func resources() {
    #expect(
      vocabulary.keyResource(NamesTests.id, in: Samples.keyring) == NamesTests.home + "key/" + NamesTests.id)
    let alias = KeyName(.alias, "alias/x", in: Samples.keyring)
    #expect(vocabulary.aliasResource(alias) == NamesTests.home + "alias/x")
    #expect(vocabulary.rootPrincipal(of: Samples.account) == "arn:aws:iam::111122223333:root")
  }

  @Test("what a name is built from, it reads back as")
  func roundTrip() throws {
    let names = KeyNames(account: Samples.account, region: "eu-central-1")
    let name = KeyName(.identifier, NamesTests.id, in: Samples.keyring)
    let written = vocabulary.keyResource(name.text, in: name.keyring)
    #expect(try names.reference(written, .keys).target == .name(name))
  }

  @Test("kinds of keys have AWS's words")
  func kinds() {
    #expect(
      KeySpec.awsCases.map(vocabulary.name(of:)) == [
        "SYMMETRIC_DEFAULT", "HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512", "RSA_2048", "RSA_3072",
        "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1",
        "ECC_NIST_EDWARDS25519", "SM2", "ML_DSA_44", "ML_DSA_65", "ML_DSA_87", "ML_KEM_512", "ML_KEM_768",
        "ML_KEM_1024",
      ])
    #expect(KeySpec.byName.count == 20)
    #expect(
      KeySpec.allCases.filter { $0.usages.isEmpty }
        == KeySpec.allCases.filter { !KeySpec.awsCases.contains($0) })
    #expect(KeyOrigin.allCases.map(vocabulary.name(of:)) == ["AWS_KMS", "EXTERNAL"])
    #expect(vocabulary.name(of: [.encrypt, .decrypt]) == "ENCRYPT_DECRYPT")
    #expect(vocabulary.name(of: [.sign, .verify]) == "SIGN_VERIFY")
    #expect(vocabulary.name(of: [.mac, .verifyMac]) == "GENERATE_VERIFY_MAC")
    #expect(vocabulary.name(of: [.derive]) == "KEY_AGREEMENT")
    #expect(vocabulary.name(of: [.encapsulate, .decapsulate]) == "ENCAPSULATE_DECAPSULATE")
    #expect(vocabulary.name(of: [.encrypt, .sign]) == "")
    #expect(vocabulary.name(of: KeyUsages([])) == "")
  }

  @Test("algorithms and forms of messages have AWS's words")
  func algorithms() {
    #expect(
      KeyAlgorithm.allCases.map(vocabulary.name(of:)) == [
        "SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "SM2PKE", "RSASSA_PSS_SHA_256",
        "RSASSA_PSS_SHA_384", "RSASSA_PSS_SHA_512", "RSASSA_PKCS1_V1_5_SHA_256", "RSASSA_PKCS1_V1_5_SHA_384",
        "RSASSA_PKCS1_V1_5_SHA_512", "ECDSA_SHA_256", "ECDSA_SHA_384", "ECDSA_SHA_512", "ED25519_SHA_512",
        "ED25519_PH_SHA_512", "SM2DSA", "ML_DSA_SHAKE_256", "HMAC_SHA_224", "HMAC_SHA_256", "HMAC_SHA_384",
        "HMAC_SHA_512", "ECDH", "ML_KEM",
      ])
    #expect(MessageForm.allCases.map(vocabulary.name(of:)) == ["RAW", "DIGEST", "EXTERNAL_MU"])
    #expect(
      ImportAlgorithm.allCases.map(\.awsName) == [
        "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "RSA_AES_KEY_WRAP_SHA_1", "RSA_AES_KEY_WRAP_SHA_256",
        "SM2PKE",
      ])
  }

  @Test("the default key policy is AWS's, letter for letter")
  func defaultPolicy() throws {
    let document = vocabulary.defaultKeyPolicy(for: Samples.account)
    let lines = String(decoding: document, as: UTF8.self).split(separator: "\n")
    #expect(lines.first == "{")
    #expect(lines.contains(#"  "Id" : "key-default-1","#))
    #expect(lines.contains(#"  "Statement" : [ {"#))
    #expect(lines.contains(#"      "AWS" : "arn:aws:iam::111122223333:root""#))
    #expect(lines.suffix(2) == ["  } ]", "}"])
    let statement = try #require(try vocabulary.compile(document, as: .key).statements.first)
    #expect(statement.label == "Enable IAM User Permissions")
    #expect(statement.principals == PrincipalSet([.account(Samples.account)]))
    #expect(statement.actions.contains(.encrypt))
  }

  @Test("every action has a name of its own")
  func actionNames() {
    let names = Action.allCases.map(\.awsName)
    #expect(Set(names).count == Action.allCases.count)
    // Certificates of clients are credentials of an account's users, like access keys; vaults and applications are an account's too.
    let ofAccounts: Set = [
      Action.addClientCertificate, .revokeClientCertificate, .listClientCertificates, .createVault,
      .describeVault, .listVaults, .updateVault, .deleteVault, .recoverVault, .createApplication,
      .describeApplication, .listApplications, .updateApplication, .deleteApplication,
    ]
    for action in Action.allCases {
      let isOwners = action.awsName.hasPrefix("claviger:") && !ofAccounts.contains(action)
      #expect(action.isPolicyAction != isOwners)
      #expect(action.awsName.hasSuffix(":" + action.operationName))
    }
    #expect(Action.encrypt.operationName == "Encrypt")
  }
}

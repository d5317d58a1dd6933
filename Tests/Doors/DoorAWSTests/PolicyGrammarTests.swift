import KMSDomain
import Testing

@testable import DoorAWS

@Suite("Policy grammar")
struct PolicyGrammarTests {
  @Test(
    "documents that aren't of the grammar are refused in AWS's words",
    arguments: [
      ("", PolicyFault.json), ("{", PolicyFault.json), ("nope", PolicyFault.json), ("{} x", PolicyFault.json),
      (#"{"Statement": [], "Statement": []}"#, PolicyFault.json),
      (#"{"Statement": [[[[[[[[[]]]]]]]]]}"#, PolicyFault.json),
      ("[]", PolicyFault.syntax), (#""x""#, PolicyFault.syntax), ("{}", PolicyFault.syntax),
      (#"{"Version": "2012-10-17"}"#, PolicyFault.syntax),
      (#"{"Version": 2012, "Statement": []}"#, PolicyFault.syntax),
      (#"{"Statement": []}"#, PolicyFault.syntax), (#"{"Statement": ["x"]}"#, PolicyFault.syntax),
      (#"{"Statement": "x"}"#, PolicyFault.syntax), (#"{"Statement": null}"#, PolicyFault.syntax),
      (#"{"Id": 7, "Statement": {"Effect": "Allow", "Principal": "*"}}"#, PolicyFault.syntax),
      (#"{"Extra": "x", "Statement": {"Effect": "Allow", "Principal": "*"}}"#, PolicyFault.syntax),
      (
        #"{"Version": "2012-10-18", "Statement": {"Effect": "Allow", "Principal": "*"}}"#, PolicyFault.version
      ),
      (#"{"Version": "", "Statement": {"Effect": "Allow", "Principal": "*"}}"#, PolicyFault.version),
    ])
  func refusedDocument(text: String, reason: String) {
    #expect(throws: KMSError.malformedPolicy(reason)) { try Samples.policy(text) }
  }

  @Test(
    "patterns are bounded in length, wherever they stand",
    arguments: [
      (#""Action": "kms:*", "Resource": "PATTERN""#, "arn:aws:kms:*:*:key/"),
      (#""Action": "kms:*", "NotResource": ["*", "PATTERN"]"#, "arn:aws:kms:*:*:key/"),
      (#""Action": "PATTERN", "Resource": "*""#, "kms:"),
      (
        #""Action": "kms:*", "Resource": "*", "Condition": {"StringLike": {"kms:EncryptionContext:a": "PATTERN"}}"#,
        ""
      ),
      (
        #""Action": "kms:*", "Resource": "*", "Condition": {"ForAnyValue:StringNotLike": {"aws:TagKeys": ["a", "PATTERN"]}}"#,
        ""
      ),
      (
        #""Action": "kms:*", "Resource": "*", "Condition": {"ArnLike": {"aws:PrincipalArn": "PATTERN"}}"#,
        "arn:aws:iam::*:user/"
      ),
    ])
  func longPattern(statement: String, prefix: String) throws {
    for (count, isRefused) in [(PolicyLimits.pattern, false), (PolicyLimits.pattern + 1, true)] {
      let pattern = prefix + String(repeating: "a", count: count - prefix.utf8.count - 1) + "*"
      let elements = #""Effect": "Allow", "Principal": "*", "# + statement
      let text = "{\"Statement\": {\(elements)}}".replacing("PATTERN", with: pattern)
      if isRefused {
        #expect(throws: KMSError.malformedPolicy(PolicyFault.longPattern)) { try Samples.policy(text) }
      } else {
        #expect(try Samples.policy(text).statements.count == 1)
      }
    }
  }

  @Test(
    "statements that aren't of the grammar are refused in AWS's words",
    arguments: [
      (#""Principal": "*""#, PolicyFault.syntax),
      (#""Effect": "allow", "Principal": "*""#, PolicyFault.syntax),
      (#""Effect": true, "Principal": "*""#, PolicyFault.syntax),
      (#""Effect": "Allow""#, PolicyFault.noPrincipal),
      (#""Effect": "Allow", "Principal": "*", "principal": "*""#, PolicyFault.syntax),
      (#""Effect": "Allow", "Principal": "*", "Sid": 1"#, PolicyFault.syntax),
      (#""Effect": "Allow", "Principal": "*", "NotPrincipal": "*""#, PolicyFault.syntax),
      (#""Effect": "Allow", "Principal": "*", "Action": "kms:*", "NotAction": "kms:*""#, PolicyFault.syntax),
      (#""Effect": "Allow", "Principal": "*", "Resource": "*", "NotResource": "*""#, PolicyFault.syntax),
      (#""Effect": "Allow", "Principal": "*", "Action": 1"#, PolicyFault.syntax),
      (#""Effect": "Allow", "Principal": "*", "Action": ["kms:*", null]"#, PolicyFault.syntax),
      (#""Effect": "Allow", "Principal": "*", "Action": {"x": "y"}"#, PolicyFault.syntax),
      (#""Effect": "Allow", "Principal": "*", "Action": "Encrypt""#, PolicyFault.vendor),
      (#""Effect": "Allow", "Principal": "*", "Action": "kms:""#, PolicyFault.vendor),
      (#""Effect": "Allow", "Principal": "*", "Action": ":Encrypt""#, PolicyFault.vendor),
      (#""Effect": "Allow", "Principal": "*", "Action": "kms:En crypt""#, PolicyFault.vendor),
      (#""Effect": "Allow", "Principal": "*", "Action": "k*:Encrypt""#, PolicyFault.vendor),
      (#""Effect": "Allow", "Principal": "*", "Action": "kms:a:b""#, PolicyFault.vendor),
      (#""Effect": "Allow", "Principal": "*", "Action": "**""#, PolicyFault.vendor),
      (#""Effect": "Allow", "Principal": "*", "Resource": "key/1""#, PolicyFault.resource("key/1")),
      (#""Effect": "Allow", "Principal": "*", "Resource": ["*", ""]"#, PolicyFault.resource("")),
      (#""Effect": "Allow", "Principal": "*", "Condition": []"#, PolicyFault.syntax),
      (#""Effect": "Allow", "Principal": "*", "Condition": {"StringEquals": "x"}"#, PolicyFault.syntax),
      (
        #""Effect": "Allow", "Principal": "*", "Condition": {"StringEquals": {"aws:userid": []}}"#,
        PolicyFault.syntax
      ),
      (
        #""Effect": "Allow", "Principal": "*", "Condition": {"StringEquals": {"aws:userid": null}}"#,
        PolicyFault.syntax
      ),
      (
        #""Effect": "Allow", "Principal": "*", "Condition": {"StringEquals": {"aws:userid": {}}}"#,
        PolicyFault.syntax
      ),
      (
        #""Effect": "Allow", "Principal": "*", "Condition": {"StringEquals": {"userid": "x"}}"#,
        PolicyFault.vendor
      ),
      (
        #""Effect": "Allow", "Principal": "*", "Condition": {"StringEquals": {"aws:": "x"}}"#,
        PolicyFault.vendor
      ),
      (
        #""Effect": "Allow", "Principal": "*", "Condition": {"StringIs": {"aws:userid": "x"}}"#,
        PolicyFault.conditionOperator("StringIs")
      ),
      (
        #""Effect": "Allow", "Principal": "*", "Condition": {"NullIfExists": {"aws:userid": "true"}}"#,
        PolicyFault.conditionOperator("NullIfExists")
      ),
      (
        #""Effect": "Allow", "Principal": "*", "Condition": {"ForSome:Bool": {"aws:userid": "true"}}"#,
        PolicyFault.conditionOperator("ForSome:Bool")
      ),
    ])
  func refusedStatement(elements: String, reason: String) {
    #expect(throws: KMSError.malformedPolicy(reason)) {
      try Samples.policy(#"{"Version": "2012-10-17", "Statement": [{\#(elements)}]}"#)
    }
  }

  @Test("a document outside of Latin-1 or beyond its length is refused")
  func refusedBytes() throws {
    let body = #""Statement": {"Effect": "Allow", "Principal": "*"}}"#
    #expect(throws: KMSError.malformedPolicy(PolicyFault.characters)) {
      try Samples.policy(#"{"Id": "Ω", "# + body)
    }
    #expect(throws: KMSError.malformedPolicy(PolicyFault.characters)) {
      try Samples.policy("{\"Id\": \"\u{1}\", " + body)
    }
    #expect(throws: Never.self) { try Samples.policy(#"{"Id": "ÿ", "# + body) }
    #expect(throws: KMSError.malformedPolicy(PolicyFault.tooLong)) {
      try Samples.policy(String(repeating: " ", count: 32 * 1024) + "{" + body)
    }
    #expect(throws: KMSError.malformedPolicy(PolicyFault.json)) {
      try AWSVocabulary().compile(Array(#"{"Id": ""#.utf8) + [0xc3, 0x28] + Array(#"", "#.utf8), as: .key)
    }
  }

  @Test("both versions, one statement or many, with and without ids")
  func accepted() throws {
    let policy = try Samples.policy(
      """
      {"Version": "2008-10-17", "Id": "x", "Statement": [
        {"Sid": "First one", "Effect": "Allow", "Principal": "*", "Action": "kms:Encrypt", "Resource": "*"},
        {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": ["kms:Decrypt"], "Resource": ["*"]},
        {"Sid": "First one", "Effect": "Deny", "NotPrincipal": {"AWS": "111122223333"}}]}
      """)
    #expect(policy.statements.map(\.label) == ["First one", "#2", "First one"])
    #expect(policy.statements.map(\.effect) == [.allow, .deny, .deny])
    #expect(policy.statements[2].principals == PrincipalSet([.account(Samples.account)], inverted: true))
    #expect(try Samples.policy(#"{"Statement": {"Effect": "Deny", "Principal": "*"}}"#).statements.count == 1)
  }

  @Test("a key policy's statement without actions or resources matches nothing")
  func ineffective() throws {
    let document = { (elements: String) in
      #"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", \#(elements)}}"#
    }
    let alice = try Samples.caller()
    for elements in [#""Action": "kms:*""#, #""Resource": "*""#, #""Action": [], "Resource": "*""#] {
      #expect(try !Samples.decide(.encrypt, document(elements), by: alice).isAllowed)
    }
    let whole = document(#""Action": "kms:*", "Resource": "*""#)
    #expect(try Samples.decide(.encrypt, whole, by: alice).isAllowed)
  }

  @Test(
    "identity policies have no principals, and always actions and resources",
    arguments: [
      (#""Action": "kms:*", "Resource": "*", "Principal": "*""#, PolicyFault.principalInIdentityPolicy),
      (#""Action": "kms:*", "Resource": "*", "NotPrincipal": "*""#, PolicyFault.principalInIdentityPolicy),
      (#""Resource": "*""#, PolicyFault.noActions), (#""Action": "kms:*""#, PolicyFault.noResources),
    ])
  func refusedIdentityPolicy(elements: String, reason: String) throws {
    #expect(throws: KMSError.malformedPolicy(reason)) {
      try Samples.policy(#"{"Statement": {"Effect": "Allow", \#(elements)}}"#, as: .identity)
    }
    let sound = try Samples.policy(
      #"{"Statement": {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}}"#, as: .identity)
    #expect(sound.statements.first?.principals == nil)
  }

  @Test(
    "trust policies have principals, no resources, and speak of sessions only",
    arguments: [
      (#""Action": "sts:AssumeRole""#, PolicyFault.noPrincipal),
      (#""Principal": "*""#, PolicyFault.noActions),
      (#""Principal": "*", "Action": "sts:AssumeRole", "Resource": "*""#, PolicyFault.prohibited("Resource")),
      (#""Principal": "*", "Action": "sts:*", "NotResource": "*""#, PolicyFault.prohibited("NotResource")),
      (#""NotPrincipal": "*", "Action": "sts:AssumeRole""#, PolicyFault.prohibited("NotPrincipal")),
      (#""Principal": "*", "Action": "kms:Encrypt""#, PolicyFault.trustActions),
      (#""Principal": "*", "Action": ["sts:AssumeRole", "*"]"#, PolicyFault.trustActions),
      (#""Principal": "*", "NotAction": "sts:AssumeRole""#, PolicyFault.trustActions),
    ])
  func refusedTrustPolicy(elements: String, reason: String) throws {
    #expect(throws: KMSError.malformedPolicy(reason)) {
      try Samples.policy(#"{"Statement": {"Effect": "Allow", \#(elements)}}"#, as: .trust)
    }
    let sound = try Samples.policy(
      #"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}"#, as: .trust)
    #expect(sound.statements.first?.actions == ActionSet([.assumeRole]))
  }

  @Test("statement ids of an identity policy differ")
  func repeatedSid() {
    let statement = #"{"Sid": "A", "Effect": "Allow", "Action": "kms:*", "Resource": "*"}"#
    #expect(throws: KMSError.malformedPolicy(PolicyFault.repeatedSid)) {
      try Samples.policy(#"{"Statement": [\#(statement), \#(statement)]}"#, as: .identity)
    }
  }
}

@Suite("Places of statements")
struct StatementPlaceTests {
  @Test(
    "statements are found where they stand, counted from one",
    arguments: [
      (
        #"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}, {}]}"#,
        [[1, 41, 1, 60], [1, 62, 1, 64]]
      ),
      (#"{"Statement":{"Effect":"Allow"}}"#, [[1, 14, 1, 32]]),
      ("{\n  \"Statement\": [\n    {\n      \"Sid\": \"é\" },\n{ }]}", [[3, 5, 4, 20], [5, 1, 5, 4]]),
      ("{}", []), ("nope", []),
    ])
  func places(text: String, places: [[Int]]) {
    let found = StatementPlace.all(in: Array(text.utf8))
    #expect(found.map { [$0.start.line, $0.start.column, $0.end.line, $0.end.column] } == places)
  }
}

@Suite("Policy actions, resources and principals")
struct PolicyElementTests {
  @Test(
    "actions are named in any case, with wildcards",
    arguments: [
      ("kms:Encrypt", [Action.encrypt]), ("KMS:encrypt", [.encrypt]),
      ("kms:ReEncrypt*", [.reEncryptFrom, .reEncryptTo]),
      ("kms:?ncrypt", [.encrypt]), ("kms:GenerateDataKey", [.generateDataKey]),
      (
        "kms:GenerateDataKey*",
        [
          .generateDataKey, .generateDataKeyWithoutPlaintext, .generateDataKeyPair,
          .generateDataKeyPairWithoutPlaintext,
        ]
      ),
      ("kms:*crypt", [.encrypt, .decrypt]), ("s3:GetObject", []), ("kms:NoSuchThing", []),
      ("sts:GetCaller*", [.getCallerIdentity]),
      (
        "claviger:*ClientCertificate*",
        [.addClientCertificate, .revokeClientCertificate, .listClientCertificates]
      ),
      ("kms:ReEncrypt", []), ("keyvault:GetSecret", [.readSecret]),
      (
        "keyvault:*Secret",
        [
          .readSecret, .setSecret, .updateSecret, .deleteSecret, .recoverSecret, .purgeSecret, .backUpSecret,
          .restoreSecret,
        ]
      ),
    ])
  func actions(pattern: String, expected: [Action]) throws {
    #expect(try ActionGrammar.actions([pattern], inverted: false) == ActionSet(expected))
  }

  @Test("the star means AWS's actions, none of the server's own", arguments: Action.allCases)
  func star(action: Action) throws {
    #expect(try ActionGrammar.actions(["*"], inverted: false).contains(action) == action.isPolicyAction)
    #expect(try !ActionGrammar.actions(["*"], inverted: true).contains(action))
    let others = try ActionGrammar.actions(["kms:Encrypt"], inverted: true)
    #expect(others.contains(action) == (action.isPolicyAction && action != .encrypt))
  }

  @Test(
    "resources are patterns over ARNs",
    arguments: [
      (#""Resource": "*""#, true), (#""Resource": "\#(Samples.keyARN)""#, true),
      (#""Resource": ["arn:aws:s3:::x", "arn:aws:kms:*:111122223333:key/*"]"#, true),
      (#""Resource": "arn:aws-cn:kms:eu-central-1:111122223333:key/*""#, true),
      (#""Resource": "arn:aws:kms:us-east-1:111122223333:key/*""#, false),
      (#""NotResource": "arn:aws:kms:*:111122223333:key/*""#, false),
      (#""NotResource": "arn:aws:s3:::x""#, true), (#""NotResource": "*""#, false),
    ])
  func resources(element: String, matches: Bool) throws {
    let resources = try Samples.statement(element).resources
    #expect(resources.contains(Samples.keyARN, for: .allow) { _, _ in .absent } == matches)
  }

  /// The variable stands for the end of the sample key's ARN, for something else, or for nothing.
  @Test(
    "a resource with a variable is what the request makes of it, and without a value nothing that is allowed",
    arguments: [
      ("Allow", "Resource", true, false, false), ("Deny", "Resource", true, false, false),
      ("Allow", "NotResource", false, true, false), ("Deny", "NotResource", false, true, true),
    ])
  func variableResource(effect: String, element: String, same: Bool, other: Bool, absent: Bool) throws {
    let policy = try Samples.policy(
      """
      {"Version": "2012-10-17", "Statement": {"Effect": "\(effect)", "Principal": "*", "Action": "kms:*",
       "\(element)": "arn:aws:kms:*:*:key/${aws:username}"}}
      """)
    let statement = try #require(policy.statements.first)
    for (value, covered) in [(NamesTests.id, same), ("x", other), ("*", other), (nil, absent)] {
      let found = statement.resources.contains(Samples.keyARN, for: statement.effect) { key, name in
        #expect(key == .userName && name == "aws:username")
        return value.map { .values([$0]) } ?? .absent
      }
      #expect(found == covered)
    }
  }

  @Test(
    "principals are accounts, users, roles and sessions",
    arguments: [
      (#""*""#, PrincipalSet.Member.anyone), (#"{"AWS": "*"}"#, .anyone),
      (#"{"AWS": "111122223333"}"#, .account(Samples.account)),
      (#"{"AWS": "arn:aws:iam::111122223333:root"}"#, .account(Samples.account)),
      (#"{"AWS": ["arn:aws-cn:iam::444455556666:root"]}"#, .account(Samples.other)),
      (#"{"AWS": "arn:aws:iam::111122223333:user/alice"}"#, .named("arn:aws:iam::111122223333:user/alice")),
      (
        #"{"AWS": "arn:aws:iam::111122223333:user/a/b/alice"}"#,
        .named("arn:aws:iam::111122223333:user/a/b/alice")
      ),
      (#"{"AWS": "arn:aws-us-gov:iam::111122223333:role/r"}"#, .named("arn:aws:iam::111122223333:role/r")),
      (
        #"{"AWS": "arn:aws:sts::111122223333:assumed-role/r/s@x"}"#,
        .named("arn:aws:sts::111122223333:assumed-role/r/s@x")
      ),
      (
        #"{"AWS": "arn:aws:sts::111122223333:federated-user/f"}"#,
        .named("arn:aws:sts::111122223333:federated-user/f")
      ),
      (#"{"Federated": "cognito-identity.amazonaws.com"}"#, .provider("cognito-identity.amazonaws.com")),
      (
        #"{"Federated": "arn:aws:iam::111122223333:oidc-provider/id.example.com/a"}"#,
        .provider("arn:aws:iam::111122223333:oidc-provider/id.example.com/a")
      ),
    ])
  func principal(json: String, member: PrincipalSet.Member) throws {
    #expect(try PrincipalGrammar.members(try Samples.json(json)) == [member])
  }

  @Test(
    "principals that can't call this server are valid and match nobody",
    arguments: [
      #"{"Service": "logs.eu-central-1.amazonaws.com"}"#, #"{"Service": ["a.b", "c.d"]}"#,
      #"{"CanonicalUser": "79a59d"}"#,
    ])
  func foreignPrincipal(json: String) throws {
    #expect(try PrincipalGrammar.members(try Samples.json(json)).isEmpty)
  }

  @Test(
    "invalid principals are refused as AWS refuses them",
    arguments: [
      #""alice""#, "7", "[]", "{}", #""""#, #"{"AWS": []}"#, #"{"AWS": "alice"}"#, #"{"AWS": "1111"}"#,
      #"{"AWS": ""}"#,
      #"{"AWS": "AIDAEXAMPLEID"}"#, #"{"aws": "*"}"#, #"{"Google": "x"}"#, #"{"Service": "logs"}"#,
      #"{"Service": "*"}"#, #"{"Service": "a..b"}"#, #"{"Federated": ""}"#, #"{"Federated": "*"}"#,
      #"{"AWS": "arn:aws:iam::111122223333:user/*"}"#, #"{"AWS": "arn:aws:iam::111122223333:user/"}"#,
      #"{"AWS": "arn:aws:iam::111122223333:user/a//b"}"#, #"{"AWS": "arn:aws:iam::111122223333:group/g"}"#,
      #"{"AWS": "arn:aws:iam::*:root"}"#, #"{"AWS": "arn:aws:iam::1111:root"}"#,
      #"{"AWS": "arn:aws:iam:eu-central-1:111122223333:root"}"#,
      #"{"AWS": "arn:aws:iam::111122223333:roots"}"#,
      #"{"AWS": "arn:aws:sts::111122223333:assumed-role/r"}"#,
      #"{"AWS": "arn:aws:sts::111122223333:assumed-role/r/s/t"}"#,
      #"{"AWS": "arn:aws:s3::111122223333:user/alice"}"#,
      #"{"AWS": "arn:aws:iam::111122223333:user/al ice"}"#,
      #"{"AWS": ["*", "alice"]}"#,
    ])
  func invalidPrincipal(json: String) throws {
    let value = try Samples.json(json)
    #expect(throws: KMSError.malformedPolicy(PolicyFault.principals)) { try PrincipalGrammar.members(value) }
  }
}

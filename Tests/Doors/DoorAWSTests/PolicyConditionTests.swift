import KMSDomain
import Testing

@testable import DoorAWS

@Suite("Policy conditions")
struct PolicyConditionTests {
  private func condition(_ json: String, version: String = "2012-10-17") throws -> Condition {
    let statement = try Samples.statement(#""Resource": "*", "Condition": {\#(json)}"#, version: version)
    return try #require(statement.conditions.first)
  }

  private static func arnLike(_ pattern: String, negated: Bool) -> Condition.Test {
    .sectionsLike(
      [SectionedGlob(PatternBytes(wild: pattern), sections: 6)].compactMap { $0 }, negated: negated)
  }

  private static func moment(_ seconds: Int64) -> Instant { Instant(milliseconds: seconds * 1000) }

  private static func decimal(_ text: String) -> KMSDomain.Decimal { KMSDomain.Decimal(text) ?? 0 }

  private static func range(_ text: String) -> AddressRange {
    guard let range = AddressRange(text) else { preconditionFailure("a constant of the tests is malformed") }
    return range
  }

  @Test(
    "condition keys are known in any case",
    arguments: [
      ("kms:CallerAccount", ConditionKey.callerAccount), ("aws:PrincipalAccount", .callerAccount),
      ("AWS:principalarn", .principalName), ("aws:userid", .principalID), ("aws:username", .userName),
      ("aws:SecureTransport", .secureTransport), ("kms:EncryptionContext:Dept", .encryptionContext("Dept")),
      ("KMS:ENCRYPTIONCONTEXT:a:b/c", .encryptionContext("a:b/c")),
      ("kms:EncryptionContextKeys", .encryptionContextNames),
      ("kms:EncryptionAlgorithm", .encryptionAlgorithm),
      ("kms:KeySpec", .keySpec), ("kms:CustomerMasterKeySpec", .keySpec), ("kms:KeyUsage", .keyUsage),
      ("kms:CustomerMasterKeyUsage", .keyUsage), ("kms:KeyOrigin", .keyOrigin),
      ("kms:RequestAlias", .requestedAlias),
      ("aws:ResourceTag/Team", .resourceTag("Team")), ("aws:RequestTag/Team", .requestTag("Team")),
      ("aws:TagKeys", .tagNames), ("kms:ScheduleKeyDeletionPendingWindowInDays", .deletionWindowDays),
      ("kms:RotationPeriodInDays", .rotationPeriodDays), ("kms:GranteePrincipal", .granteePrincipal),
      ("kms:RetiringPrincipal", .retiringPrincipal), ("kms:GrantOperations", .grantOperations),
      ("kms:GrantConstraintType", .grantConstraintType), ("kms:GrantIsForAWSResource", .grantIsForService),
      ("kms:BypassPolicyLockoutSafetyCheck", .bypassesLockoutCheck),
      ("kms:ReEncryptOnSameKey", .reEncryptsOnSameKey), ("kms:DataKeyPairSpec", .dataKeyPairSpec),
      ("kms:RecipientAttestation:ImageSha384", .recipientImage),
      ("kms:RecipientAttestation:PCR0", .recipientRegister(0, of: .enclave)),
      ("KMS:recipientattestation:pcr31", .recipientRegister(31, of: .enclave)),
      ("kms:RecipientAttestation:NitroTPMPCR4", .recipientRegister(4, of: .measuredMachine)),
      ("kms:RecipientAttestation:PCR", .unknown("kms:RecipientAttestation:PCR")),
      ("kms:RecipientAttestation:PCR01", .unknown("kms:RecipientAttestation:PCR01")),
      ("kms:RecipientAttestation:PCR+1", .unknown("kms:RecipientAttestation:PCR+1")),
      ("kms:WrappingAlgorithm", .wrappingAlgorithm), ("kms:WrappingKeySpec", .wrappingKeySpec),
      ("kms:ExpirationModel", .expirationModel), ("kms:ValidTo", .validTo),
      ("aws:CurrentTime", .currentTime), ("aws:EpochTime", .epochTime), ("aws:TokenIssueTime", .sessionStart),
      ("aws:PrincipalTag/Team", .principalTag("Team")), ("aws:PrincipalType", .principalKind),
      ("aws:SourceIp", .sourceAddress), ("aws:UserAgent", .userAgent),
      ("aws:RequestedRegion", .requestedRegion),
      ("aws:ResourceAccount", .resourceAccount), ("aws:MultiFactorAuthPresent", .multiFactorPresent),
      ("aws:FederatedProvider", .federationProvider), ("aws:SourceIdentity", .sourceIdentity),
      ("aws:PrincipalIsAWSService", .isService), ("aws:ViaAWSService", .isService),
      ("kms:ResourceAliases", .resourceAliases), ("sts:ExternalId", .externalID),
      ("sts:RoleSessionName", .sessionName), ("sts:SourceIdentity", .requestedSourceIdentity),
      ("sts:TransitiveTagKeys", .transitiveTagNames), ("iam:PolicyARN", .policyName),
      ("iam:PermissionsBoundary", .boundaryName), ("iam:ResourceTag/Team", .resourceTag("Team")),
      ("accounts.google.com:aud", .unknown("accounts.google.com:aud")),
      ("kms:ViaService", .unknown("kms:ViaService")), ("aws:PrincipalOrgID", .unknown("aws:PrincipalOrgID")),
      ("s3:prefix", .unknown("s3:prefix")), ("\u{212a}ms:KeySpec", .unknown("\u{212a}ms:KeySpec")),
    ])
  func keys(name: String, key: ConditionKey) throws {
    let found = try #require(ConditionKeyName(name))
    #expect(found.key == key)
    #expect(found.folded.utf8.count == name.utf8.count)
  }

  @Test(
    "each operator becomes its test",
    arguments: [
      ("StringEquals", #""a""#, Condition.Test.stringEquals(["a"], ignoringCase: false, negated: false)),
      ("StringEquals", #"["a", "b"]"#, .stringEquals(["a", "b"], ignoringCase: false, negated: false)),
      ("StringNotEquals", #""a""#, .stringEquals(["a"], ignoringCase: false, negated: true)),
      ("StringEqualsIgnoreCase", #""a""#, .stringEquals(["a"], ignoringCase: true, negated: false)),
      ("StringNotEqualsIgnoreCase", #""a""#, .stringEquals(["a"], ignoringCase: true, negated: true)),
      ("StringLike", #""a*""#, .stringLike([Glob("a*")], negated: false)),
      ("StringNotLike", #""a*""#, .stringLike([Glob("a*")], negated: true)),
      ("ArnEquals", #""arn:aws-cn:iam::*:x""#, arnLike("arn:aws:iam::*:x", negated: false)),
      ("ArnLike", #""arn:*:*:*:*:*""#, arnLike("arn:*:*:*:*:*", negated: false)),
      ("ArnLike", #"["arn:*", "arn:*:*:*:*:*"]"#, arnLike("arn:*:*:*:*:*", negated: false)),
      ("ArnNotEquals", #""*""#, arnLike("*", negated: true)),
      ("ArnNotLike", #""arn:aws:iam::1:?""#, arnLike("arn:aws:iam::1:?", negated: true)),
      ("NumericEquals", #""7""#, .numeric([7], .equal)), ("NumericNotEquals", "7", .numeric([7], .notEqual)),
      ("NumericLessThan", "[7, 8]", .numeric([7, 8], .less)),
      ("NumericLessThanEquals", "7", .numeric([7], .lessOrEqual)),
      ("NumericGreaterThan", "-1", .numeric([-1], .greater)),
      ("NumericGreaterThanEquals", "7", .numeric([7], .greaterOrEqual)),
      ("Bool", #""TRUE""#, .bool([true])), ("Bool", "false", .bool([false])),
      ("NumericEquals", #"["7.50", "-0.001"]"#, .numeric([decimal("7.5"), decimal("-0.001")], .equal)),
      ("DateEquals", #""2030-01-01T00:00:00Z""#, .date([moment(1_893_456_000)], .equal)),
      ("DateNotEquals", #""1893456000""#, .date([moment(1_893_456_000)], .notEqual)),
      ("DateLessThan", #""2030""#, .date([moment(1_893_456_000)], .less)),
      ("DateLessThanEquals", "1893456000", .date([moment(1_893_456_000)], .lessOrEqual)),
      ("DateGreaterThan", #""2030-01-01T01:00+01:00""#, .date([moment(1_893_456_000)], .greater)),
      ("DateGreaterThanEquals", #""2030-01""#, .date([moment(1_893_456_000)], .greaterOrEqual)),
      ("BinaryEquals", #""AAE=""#, .binary([[0, 1]])),
      ("IpAddress", #""10.0.0.0/8""#, .address([range("10.0.0.0/8")], negated: false)),
      ("NotIpAddress", #"["2001:DB8::/32"]"#, .address([range("2001:db8::/32")], negated: true)),
      ("Null", #""true""#, .null(true)),
      ("Null", #"["false", "false"]"#, .null(false)),
      ("StringEquals", "true", .stringEquals(["true"], ignoringCase: false, negated: false)),
    ])
  func operators(name: String, values: String, test: Condition.Test) throws {
    let condition = try condition(#""\#(name)": {"kms:CallerAccount": \#(values)}"#)
    #expect(condition.test == test)
    #expect(condition.key == .callerAccount)
    #expect(condition.quantifier == .single)
    #expect(!condition.ifExists)
    #expect(condition.label == name + " kms:CallerAccount")
  }

  @Test(
    "what isn't of the kind that an operator compares can't be evaluated",
    arguments: [
      #""DateLessThan": {"aws:userid": "2030-13-01"}"#, #""DateLessThan": {"aws:userid": "soon"}"#,
      #""IpAddress": {"aws:SourceIp": "10.0.0.0/33"}"#, #""IpAddress": {"aws:SourceIp": "10.0.0"}"#,
      #""BinaryEquals": {"aws:userid": "A"}"#,
      #""StringEquals": {"aws:ResourceTag/${aws:username}": "x"}"#,
      #""NumericEquals": {"kms:ScheduleKeyDeletionPendingWindowInDays": "seven"}"#,
      #""NumericEquals": {"kms:ScheduleKeyDeletionPendingWindowInDays": "${aws:username}"}"#,
      #""Bool": {"aws:SecureTransport": "yes"}"#, #""Null": {"aws:userid": ["true", "false"]}"#,
    ])
  func unevaluable(json: String) throws {
    let condition = try condition(json)
    #expect(condition.test == .unevaluable(condition.label))
  }

  @Test("the escapes of the language stand for themselves")
  func escapes() throws {
    let equals = try condition(#""StringEquals": {"aws:userid": "a${*}b${?}c${$}d$e"}"#)
    #expect(equals.test == .stringEquals(["a*b?c$d$e"], ignoringCase: false, negated: false))
    let like = try condition(#""StringLike": {"aws:userid": "a${$}*"}"#)
    var dollar = PatternBytes()
    dollar.append(literal: "a$")
    dollar.append(wild: "*")
    #expect(like.test == .stringLike([Glob(dollar)], negated: false))
    var star = PatternBytes()
    star.append(literal: "a*")
    #expect(
      try condition(#""StringLike": {"aws:userid": "a${*}"}"#).test
        == .stringLike([Glob(star)], negated: false))
  }

  @Test("the language of 2008 has no variables")
  func noVariables() throws {
    let old = try condition(#""StringEquals": {"aws:userid": "${aws:username}"}"#, version: "2008-10-17")
    #expect(old.test == .stringEquals(["${aws:username}"], ignoringCase: false, negated: false))
  }

  @Test(
    "quantifiers and IfExists stand around the operator",
    arguments: [
      ("ForAllValues:StringEquals", Condition.Quantifier.forAll, false),
      ("ForAnyValue:StringLike", .forAny, false), ("StringEqualsIfExists", .single, true),
      ("ForAllValues:StringNotLikeIfExists", .forAll, true), ("ForAnyValue:Null", .forAny, false),
    ])
  func quantifiers(name: String, quantifier: Condition.Quantifier, ifExists: Bool) throws {
    let condition = try condition(#""\#(name)": {"aws:TagKeys": "true"}"#)
    #expect(condition.quantifier == quantifier)
    #expect(condition.ifExists == ifExists)
  }

  @Test("every operator of the language is accepted", arguments: ConditionOperator.allCases)
  func accepted(comparison: ConditionOperator) throws {
    let condition = try condition(#""\#(comparison.rawValue)": {"aws:userid": "1"}"#)
    #expect(condition.key == .principalID)
  }
}

@Suite("Policies decide")
struct PolicyDecisionTests {
  private func keyPolicy(_ statements: String...) -> String {
    #"{"Version": "2012-10-17", "Statement": [\#(statements.joined(separator: ","))]}"#
  }
  private let root = """
    {"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*",
     "Resource": "*"}
    """
  private let identity = #"{"Statement": {"Effect": "Allow", "Action": "kms:Encrypt", "Resource": "*"}}"#

  private func allow(_ condition: String) -> String {
    """
    {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/alice"}, "Action": "kms:*",
     "Resource": "*", "Condition": \(condition)}
    """
  }

  @Test("the account's root hands the decision to identity policies")
  func delegation() throws {
    let policy = keyPolicy(root)
    #expect(try !Samples.decide(.encrypt, policy, by: Samples.caller()).isAllowed)
    #expect(try Samples.decide(.encrypt, policy, by: Samples.caller(policies: [identity])).isAllowed)
    #expect(try !Samples.decide(.decrypt, policy, by: Samples.caller(policies: [identity])).isAllowed)
    #expect(try Samples.decide(.decrypt, policy, by: Samples.caller(isRoot: true)).isAllowed)
    let elsewhere = try Samples.caller(account: Samples.other, policies: [identity])
    #expect(try !Samples.decide(.encrypt, policy, by: elsewhere).isAllowed)
  }

  @Test("an identity policy without the key policy's word is nothing")
  func noDelegation() throws {
    let policy = keyPolicy(
      #"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/bob"}, "#
        + #""Action": "kms:*", "Resource": "*"}"#)
    let decision = try Samples.decide(.encrypt, policy, by: Samples.caller(policies: [identity]))
    #expect(decision == Decision(isAllowed: false, ground: .noKeyPolicyStatement))
    #expect(try Samples.decide(.encrypt, policy, by: Samples.caller("bob")).isAllowed)
  }

  @Test("a test that can't be evaluated lets no allow match and every deny")
  func unevaluable() throws {
    let late = #"{"DateGreaterThan": {"aws:CurrentTime": "once upon a time"}}"#
    let alice = try Samples.caller(policies: [identity])
    #expect(try !Samples.decide(.encrypt, keyPolicy(allow(late)), by: alice).isAllowed)
    let deny =
      #"{"Sid": "Late", "Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*", "Condition": \#(late)}"#
    let decision = try Samples.decide(.encrypt, keyPolicy(root, deny), by: alice)
    #expect(decision == Decision(isAllowed: false, ground: .keyPolicy("Late")))
  }

  @Test(
    "an unknown condition key is absent",
    arguments: [
      (#"{"StringEquals": {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}}"#, false),
      (#"{"StringNotEquals": {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}}"#, true),
      (#"{"StringEqualsIfExists": {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}}"#, true),
      (#"{"Null": {"kms:ViaService": "true"}}"#, true), (#"{"Null": {"kms:ViaService": "false"}}"#, false),
    ])
  func unknownKey(condition: String, isAllowed: Bool) throws {
    #expect(
      try Samples.decide(.encrypt, keyPolicy(allow(condition)), by: Samples.caller()).isAllowed == isAllowed)
  }

  @Test(
    "the encryption context is asked by name and value",
    arguments: [
      (#"{"StringEquals": {"kms:EncryptionContext:Dept": "pay"}}"#, true),
      (#"{"StringEquals": {"kms:EncryptionContext:Dept": "PAY"}}"#, false),
      (#"{"StringLike": {"kms:EncryptionContext:Dept": "p*"}}"#, true),
      (#"{"StringEquals": {"kms:EncryptionContext:Other": "pay"}}"#, false),
      (#"{"ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["Dept", "Case"]}}"#, true),
      (#"{"ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["Dept"]}}"#, false),
      (#"{"ForAnyValue:StringEquals": {"kms:EncryptionContextKeys": ["Case"]}}"#, true),
      (#"{"Null": {"kms:EncryptionContextKeys": "true"}}"#, false),
      (
        #"{"StringEquals": {"kms:CallerAccount": "111122223333"}, "Bool": {"aws:SecureTransport": "true"}}"#,
        true
      ),
      (
        #"{"StringEquals": {"kms:CallerAccount": "111122223333"}, "Bool": {"aws:SecureTransport": "false"}}"#,
        false
      ),
      (#"{"StringEquals": {"aws:ResourceTag/Team": "red"}}"#, true),
      (#"{"StringEquals": {"aws:ResourceTag/Team": "blue"}}"#, false),
      (#"{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/al*"}}"#, true),
      (#"{"StringEquals": {"kms:KeySpec": "SYMMETRIC_DEFAULT"}}"#, true),
      (#"{"StringEquals": {"kms:KeyOrigin": "EXTERNAL"}}"#, false),
      (#"{"StringEquals": {"claviger:KeyringKind": "aws"}}"#, true),
      (#"{"StringEquals": {"Claviger:keyringKIND": "kmip"}}"#, false),
    ])
  func context(condition: String, isAllowed: Bool) throws {
    var facts = RequestFacts()
    facts.encryptionContext = EncryptionContext([
      .init(name: "Dept", value: "pay"), .init(name: "Case", value: "7"),
    ])
    let decision = try Samples.decide(
      .encrypt, keyPolicy(allow(condition)), by: Samples.caller(), facts: facts,
      tags: [KMSDomain.Tag(key: "Team", value: "red")])
    #expect(decision.isAllowed == isAllowed)
  }

  @Test(
    "keys of several Regions are told from others by conditions",
    arguments: [
      (#"{"Bool": {"kms:MultiRegion": "true"}}"#, [false, true, true]),
      (#"{"Bool": {"kms:MultiRegion": "false"}}"#, [true, false, false]),
      (#"{"StringEquals": {"kms:MultiRegionKeyType": "PRIMARY"}}"#, [false, true, false]),
      (#"{"StringEquals": {"kms:MultiRegionKeyType": "REPLICA"}}"#, [false, false, true]),
      (#"{"Null": {"kms:MultiRegionKeyType": "true"}}"#, [true, false, false]),
      (#"{"StringLike": {"kms:ReplicaRegion": "us-*"}}"#, [true, true, true]),
      (#"{"StringEquals": {"kms:ReplicaRegion": "eu-west-1"}}"#, [false, false, false]),
      (#"{"StringEquals": {"kms:PrimaryRegion": "us-east-1"}}"#, [false, false, false]),
    ])
  func regions(condition: String, isAllowed: [Bool]) throws {
    var facts = RequestFacts()
    facts.otherRegion = .replica("us-east-1")
    for (reach, isAllowed) in zip(KeyReach.allCases, isAllowed) {
      facts.newKeyReach = reach
      let decision = try Samples.decide(
        .replicateKey, keyPolicy(allow(condition)), by: Samples.caller(), facts: facts)
      #expect(decision.isAllowed == isAllowed)
    }
  }
}

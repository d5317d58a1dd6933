import KMSDomain
import KMSTestKit
import Testing

@testable import DoorAWS

@Suite("ARNs of policies that stand by themselves")
struct PolicyARNTests {
  private static func own(
    _ name: String, _ path: String, in account: AccountID = Samples.account
  ) -> PolicyName {
    .own(IdentityName(.policy, name, in: account, at: path), path: path)
  }

  @Test("a policy of the account is its name and its path")
  func ofTheAccount() {
    #expect(PolicyName(arn: "arn:aws:iam::111122223333:policy/x") == Self.own("x", "/"))
    #expect(PolicyName(arn: "arn:aws:iam::111122223333:policy/a/b/x") == Self.own("x", "/a/b/"))
    #expect(
      AWSVocabulary().name(of: Self.own("x", "/a/b/")) == "arn:aws:iam::111122223333:policy/a/b/x")
  }

  @Test("others are every account's, or somebody else's")
  func others() {
    let every = "arn:aws:iam::aws:policy/AdministratorAccess"
    #expect(PolicyName(arn: every) == .builtIn(every))
    #expect(PolicyName(arn: "arn:aws-cn:iam::aws:policy/AdministratorAccess") == .builtIn(every))
    let other = AccountID("444455556666").unsafelyPresent
    #expect(PolicyName(arn: "arn:aws:iam::444455556666:policy/x") == Self.own("x", "/", in: other))
  }

  @Test(
    "what isn't a policy has no name",
    arguments: [
      "arn:aws:iam::111122223333:role/x", "arn:aws:iam::111122223333:policy/", "arn:aws:iam::aws:policy/a/",
      "arn:aws:kms::111122223333:policy/x", "arn:aws:iam:eu-west-1:111122223333:policy/x",
      "arn:aws:iam::111122223333:policy",
    ])
  func none(text: String) {
    #expect(PolicyName(arn: text) == nil)
  }
}

import KMSDomain
import Testing

@testable import DoorAWS

@Suite("ARNs of policies that stand by themselves")
struct PolicyARNTests {
  private static func name(_ text: String) -> PolicyName? {
    ARN(text).flatMap { PolicyName($0, text, in: Samples.account) }
  }

  private static func own(_ name: String, _ path: String) -> PolicyName {
    .own(IdentityName(.policy, name, in: Samples.account), path: path)
  }

  @Test("a policy of the account is its name and its path")
  func ofTheAccount() {
    #expect(Self.name("arn:aws:iam::111122223333:policy/x") == Self.own("x", "/"))
    #expect(Self.name("arn:aws:iam::111122223333:policy/a/b/x") == Self.own("x", "/a/b/"))
    #expect(
      AWSVocabulary().name(of: Self.own("x", "/a/b/")) == "arn:aws:iam::111122223333:policy/a/b/x")
  }

  @Test("others are every account's, or somebody else's")
  func others() {
    let every = "arn:aws:iam::aws:policy/AdministratorAccess"
    #expect(Self.name(every) == .builtIn(every))
    #expect(Self.name("arn:aws-cn:iam::aws:policy/AdministratorAccess") == .builtIn(every))
    let foreign = "arn:aws:iam::444455556666:policy/x"
    #expect(Self.name(foreign) == .foreign(foreign))
  }

  @Test(
    "what isn't a policy has no name",
    arguments: [
      "arn:aws:iam::111122223333:role/x", "arn:aws:iam::111122223333:policy/", "arn:aws:iam::aws:policy/a/",
      "arn:aws:kms::111122223333:policy/x", "arn:aws:iam:eu-west-1:111122223333:policy/x",
      "arn:aws:iam::111122223333:policy",
    ])
  func none(text: String) {
    #expect(Self.name(text) == nil)
  }
}

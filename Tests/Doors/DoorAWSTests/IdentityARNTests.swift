import KMSDomain
import KMSTestKit
import Testing

@testable import DoorAWS

@Suite("Names of identities")
struct IdentityARNTests {
  private static let account = "arn:aws:iam::111122223333:"

  @Test(
    "an ARN is read into what it names, and written again",
    arguments: [
      ("user/alice", IdentityKind.user, "alice", "/"), ("user/a/b/alice", .user, "alice", "/a/b/"),
      ("group/staff", .group, "staff", "/"), ("role/x/y+=,.@-_1", .role, "y+=,.@-_1", "/x/"),
      ("policy/a/reader", .policy, "reader", "/a/"),
    ])
  func named(resource: String, kind: IdentityKind, text: String, path: String) throws {
    let name = try #require(IdentityName(arn: Self.account + resource))
    #expect(name == IdentityName(kind, text, in: Fixtures.account, at: path))
    #expect(ARN.identity(name, path: path) == Self.account + resource)
  }

  @Test("a provider's name is its URL without the scheme, and has no path")
  func provider() throws {
    let name = try #require(IdentityName(arn: Self.account + "oidc-provider/issuer.example:8443/a/B"))
    #expect(name == IdentityName(.provider, "issuer.example:8443/a/B", in: Fixtures.account))
    #expect(ARN.identity(name, path: "/") == Self.account + "oidc-provider/issuer.example:8443/a/B")
  }

  @Test(
    "what isn't the ARN of an identity names nothing",
    arguments: [
      "", "alice", "arn:aws:iam::111122223333:user", "arn:aws:iam::111122223333:user/",
      "arn:aws:iam::111122223333:user/a/", "arn:aws:iam::111122223333:users/a",
      "arn:aws:iam::111122223333:userx/a", "arn:aws:iam::1111:user/a", "arn:aws:iam::aws:policy/x",
      "arn:aws:iam:eu-west-1:111122223333:user/a", "arn:aws:sts::111122223333:user/a",
      "arn:aws:iam::111122223333:user/a*", "arn:aws:iam::111122223333:user/a b",
      "arn:aws:iam::111122223333:policy//x", "arn:aws:iam::111122223333:policy/a b/x",
      "arn:aws:iam::111122223333:oidc-provider/", "arn:aws:iam::111122223333:oidc-provider/*",
      "arn:other:iam::111122223333:user/a", "arn:aws:iam::111122223333:instance-profile/x",
    ])
  func nameless(text: String) { #expect(IdentityName(arn: text) == nil) }

  @Test("a managed policy is the account's or everybody's")
  func policies() {
    let own = IdentityName(.policy, "x", in: Fixtures.account, at: "/a/")
    #expect(PolicyName(arn: Self.account + "policy/a/x") == .own(own, path: "/a/"))
    #expect(PolicyName(arn: "arn:aws:iam::aws:policy/a/x") == .builtIn("arn:aws:iam::aws:policy/a/x"))
    for text in [
      "arn:aws:iam::aws:user/x", "arn:aws:iam::aws:policy/", "arn:aws:iam::aws:policy//x",
      Self.account + "user/x",
    ] {
      #expect(PolicyName(arn: text) == nil)
    }
  }

  @Test("a principal of a policy is a user or a role; of a session, the role without its path")
  func principals() {
    let names = AWSVocabulary()
    #expect(
      names.identity(ofPrincipal: Self.account + "role/a/x")
        == IdentityName(.role, "x", in: Fixtures.account, at: "/a/"))
    #expect(
      names.identity(ofPrincipal: "arn:aws:sts::111122223333:assumed-role/x/session")
        == IdentityName(.role, "x", in: Fixtures.account))
    for text in [
      Self.account + "root", Self.account + "group/x", "arn:aws:sts::111122223333:federated-user/x", "x",
    ] { #expect(names.identity(ofPrincipal: text) == nil) }
  }

  @Test("every policy that all accounts have is a policy, and is found by its ARN")
  func builtIn() throws {
    let names = AWSVocabulary()
    #expect(names.builtInPolicies.count == BuiltInPolicies.all.count)
    for policy in names.builtInPolicies {
      #expect(names.builtInPolicy(policy.resourceName) == policy.document)
      #expect(PolicyName(arn: policy.resourceName) == .builtIn(policy.resourceName))
      _ = try names.compile(policy.document, as: .identity)
      #expect((16...128).contains(policy.id.text.count))
    }
  }
}

@Suite("Issuers of tokens")
struct ProviderURLTests {
  @Test(
    "a URL is a host, maybe a port and a path, without its scheme",
    arguments: [
      "issuer.example", "issuer.example/", "issuer.example/a/B", "issuer.example:8443/a", "127.0.0.1:1/x",
    ])
  func good(name: String) {
    #expect(ProviderURL("https://" + name)?.name == name)
    #expect(ProviderURL("http://" + name) == nil)
  }

  @Test(
    "nothing else is one",
    arguments: [
      "", "https://", "https:///a", "ftp://a", "https://a b", "https://a?b", "https://a#b", "https://a@b",
      "https://a:b", "https://a:", "https://a:65536", "https://a:1:2", "https://*", "https://\u{e4}",
    ])
  func bad(text: String) { #expect(ProviderURL(text) == nil) }
}

@Suite("Keys that policies ask for")
struct ContextKeyNamesTests {
  @Test("keys of conditions and variables are told as they are written, each once")
  func names() {
    let one = """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:*",
      "Resource":"arn:aws:kms:*:*:alias/${aws:username}-${*}${$}${?}",
      "Condition":{"StringEquals":{"aws:PrincipalTag/a":"${ aws:x}${kms:y, 'z'}","KMS:ViaService":"x"}}}]}
      """
    let other = """
      {"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Null":{"kms:viaservice":"true"}}}}
      """
    let found = ContextKeyNames.all(in: [Array(one.utf8), Array(other.utf8), Array("{".utf8), []])
    #expect(found == ["aws:PrincipalTag/a", "KMS:ViaService", "aws:username", "kms:y"])
  }
}

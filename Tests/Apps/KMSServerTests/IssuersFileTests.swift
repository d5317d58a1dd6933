import KMSServer
import KMSTokens
import Testing

@Suite struct IssuersFileTests {
  private func issuers(_ yaml: String, isDevelopment: Bool = false) throws -> [IssuerSettings] {
    try IssuersFile.parse(yaml, name: "issuers.yaml", isDevelopment: isDevelopment)
  }

  private func problems(_ yaml: String, isDevelopment: Bool = false) -> [String] {
    do throws(ConfigurationProblems) {
      _ = try IssuersFile.parse(yaml, name: "issuers.yaml", isDevelopment: isDevelopment)
      return []
    } catch {
      return error.all.map(\.description)
    }
  }

  @Test func `an issuer needs only its name`() throws {
    let one = try #require(try issuers("issuers:\n  - issuer: https://a.example/x\n").first)
    #expect(one.issuer == "https://a.example/x" && one.keys == .discovery && one.replay == .allow)
    #expect(one.algorithms == [.rs256, .es256] && one.audiences.isEmpty && one.authorities == nil)
    #expect(one.freshFor == .seconds(3600) && one.staleFor == .seconds(86_400) && one.pause == .seconds(10))
  }

  @Test func `everything can be said`() throws {
    let one = try #require(
      try issuers(
        """
        issuers:
          - issuer: https://a.example
            audiences: [one, two]
            algorithms: [PS512, ES384]
            keys: https://keys.example/jwks
            ca-file: /etc/ca.pem
            fresh-for: 5m
            stale-for: 0ms
            pause: 1s
            replay: refuse
          - issuer: https://b.example
            keys: /etc/keys.json
        """
      ).first)
    #expect(one.audiences == ["one", "two"] && one.algorithms == [.ps512, .es384])
    #expect(one.keys == .url(try #require(WebAddress("https://keys.example/jwks"))))
    #expect(one.authorities == "/etc/ca.pem" && one.replay == .refuse)
    #expect(one.freshFor == .seconds(300) && one.staleFor == .zero && one.pause == .seconds(1))
  }

  @Test(arguments: [
    "", "issuers: x", "issuers: []\nmore: 1", "- issuer: https://a.example", "issuers:\n  - x",
    "issuers:\n  - issuer:",
    "issuers:\n  - issuer: http://a.example", "issuers:\n  - issuer: https://a.example?x",
    "issuers:\n  - issuer: https://a.example\n    keys: keys.json",
    "issuers:\n  - issuer: https://a.example\n    keys: http://a.example/keys",
    "issuers:\n  - issuer: https://a.example\n    algorithms: [none]",
    "issuers:\n  - issuer: https://a.example\n    algorithms: [HS256]",
    "issuers:\n  - issuer: https://a.example\n    algorithms: []",
    "issuers:\n  - issuer: https://a.example\n    replay: maybe",
    "issuers:\n  - issuer: https://a.example\n    cache: 1h",
    "issuers:\n  - issuer: https://a.example\n    fresh-for: 0s",
    "issuers:\n  - issuer: https://a.example\n  - issuer: https://a.example",
  ])
  func `what can't be meant is refused`(yaml: String) {
    #expect(!problems(yaml).isEmpty)
  }

  @Test func `plain HTTP is for loopback addresses of development servers`() throws {
    let yaml = "issuers:\n  - issuer: http://127.0.0.1:8080/x\n"
    #expect(!problems(yaml).isEmpty)
    #expect(try issuers(yaml, isDevelopment: true).count == 1)
    #expect(!problems("issuers:\n  - issuer: http://10.0.0.1\n", isDevelopment: true).isEmpty)
  }

  @Test func `a complaint names the file, the line and the key`() {
    #expect(
      problems("issuers:\n  - issuer: https://a.example\n    replay: maybe\n")
        == ["issuers.yaml:3: replay: expected one of allow, refuse"])
  }
}

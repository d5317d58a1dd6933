import DoorAWS
import KMSDomain
import Testing

@testable import KMSServer

@Suite struct FirstStartTests {
  private func matches(_ text: String, _ prefix: String, _ count: Int, _ letters: ClosedRange<Character>...)
    -> Bool
  {
    text.hasPrefix(prefix) && text.count == prefix.count + count
      && text.dropFirst(prefix.count).allSatisfy { letter in letters.contains { $0.contains(letter) } }
  }

  @Test func `credentials have the forms that AWS clients know`() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      #expect(matches(AccessKeyText.accessKeyID(using: &random), "AKIA", 16, "A"..."Z", "2"..."7"))
      #expect(matches(AccessKeyText.principalID(using: &random), "AIDA", 16, "A"..."Z", "2"..."7"))
      let secret = AccessKeyText.secret(using: &random)
      #expect(matches(secret, "", 40, "A"..."Z", "a"..."z", "0"..."9", "+"..."+", "/"..."/"))
      #expect(AccountID(AccessKeyText.account(using: &random)) != nil)
      #expect(AccessKeyText.isSecret(secret))
    }
  }

  @Test func `every letter of the alphabets appears`() {
    var random = SystemRandomNumberGenerator()
    var seen = Set<Character>()
    for _ in 0..<400 { seen.formUnion(AccessKeyText.secret(using: &random)) }
    #expect(seen.count == 64)
  }

  @Test func `a development server takes a fixed access key from the environment`() throws {
    let environment = [
      "CLAVIGER_DEV_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
      "CLAVIGER_DEV_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    ]
    let read = try #require(try Credentials(environment, isDevelopment: true))
    #expect(read.accessKeyID == "AKIAIOSFODNN7EXAMPLE")
    #expect(try Credentials([:], isDevelopment: true) == nil)
    #expect(throws: Problem.self) { try Credentials(environment, isDevelopment: false) }
  }

  @Test(arguments: [
    ["CLAVIGER_DEV_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE"],
    ["CLAVIGER_DEV_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"],
    ["CLAVIGER_DEV_ACCESS_KEY_ID": "short", "CLAVIGER_DEV_SECRET_ACCESS_KEY": "0123456789abcdef"],
    [
      "CLAVIGER_DEV_ACCESS_KEY_ID": "0123456789abcdef",
      "CLAVIGER_DEV_SECRET_ACCESS_KEY": "with a space inside",
    ],
    [
      "CLAVIGER_DEV_ACCESS_KEY_ID": "0123456789abcdef", "CLAVIGER_DEV_SECRET_ACCESS_KEY": "with'quote'inside",
    ],
    ["CLAVIGER_DEV_ACCESS_KEY_ID": "0123456789/bcdef", "CLAVIGER_DEV_SECRET_ACCESS_KEY": "0123456789abcdef"],
  ])
  func `half a fixed access key, or a malformed one, is refused`(environment: [String: String]) {
    #expect(throws: Problem.self) { try Credentials(environment, isDevelopment: true) }
  }

  @Test func `the administrator may do everything in the account, but nothing that is the server's own`()
    throws
  {
    let account = try #require(AccountID("123456789012"))
    let admin = FirstStart.administrator("AIDAX", account, Instant(milliseconds: 0))
    #expect(AWSVocabulary().name(of: admin) == "arn:aws:iam::123456789012:user/admin")
    #expect(admin.kind == .user)
    let document = try #require(admin.carried.inline.first)
    let policy = try AWSVocabulary().compile(document.document, as: .identity)
    let statement = try #require(policy.statements.first)
    #expect(policy.statements.count == 1 && statement.effect == .allow && statement.conditions.isEmpty)
    #expect(statement.actions.contains(.createKey))
    #expect(statement.resources.patterns.map(\.matchesEverything) == [true] && !statement.resources.inverted)
    #expect(!Action.createKey.isForSystem)
  }

  private let exports = Exports(
    endpoint: "http://127.0.0.1:8470", tlsEndpoint: "https://localhost:8471",
    kmip: Exports.KMIP(
      host: "127.0.0.1", port: 5696, certificate: "/srv/c.pem", key: "/srv/k.pem", authority: "/srv/a.pem"),
    azure: Exports.Azure(
      vault: Exports.Vault(
        url: "https://dev.vault.localhost:8471", authority: "https://login.localhost:8471"),
      clientID: "c", clientSecret: "s"),
    authorityFile: "/srv/it's/ca.pem",
    accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "se/cr+et", region: "us-east-1",
    account: "123456789012")

  @Test func `exports quote their values for the shell`() {
    let lines = exports.shell.split(separator: "\n").map(String.init)
    #expect(lines.contains("export CLAVIGER_ENDPOINT='http://127.0.0.1:8470'"))
    #expect(lines.contains("export CLAVIGER_TLS_ENDPOINT='https://localhost:8471'"))
    #expect(lines.contains("export CLAVIGER_KMIP_ENDPOINT='127.0.0.1:5696'"))
    #expect(lines.contains("export KMIP_HOST='127.0.0.1'") && lines.contains("export KMIP_PORT='5696'"))
    for (name, file) in [("CERT", "/srv/c.pem"), ("KEY", "/srv/k.pem"), ("CA", "/srv/a.pem")] {
      #expect(lines.contains("export KMIP_\(name)='\(file)'"))
    }
    #expect(lines.contains(#"export CLAVIGER_CA_FILE='/srv/it'\''s/ca.pem'"#))
    #expect(lines.contains("export VAULT_URL='https://dev.vault.localhost:8471'"))
    #expect(lines.contains(#"export REQUESTS_CA_BUNDLE='/srv/it'\''s/ca.pem'"#))
    #expect(lines.contains(#"export SSL_CERT_FILE='/srv/it'\''s/ca.pem'"#))
    #expect(lines.contains("export AWS_SECRET_ACCESS_KEY='se/cr+et'"))
    #expect(lines.contains("export AWS_DEFAULT_REGION='us-east-1'"))
    #expect(lines.contains("export CLAVIGER_ACCOUNT_ID='123456789012'"))
    #expect(lines.contains("export AWS_ENDPOINT_URL='http://127.0.0.1:8470'"))
    #expect(lines.allSatisfy { $0.hasPrefix("export ") && $0.contains("='") })
  }

  @Test func `a door that is off is not exported, and HTTPS alone brings its CA along`() {
    var httpsOnly = exports
    httpsOnly.endpoint = nil
    #expect(!httpsOnly.shell.contains("CLAVIGER_ENDPOINT="))
    #expect(httpsOnly.shell.contains("AWS_ENDPOINT_URL='https://localhost:8471'"))
    #expect(httpsOnly.shell.contains("AWS_CA_BUNDLE="))
    #expect(!exports.shell.contains("AWS_CA_BUNDLE="))
  }

  @Test func `what Azure's clients trust is named where they have a vault and a reason`() {
    var without = exports
    without.authorityFile = nil
    #expect(without.shell.contains("AZURE_CLIENT_ID=") && !without.shell.contains("CA_BUNDLE="))
    without = exports
    without.azure = nil
    #expect(!without.shell.contains("REQUESTS_CA_BUNDLE=") && !without.shell.contains("SSL_CERT_FILE="))
  }

  @Test func `what is to be pasted ends in a command that works with it`() {
    let lines = exports.paste.split(separator: "\n")
    #expect(lines.last?.hasPrefix("aws kms ") == true)
    #expect(lines.dropLast().allSatisfy { $0.hasPrefix("export AWS_") })
    #expect(exports.firstLines.hasPrefix("# "))
  }

  @Test func `exports of a directory without a development server say what to do`() throws {
    let scratch = try Scratch()
    #expect(throws: Problem.self) { try Exports(ofRunning: scratch.directory) }
    scratch.write("dev\n", to: "mode")
    do {
      _ = try Exports(ofRunning: scratch.directory)
      Issue.record("no server is running")
    } catch let problem as Problem {
      #expect(problem.what.hasPrefix("no server is running"))
    }
  }
}

import Foundation
import KMSDomain
import Testing

@testable import KMSServer

@Suite struct SeedFileTests {
  private static let account = "111122223333"
  private static let id = "bc436485-5092-42b8-92a3-0aa8b93536dc"
  private static let family = "mrk-1234abcd12ab34cd56ef1234567890ab"
  private static let bytes = String(repeating: "0a", count: 32)

  private func parse(_ yaml: String, folder: String = "/absent") throws -> Seed {
    let account = try #require(AccountID("000000000000"))
    return try SeedFile.parse(
      yaml, name: "keys.yaml", folder: folder, SeedDefaults(account: account, region: "us-east-1"))
  }

  private func problems(_ yaml: String) throws -> [String] {
    do {
      _ = try parse(yaml)
      return []
    } catch let error as ConfigurationProblems {
      return error.all.map(\.description)
    }
  }

  private func key(_ members: String...) -> String {
    "keys:\n  - id: \(Self.id)\n" + members.map { "    \($0)\n" }.joined()
  }

  @Test func `a key of which nothing is said is symmetric, switched on, of the first account`() throws {
    let seed = try parse("accounts: [{id: \(Self.account)}, {id: 444455556666}]\n" + key())
    let key = try #require(seed.keys.first?.seed)
    #expect(seed.accounts.map(\.id.text) == [Self.account, "444455556666"])
    #expect(key.primary.home == Keyring(account: seed.accounts[0].id, region: "us-east-1", kind: .aws))
    #expect(key.spec == .aes256 && key.usages == [.encrypt, .decrypt] && key.origin == .generated)
    #expect(key.primary.isEnabled && key.primary.policy == nil && key.rotationDays == nil)
    #expect(key.materials.count == 1 && key.materials[0].brought == nil)
    #expect(!key.isMultiRegion && key.replicas.isEmpty && seed.keys[0].line == 3)
    #expect(try parse(self.key()).keys[0].seed.primary.home.account.text == "000000000000")
  }

  @Test func `everything can be said`() throws {
    let seed = try parse(
      """
      accounts:
        - id: \(Self.account)
          access-keys: [{id: test, secret: "1"}, {id: OTHER, secret: "two:+/"}]
      keys:
        - id: \(Self.family)
          account: 444455556666
          region: eu-west-1
          description: "a: b"
          enabled: false
          tags: {a: 1, b: ""}
          aliases: [alias/a, alias/b]
          rotation: on
          material: [{hex: \(Self.bytes)}, {base64: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=}]
          policy: |
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*"}]}
          replicas: [us-west-2, {region: sa-east-1, description: far, aliases: [alias/a]}]
      """)
    #expect(seed.accounts[0].accessKeys.map(\.credentials.secretAccessKey) == ["1", "two:+/"])
    #expect(seed.credentials(of: seed.accounts[0].id)?.accessKeyID == "test")
    let key = seed.keys[0].seed
    #expect(key.isMultiRegion && key.rotationDays == 365)
    #expect(key.primary.home.region == "eu-west-1" && key.primary.home.account.text == "444455556666")
    #expect(key.primary.description == "a: b" && !key.primary.isEnabled)
    #expect(key.primary.tags == [Tag(key: "a", value: "1"), Tag(key: "b", value: "")])
    #expect(key.primary.aliases == ["alias/a", "alias/b"])
    #expect(
      key.primary.policy
        == Array(
          #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*"}]}"#
            .utf8))
    #expect(key.replicas.map(\.home.region) == ["us-west-2", "sa-east-1"])
    #expect(key.replicas.map(\.aliases) == [[], ["alias/a"]] && key.replicas[1].description == "far")
    let material = key.materials.map { $0.brought?.readOnce { span in span.indices.map { span[$0] } } }
    #expect(material == [[UInt8](repeating: 10, count: 32), [UInt8](0..<32)])
    #expect(Set(key.materials.map(\.version)).count == 2 && Set(key.places.map(\.id)).count == 3)
  }

  @Test func `material can lie in files beside the seed`() throws {
    let scratch = try Scratch()
    scratch.write(String(repeating: "x", count: 32), to: "aes", mode: 0o644)
    let base64 = "AQIDBA=="
    scratch.write(
      "explained\n-----BEGIN PRIVATE KEY-----\r\n\(base64)\r\n-----END PRIVATE KEY-----\n", to: "key.pem")
    let symmetric = try parse(key("material: {file: aes}"), folder: scratch.path).keys[0].seed
    #expect(symmetric.materials[0].brought?.count == 32)
    let pair = try parse(
      key("spec: ECC_NIST_P256", "usage: SIGN_VERIFY", "material: {file: \(scratch.path)/key.pem}"))
    let der = pair.keys[0].seed.materials[0].brought?.readOnce { span in span.indices.map { span[$0] } }
    #expect(der == [1, 2, 3, 4])
  }

  @Test func `what is wrong is told with file and line, of all entries in one run`() throws {
    #expect(
      try problems("keys:\n  - id: x\n  - {id: \(Self.id), spec: AES}\n  - 7\nacounts: []\n") == [
        "keys.yaml:5: a seed file has no member 'acounts'; it has: accounts, keys"
      ])
    let several = try problems("keys:\n  - id: x\n  - {id: \(Self.id), spec: AES}\n  - 7\n")
    #expect(several.map { $0.prefix(12) } == ["keys.yaml:2:", "keys.yaml:3:", "keys.yaml:4:"])
    #expect(several[2].contains("a key has members: id, account, region"))
  }

  @Test(arguments: [
    ("material: {hex: \(bytes)ff}", "32 bytes, as hex digits"),
    ("material: {hex: zz\(bytes.dropFirst(2))}", "32 bytes, as hex digits"),
    ("material: {pem: secretsecret}", "bytes: give it as hex"),
    ("material: {key: secretsecret}", "material has no member 'key'"),
    ("material: secretsecret", "material has members: hex, base64, pem, file"),
    ("material: []", "a list of 1 to"),
  ])
  func `material is never repeated in a message`(member: String, words: String) throws {
    let found = try problems(key(member))
    #expect(found.count == 1 && found[0].hasPrefix("keys.yaml:3: ") && found[0].contains(words))
    #expect(!found[0].contains("secret") && !found[0].contains("0a0a"))
  }

  @Test func `the example of the documentation is a seed file`() throws {
    let page = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../docs/seed-file.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let example = try #require(
      text.split(separator: "```yaml\n").dropFirst().first?.split(separator: "\n```").first)
    #expect(try parse(String(example)).keys.count == 4)
  }

  @Test func `the documentation lists every member of a key`() throws {
    let page = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../docs/seed-file.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    for member in SeedKeyReader.known + ["accounts", "keys", "access-keys", "hex", "base64", "pem", "file"] {
      #expect(text.contains("`\(member)`"), "\(member)")
    }
  }

  @Test func `ids inside follow from names, as documented`() throws {
    let account = try #require(AccountID(Self.account))
    let identity = SeedIdentity(account: account, region: "eu-west-1", identifier: Self.id)
    #expect(identity.key.bits.hex == "97d9d1cba7d0c3db4d06b3278f1286ec")
    #expect(identity.version(0).bits.hex == "9d46f33ff51ec0c46260e4ec981dab0f")
    #expect(identity.version(1).bits.hex == "fef4a6dbaddad28e8d156ed21285d511")
    #expect(SeedIdentity.principal(of: account).text == "AIDATVZUW2NZONTONKAA")
  }
}

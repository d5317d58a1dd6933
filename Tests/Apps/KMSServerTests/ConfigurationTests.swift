import Foundation
import KMSDomain
import Testing

@testable import KMSServer

@Suite struct ConfigurationTests {
  private static let everything = """
    data-dir: /srv/kms
    listen: 127.0.0.1:9000
    listen-tls: "[::]:9001"
    listen-kmip: 10.0.0.1:9002
    tls:
      certificate: /srv/server.pem
      key: /srv/server-key.pem
    region: eu-central-1
    log-level: debug
    threads: 3
    seal:
      kind: passphrase
      passphrase-file: /srv/passphrase
    audit:
      mode: strict
      flush-interval: 20ms
      checkpoint-interval: 5m
      segment-size: 8MiB
    limits:
      request-body: 256KiB
      header-size: 8192
      connections: 77
      idle-timeout: 15s
      drain-timeout: 2m
      rejections-per-second: 3
    kmip:
      connections-per-client: 5
      handshake-timeout: 2s
      message-timeout: 3s
      idle-timeout: 4h
      lease-time: 16s
    caches:
      keys: 10
      live-keys: 20
      identities: 30
      rsa-key-pairs: 4
    web-identity:
      issuers: /srv/issuers.yaml
    attestation:
      roots: /srv/roots.pem
    """

  private func resolve(
    _ yaml: String? = nil, environment: [String: String] = [:], flags: [ConfigurationSources.Flag] = [],
    isDevelopment: Bool = false
  ) throws(ConfigurationProblems) -> Configuration {
    try ConfigurationSources(
      file: yaml.map { ($0, "kms.yaml") }, environment: environment, flags: flags,
      isDevelopment: isDevelopment
    ).resolve()
  }

  private func problems(
    _ yaml: String? = nil, environment: [String: String] = [:], flags: [ConfigurationSources.Flag] = [],
    isDevelopment: Bool = false
  ) -> [String] {
    do throws(ConfigurationProblems) {
      _ = try resolve(yaml, environment: environment, flags: flags, isDevelopment: isDevelopment)
      return []
    } catch {
      return error.all.map(\.description)
    }
  }

  @Test func `a file can set every key`() throws {
    let read = try resolve(ConfigurationTests.everything)
    #expect(read.dataDirectory == "/srv/kms")
    #expect(read.listen == Endpoint(host: "127.0.0.1", port: 9000))
    #expect(read.listenTLS == Endpoint(host: "::", port: 9001))
    #expect(read.listenKMIP == Endpoint(host: "10.0.0.1", port: 9002) && read.isKMIPDemanded)
    #expect(read.kmip.connectionsPerClient == 5 && read.kmip.handshakeTimeout == .seconds(2))
    #expect(read.kmip.messageTimeout == .seconds(3) && read.kmip.idleTimeout == .seconds(14_400))
    #expect(read.kmip.leaseTime == .seconds(16))
    #expect(read.certificate == .init(certificate: "/srv/server.pem", key: "/srv/server-key.pem"))
    #expect(read.region == "eu-central-1")
    #expect(read.logLevel == .debug)
    #expect(read.threads == 3)
    #expect(read.seal == .passphraseFile(path: "/srv/passphrase"))
    #expect(read.audit.mode == .strict)
    #expect(read.audit.flushInterval == .milliseconds(20))
    #expect(read.audit.checkpointInterval == .seconds(300))
    #expect(read.audit.segmentSize == 8 << 20)
    #expect(read.limits.requestBody == 256 << 10)
    #expect(read.limits.headerSize == 8192)
    #expect(read.limits.connections == 77)
    #expect(read.limits.idleTimeout == .seconds(15))
    #expect(read.limits.drainTimeout == .seconds(120))
    #expect(read.limits.rejectionsPerSecond == 3)
    #expect(read.caches == .init(keys: 10, liveKeys: 20, identities: 30, rsaKeyPairs: 4))
    #expect(read.attestationRoots == "/srv/roots.pem")
    #expect(read.issuersFile == "/srv/issuers.yaml")
  }

  @Test func `without any source the defaults hold`() throws {
    #expect(try resolve() == Configuration())
    #expect(try resolve("# nothing but a comment\n") == Configuration())
  }

  @Test(arguments: [
    ("lisen: 127.0.0.1:1", "kms.yaml:1: unknown key 'lisen'"),
    ("region: x\naudit:\n  mod: strict", "kms.yaml:3: unknown key 'audit.mod'"),
    ("seal: {kind: file, colour: red}", "kms.yaml:1: unknown key 'seal.colour'"),
    ("data-dir:\n  deeper: 1", "kms.yaml:2: 'data-dir' expects a single value"),
    ("audit: strict", "kms.yaml:1: 'audit' expects keys below it"),
    ("- a\n- b", "kms.yaml:1: expected keys and values"),
    ("region:", "kms.yaml:1: 'region' has no value"),
    ("threads: many", "kms.yaml:1: threads: expected a number from 0 to 256"),
  ])
  func `a mistake in the file is named with its line`(yaml: String, message: String) {
    #expect(problems(yaml) == [message])
  }

  @Test(arguments: ["region: a\nregion: b", "audit:\n  mode: strict\n  mode: normal"])
  func `a key that stands twice is refused`(yaml: String) {
    #expect(problems(yaml).count == 1)
    #expect(problems(yaml).first?.contains("stands more than once") == true)
  }

  @Test func `what is not YAML is refused with its line`() {
    #expect(problems("region: [unclosed").first?.hasPrefix("kms.yaml:") == true)
  }

  @Test func `all problems are told at once`() {
    #expect(problems("threads: -1\nlog-level: loud\nregion: Über").count == 3)
  }

  @Test func `flags override the environment, which overrides the file, which overrides the defaults`() throws
  {
    let yaml = "region: from-file\nthreads: 1\nlog-level: error"
    let environment = ["CLAVIGER_REGION": "from-environment", "CLAVIGER_THREADS": "2"]
    let flags = [ConfigurationSources.Flag("--region", for: "region", "from-flag")]
    let read = try resolve(yaml, environment: environment, flags: flags)
    #expect(read.region == "from-flag")
    #expect(read.threads == 2)
    #expect(read.logLevel == .error)
    #expect(read.listen == Configuration().listen)
  }

  @Test func `a mistake outside the file is named by its variable or flag`() {
    #expect(
      problems(environment: ["CLAVIGER_AUDIT_MODE": "lax"])
        == ["CLAVIGER_AUDIT_MODE: expected one of normal, strict"])
    let found = problems(flags: [.init("--listen", for: "listen", "8470")])
    #expect(found.count == 1 && found[0].hasPrefix("--listen: expected HOST:PORT"))
  }

  @Test func `the data directory alone follows the same order`() throws {
    var sources = ConfigurationSources(file: ("data-dir: /file", "kms.yaml"))
    #expect(try sources.dataDirectory() == "/file")
    sources.environment["CLAVIGER_DATA_DIR"] = "/environment"
    #expect(try sources.dataDirectory() == "/environment")
    sources.flags = [.init("--data-dir", for: "data-dir", "/flag")]
    #expect(try sources.dataDirectory() == "/flag")
    #expect(try ConfigurationSources().dataDirectory() == nil)
  }

  @Test(arguments: [
    ("listen: 0.0.0.0:80", "listen: plain HTTP is for loopback addresses only"),
    ("listen: kms.example:80", "listen: plain HTTP is for loopback addresses only"),
    ("listen: 127.evil.example:80", "listen: plain HTTP is for loopback addresses only"),
    ("listen-tls: 0.0.0.0:443", "so tls.certificate and tls.key are needed"),
    ("listen: off\nlisten-tls: off", "nobody could connect"),
    ("listen: off\nlisten-tls: off\nlisten-kmip: off", "nobody could connect"),
    ("seed: /srv/keys.yaml", "only a development server"),
    ("account: \"123456789012\"", "only a development server"),
    ("azure: {machine: 6f0b0f4e-2a57-4f1c-9a43-0d5c4d1a7b52}", "only a development server"),
    ("azure: {machine: shop}", "a client id"),
    ("tls: {certificate: /a}", "belong together"),
    ("seal: {kind: shamir, shares: 3}", "needs seal.shares"),
    ("seal: {kind: shamir, shares: 2, threshold: 3}", "needs seal.shares"),
    ("seal: {kind: awskms, key: alias/x}", "needs seal.key and seal.region"),
    ("seal: {kind: awskms, key: k, region: r, endpoint: kms.example.com}", "a URL such as"),
    ("seal: {kind: awskms, key: k, region: r, endpoint: 'http://kms.example.com'}", "a URL such as"),
    ("seal: {kind: awskms, key: k, region: r, shares: 3}", "seal.shares: not for seal.kind awskms"),
    ("seal: {kind: passphrase, passphrase-file: /a, passphrase-variable: B}", "takes one of"),
    ("seal: {passphrase-file: /a}", "seal.passphrase-file: not for seal.kind file"),
    ("seal: {kind: passphrase, passphrase-file: /a, path: /b}", "seal.path: not for seal.kind passphrase"),
  ])
  func `what can't be served is refused`(yaml: String, part: String) {
    let found = problems(yaml)
    #expect(found.count == 1)
    #expect(found.first?.contains(part) == true)
  }

  @Test func `a development server listens on loopback only, even with a certificate`() {
    let yaml = "listen-tls: 0.0.0.0:443\ntls: {certificate: /a, key: /b}"
    #expect(problems(yaml) == [])
    #expect(problems(yaml, isDevelopment: true).count == 1)
    #expect(problems("account: \"123456789012\"", isDevelopment: true) == [])
    #expect(problems("listen-kmip: 0.0.0.0:5696") == [])
    #expect(problems("listen-kmip: 0.0.0.0:5696", isDevelopment: true).count == 1)
    #expect(problems("listen: off\nlisten-tls: off\nlisten-kmip: 127.0.0.1:5696") == [])
  }

  @Test(arguments: [
    "5", "ms", "-1s", "1.5s", "61s", "0ms", "99999999999999999999s", "9223372036854775807d", "1 s",
  ])
  func `a malformed or excessive time is refused`(text: String) {
    #expect(throws: ValueProblem.self) { try Value.duration(text, to: .seconds(60)) }
  }

  @Test(arguments: ["", "5kB", "-1", "1e3", "9223372036854775807GiB", "+5", "5 MiB"])
  func `a malformed or excessive size is refused`(text: String) {
    #expect(throws: ValueProblem.self) { try Value.size(text, from: 1, to: 1 << 40) }
  }

  @Test(arguments: [
    "", "host", ":80", "host:", "host:65536", "host:-1", "::1:80", "ho st:1", "[]:80", "h:+1",
  ])
  func `a malformed endpoint is refused`(text: String) {
    #expect(throws: ValueProblem.self) { try Value.endpoint(text) }
  }

  @Test func `endpoints know loopback and how they are written`() throws {
    let six = try #require(try Value.endpoint("[::1]:0"))
    #expect(six == Endpoint(host: "::1", port: 0))
    #expect(six.isLoopback && six.authority == "[::1]:0")
    #expect(Endpoint(host: "127.1.2.3", port: 1).isLoopback)
    #expect(!Endpoint(host: "127.0.0.1.example", port: 1).isLoopback)
    #expect(try Value.endpoint("off") == nil)
  }

  @Test func `the documentation lists exactly the keys that exist`() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../docs/configuration.md")
    let text = try String(contentsOf: path, encoding: .utf8)
    let documented = text.split(separator: "\n").compactMap { line -> String? in
      guard line.hasPrefix("| `") else { return nil }
      return line.split(separator: "`").dropFirst().first.map(String.init)
    }
    #expect(documented.sorted() == Setting.all.map(\.path).sorted())
  }

  @Test func `no two keys share a variable`() {
    #expect(Set(Setting.all.map(\.variable)).count == Setting.all.count)
    #expect(Setting.named("limits.request-body")?.variable == "CLAVIGER_LIMITS_REQUEST_BODY")
  }
}

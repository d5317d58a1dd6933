import KMSDomain
import Testing

@testable import KMSServer

@Suite struct QuotaConfigurationTests {
  private func resolve(
    _ yaml: String, environment: [String: String] = [:], isDevelopment: Bool = false
  ) throws(ConfigurationProblems) -> Configuration {
    try ConfigurationSources(
      file: (yaml, "kms.yaml"), environment: environment, isDevelopment: isDevelopment
    ).resolve()
  }

  @Test func `quotas are on, but for development, unless somebody says otherwise`() throws {
    #expect(try resolve("data-dir: /x").hasQuotas)
    #expect(try !resolve("data-dir: /x", isDevelopment: true).hasQuotas)
    #expect(try !resolve("quotas: {enabled: false}").hasQuotas)
    #expect(try resolve("quotas: {enabled: true}", isDevelopment: true).hasQuotas)
  }

  @Test func `every quota can be set`() throws {
    let quotas = try resolve(
      """
      quotas:
        keys-per-region: 10
        principal-share: 25
        unknown-keys-per-source: 2.5
        unknown-keys: 40
        web-identities-per-source: 7
        rates:
          symmetric: 200
          get-parameters-for-import: 0.25
      """, environment: ["CLAVIGER_QUOTAS_RATES_CREATE_KEY": "1000"]
    ).quotas
    #expect(quotas.keysPerRegion == 10)
    #expect(
      quotas.unknownKeys
        == UnknownKeyQuotas(perSource: RequestRate(thousandths: 2500), total: RequestRate(40)))
    #expect(
      quotas.webIdentities
        == WebIdentityQuotas(
          perSource: RequestRate(7), total: RequestRate(40), perAccount: RequestRate(600)))
    #expect(
      quotas.requests
        == RequestQuotas(
          rates: [
            .symmetric: RequestRate(200), .getParametersForImport: RequestRate(thousandths: 250),
            .createKey: RequestRate(1000),
          ], principalShare: 25))
  }

  @Test func `the limits of vaults are given for ten seconds`() throws {
    let quotas = try resolve(
      """
      quotas:
        vaults:
          secrets: 50
          create-hsm-key: 0.001
      """, environment: ["CLAVIGER_QUOTAS_VAULTS_SOFTWARE_KEYS": "8000"]
    ).quotas
    #expect(
      quotas.vaults
        == VaultQuotas(rates: [
          .secrets: RequestRate(thousandths: 5000, burst: 10),
          .createHSMKey: RequestRate(thousandths: 1, burst: 10),
          .softwareKeys: RequestRate(thousandths: 800_000, burst: 10),
        ]))
    #expect(quotas.vaults.rate(of: .createSecret) == RequestRate(thousandths: 30_000, burst: 10))
    #expect(quotas.vaults.accountRate(of: .secrets) == RequestRate(thousandths: 25_000, burst: 10))
    #expect(try resolve("quotas: {vaults-per-account: 3}").quotas.vaults.vaultsPerAccount == 3)
    #expect(try resolve("quotas: {vaults-per-account: 0}").quotas.vaults.accountRate(of: .secrets) == nil)
  }

  @Test func `without a word they are AWS's`() throws {
    let quotas = try resolve("data-dir: /x").quotas
    #expect(quotas.keysPerRegion == 100_000)
    #expect(quotas.requests == RequestQuotas() && quotas.requests.principalShare == 100)
  }

  @Test(arguments: [("5", 5000), ("0.25", 250), ("0.1", 100), ("0.001", 1), ("10000000", 10_000_000_000)])
  func `a rate has up to three decimals`(text: String, thousandths: Int64) throws {
    #expect(try Value.rate(text).thousandths == thousandths)
  }

  @Test(arguments: [
    "", "0", "0.000", "-1", "+1", "1.", ".5", "1.2345", "1e3", "10000000.001", "99999999999999999999", "٣",
  ])
  func `anything else is no rate`(text: String) {
    #expect(throws: ValueProblem.self) { try Value.rate(text) }
  }

  @Test func `what is wrong is told where it stands`() {
    #expect(
      throws: ConfigurationProblems(all: [
        ConfigurationProblem(
          "kms.yaml:1: quotas.enabled: expected true or false")
      ])
    ) { try resolve("quotas: {enabled: yes}") }
    #expect(
      throws: ConfigurationProblems(all: [
        ConfigurationProblem(
          "kms.yaml:1: unknown key 'quotas.rates.nothing'")
      ])
    ) { try resolve("quotas: {rates: {nothing: 1}}") }
  }
}

import KMSDomain
import KMSTestKit
import Testing

@testable import KMSEngine

@Suite struct VaultMeterTests {
  private let clock = ManualClock()
  private let one: Vault
  private let two: Vault

  init() throws {
    one = try VaultMeterTests.vault("one")
    two = try VaultMeterTests.vault("two")
  }

  private static func vault(_ name: String, region: String = "local") throws -> Vault {
    Vault(
      name: try #require(VaultName(name)),
      home: Keyring(account: Fixtures.account, region: region, kind: .vault), createdAt: Fixtures.start)
  }

  /// - Parameter vaults: as many vaults' worth have all of an account.
  private func meter(_ rates: [VaultFamily: RequestRate] = [:], vaults: Int64? = nil) -> VaultMeter {
    VaultMeter(VaultQuotas(rates: rates, vaultsPerAccount: vaults), clock: clock)
  }

  /// How many of so many requests go through.
  private func admitted(
    _ meter: VaultMeter, _ family: VaultFamily, of vault: Vault? = nil, cost: Int64 = 1,
    times count: Int = 5000
  ) -> Int {
    (0..<count).count { _ in
      meter.wait(family, of: vault ?? one, cost: RequestBucket.Cost(cost)) == nil
    }
  }

  @Test(arguments: [
    (VaultFamily.createHSMKey, Int64(1), 10), (.createSoftwareKey, 1, 20), (.hsmKeys, 1, 2000),
    (.hsmKeys, 4, 500), (.hsmKeys, 8, 250), (.softwareKeys, 1, 4000), (.softwareKeys, 4, 1000),
    (.softwareKeys, 8, 500), (.createSecret, 1, 300), (.secrets, 1, 4000),
  ])
  func `ten seconds' worth of Azure's figures goes at once, and comes back in ten seconds`(
    family: VaultFamily, cost: Int64, count: Int
  ) {
    let meter = meter()
    #expect(admitted(meter, family, cost: cost) == count)
    #expect(meter.throttled == UInt64(5000 - count))
    clock.advance(seconds: 5)
    #expect(admitted(meter, family, cost: cost) == count / 2)
    clock.advance(seconds: 10)
    #expect(admitted(meter, family, cost: cost) == count)
    clock.advance(seconds: 1000)
    #expect(admitted(meter, family, cost: cost) == count, "no more is saved up")
  }

  @Test func `what larger keys take is taken from the others`() {
    let meter = meter()
    #expect(admitted(meter, .hsmKeys, cost: 8, times: 125) == 125)
    #expect(admitted(meter, .hsmKeys) == 1000)
    #expect(admitted(meter, .softwareKeys) == 4000)
  }

  @Test func `vaults don't take from one another`() {
    let meter = meter()
    #expect(admitted(meter, .createSecret) == 300)
    #expect(admitted(meter, .createSecret, of: two) == 300)
    #expect(admitted(meter, .secrets) == 4000)
  }

  @Test
  func `all vaults of an account in a Region get five vaults' worth together, which comes back likewise`()
    throws
  {
    let meter = VaultMeter(VaultQuotas(), clock: clock)
    let vaults = try (0..<7).map { try VaultMeterTests.vault("vault\($0)") }
    #expect(
      vaults.map { admitted(meter, .createSecret, of: $0, times: 400) } == [300, 300, 300, 300, 300, 0, 0])
    #expect(admitted(meter, .createSecret, of: try VaultMeterTests.vault("there", region: "other")) == 300)
    #expect(admitted(meter, .createHSMKey, of: vaults[6], times: 40) == 10, "each family for itself")
    // What the account refuses isn't taken from the vault.
    #expect(meter.wait(.createSecret, of: vaults[6]) == 1)
    #expect(meter.wait(for: [.createSecret], of: vaults[6]) == 1)
    clock.advance(seconds: 10)
    #expect(vaults.map { admitted(meter, .createSecret, of: $0, times: 400) }.reduce(0, +) == 1500)
    clock.advance(seconds: 10)
    meter.forgetFull()
    #expect(meter.lines == 0)
  }

  @Test func `larger keys count for several of all vaults too, and a vault may be alone`() {
    let meter = meter([.softwareKeys: VaultFamily.rate(inTenSeconds: RequestRate(16))], vaults: 1)
    #expect(admitted(meter, .softwareKeys, cost: 8, times: 3) == 2)
    #expect(admitted(meter, .softwareKeys, of: two) == 0)
  }

  @Test func `vaults that get less than one request at a time get one each`() {
    let meter = meter([.secrets: VaultFamily.rate(inTenSeconds: RequestRate(thousandths: 1))], vaults: 2)
    #expect(admitted(meter, .secrets, times: 3) == 1)
    #expect(admitted(meter, .secrets, of: two, times: 3) == 1)
  }

  @Test func `whoever is refused is told when there will be room`() {
    let meter = meter([
      .secrets: VaultFamily.rate(inTenSeconds: RequestRate(4)),
      .createSecret: VaultFamily.rate(inTenSeconds: RequestRate(thousandths: 1)),
    ])
    #expect(admitted(meter, .secrets, times: 4) == 4)
    #expect(meter.wait(.secrets, of: one) == 3)
    #expect(meter.wait(.secrets, of: one, cost: RequestBucket.Cost(2)) == 5)
    #expect(meter.wait(.secrets, of: one, cost: RequestBucket.Cost(1000)) == 10, "all there are")
    clock.advance(milliseconds: 2500)
    #expect(meter.wait(.secrets, of: one) == nil)
    #expect(admitted(meter, .createSecret, times: 2) == 1)
    #expect(meter.wait(.createSecret, of: one) == 1000)
  }

  @Test func `one whose family isn't known yet waits for the first that has room, and takes nothing`() {
    let meter = meter([
      .softwareKeys: VaultFamily.rate(inTenSeconds: RequestRate(10)),
      .hsmKeys: VaultFamily.rate(inTenSeconds: RequestRate(2)),
    ])
    let keys: [VaultFamily] = [.softwareKeys, .hsmKeys]
    #expect(meter.wait(for: keys, of: one) == nil)
    #expect(admitted(meter, .softwareKeys) == 10)
    #expect(meter.wait(for: keys, of: one) == nil)
    #expect(admitted(meter, .hsmKeys) == 2)
    #expect(meter.wait(for: keys, of: one) == 1)
    clock.advance(seconds: 1)
    #expect(meter.wait(for: keys, of: one) == nil)
    #expect(admitted(meter, .softwareKeys) == 1)
  }

  @Test func `what is as good as new is forgotten`() {
    let meter = meter()
    _ = admitted(meter, .secrets, times: 4)
    _ = admitted(meter, .createHSMKey, of: two, times: 4)
    #expect(meter.lines == 2)
    clock.advance(seconds: 1)
    meter.forgetFull()
    #expect(meter.lines == 1)
    #expect(admitted(meter, .createHSMKey, of: two) == 7, "what isn't, is remembered")
    clock.advance(seconds: 10)
    meter.forgetFull()
    #expect(meter.lines == 0)
  }
}

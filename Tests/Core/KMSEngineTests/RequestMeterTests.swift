import KMSDomain
import KMSTestKit
import Testing

@testable import KMSEngine

@Suite struct RequestMeterTests {
  private let clock = ManualClock()
  private let account = Fixtures.account

  private func meter(_ rates: [RequestFamily: RequestRate], share: Int = 100) -> RequestMeter {
    RequestMeter(RequestQuotas(rates: rates, principalShare: share), clock: clock)
  }

  /// How many of so many requests go through.
  private func admitted(
    _ meter: RequestMeter, _ family: RequestFamily = .symmetric, times count: Int = 100,
    of account: AccountID = Fixtures.account, in region: String = "r", by principal: String = "alice"
  ) -> Int {
    (0..<count).count { _ in meter.admits(family, of: account, in: region, by: principal) }
  }

  @Test func `an account has its rate, and gets it back with time`() {
    let meter = meter([.symmetric: RequestRate(10)])
    #expect(admitted(meter) == 10)
    #expect(meter.throttled == 90)
    clock.advance(milliseconds: 500)
    #expect(admitted(meter) == 5)
    clock.advance(seconds: 1)
    #expect(admitted(meter) == 10)
  }

  @Test func `accounts, Regions and families don't take from one another; principals do`() {
    let meter = meter([.symmetric: RequestRate(10), .rsa: RequestRate(3)])
    #expect(admitted(meter, times: 6) == 6)
    #expect(admitted(meter, by: "bob") == 4)
    #expect(admitted(meter, of: Fixtures.otherAccount) == 10)
    #expect(admitted(meter, in: "elsewhere") == 10)
    #expect(admitted(meter, .rsa) == 3)
    #expect(admitted(meter, .createKey) == 5, "AWS's own")
    #expect(admitted(meter) == 0)
  }

  @Test func `a principal may be kept to a part of its account's rate`() {
    let meter = meter([.symmetric: RequestRate(10)], share: 40)
    #expect(admitted(meter, by: "alice") == 4)
    #expect(admitted(meter, by: "bob") == 4)
    #expect(admitted(meter, by: "carol") == 2, "the account has no more")
    clock.advance(seconds: 1)
    #expect(admitted(meter, by: "carol") == 4, "what was refused took nothing")
    #expect(admitted(meter, .createKey, by: "carol") == 2)
    #expect(admitted(meter, in: "elsewhere", by: "carol") == 4)
  }

  @Test func `what is as good as new is forgotten`() {
    let meter = meter([.symmetric: RequestRate(10), .rsa: RequestRate(thousandths: 100)], share: 50)
    for number in 0..<5 { _ = admitted(meter, times: 1, in: "r\(number)", by: "p\(number)") }
    _ = admitted(meter, .rsa, times: 1, of: Fixtures.otherAccount)
    #expect(meter.lines == 12)
    meter.forgetFull()
    #expect(meter.lines == 12)
    clock.advance(milliseconds: 200)
    meter.forgetFull()
    #expect(meter.lines == 2)
    #expect(admitted(meter, .rsa, of: Fixtures.otherAccount) == 0, "what isn't, is remembered")
    clock.advance(seconds: 20)
    meter.forgetFull()
    #expect(meter.lines == 0)
    #expect(admitted(meter) == 5)
  }

  @Test func `whoever makes up Regions gets no more quotas than there is room for`() {
    let meter = meter([.symmetric: RequestRate(10)])
    let total = (0..<1000).reduce(0) { $0 + admitted(meter, times: 12, in: "region-\($1)") }
    #expect(total == (AccountMeter.mostRegions + 1) * 10)
    #expect(meter.lines == AccountMeter.mostRegions + 1)
    #expect(admitted(meter, of: Fixtures.otherAccount, in: "region-999") == 10, "others aren't hurt")
  }

  @Test func `beyond the principals that are told apart the account's quota still holds`() {
    let meter = meter([.symmetric: RequestRate(100_000)], share: 1)
    let most = AccountMeter.mostShares
    for number in 0..<most { _ = admitted(meter, times: 1, by: "p\(number)") }
    #expect(admitted(meter, times: 2000, by: "p0") == 999)
    #expect(meter.lines == most + 1)
    #expect(admitted(meter, times: 200_000, by: "late") == 100_000 - most - 999)
    #expect(meter.lines == most + 1)
  }

  @Test func `many at once get exactly the quota`() async {
    let meter = meter([.symmetric: RequestRate(1000)])
    let total = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<8 { group.addTask { admitted(meter, times: 500) } }
      return await group.reduce(0, +)
    }
    #expect(total == 1000 && meter.throttled == 3000)
  }

  @Test func `every action of callers counts, and none of the server's own`() {
    for action in Action.allCases {
      #expect((RequestFamily(action) == nil) == action.isForSystem, "\(action)")
    }
  }
}

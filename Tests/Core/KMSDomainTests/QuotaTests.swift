import KMSDomain
import KMSTestKit
import Testing

@Suite struct QuotaTests {
  /// A bucket with its rate, by times in milliseconds.
  private final class Probe {
    private var bucket = RequestBucket()
    private let rate: RequestRate

    init(_ rate: RequestRate) { self.rate = rate }

    /// How many requests go through at that moment.
    func burst(at milliseconds: Int64) -> Int {
      var count = 0
      while count < 1_000_000, takes(at: milliseconds) { count += 1 }
      return count
    }

    func takes(at milliseconds: Int64) -> Bool {
      bucket.takes(at: Instant(milliseconds: milliseconds), rate)
    }
    func isFull(at milliseconds: Int64) -> Bool {
      bucket.isFull(at: Instant(milliseconds: milliseconds), rate)
    }
    func giveBack() { bucket.giveBack() }
  }

  @Test(arguments: [1, 5, 1000, 100_000])
  func `a second's worth goes at once, and comes back in a second`(rate: Int64) {
    let bucket = Probe(RequestRate(rate))
    #expect(bucket.burst(at: 5000) == rate)
    #expect(bucket.burst(at: 5000) == 0)
    #expect(bucket.burst(at: 6000) == rate)
    #expect(bucket.burst(at: 100_000) == rate, "no more is saved up")
  }

  @Test func `it grows back bit by bit, and nothing of it is lost`() {
    let bucket = Probe(RequestRate(10))
    #expect(bucket.burst(at: 0) == 10)
    var count = 0
    for milliseconds: Int64 in 1...1000 { count += bucket.burst(at: milliseconds) }
    #expect(count == 10)
    #expect(bucket.burst(at: 1050) == 0)
    #expect(bucket.burst(at: 1099) == 0)
    #expect(bucket.burst(at: 1100) == 1)
  }

  @Test func `a rate below one is one in so many seconds`() {
    let bucket = Probe(RequestRate(thousandths: 250))
    #expect(bucket.burst(at: 0) == 1)
    #expect(bucket.burst(at: 3999) == 0)
    #expect(bucket.burst(at: 4000) == 1)
    #expect(bucket.burst(at: 60_000) == 1)
  }

  @Test func `a clock that goes back, or far ahead, does no harm`() {
    let bucket = Probe(RequestRate(2))
    #expect(bucket.burst(at: 1_000_000) == 2)
    #expect(bucket.burst(at: 0) == 0)
    #expect(bucket.burst(at: 500) == 1, "counted from the moment that it went back to")
    #expect(bucket.burst(at: .max) == 2)
    #expect(bucket.burst(at: .min) == 0)
    #expect(bucket.burst(at: .max) == 2)
    #expect(Probe(RequestRate(thousandths: .max)).burst(at: 0) == 1_000_000)
  }

  @Test func `what is full is like new, and what is given back is there again`() {
    let bucket = Probe(RequestRate(4))
    #expect(bucket.isFull(at: 0))
    #expect(bucket.takes(at: 0))
    #expect(!bucket.isFull(at: 249))
    #expect(bucket.isFull(at: 250))
    #expect(bucket.burst(at: 250) == 4)
    bucket.giveBack()
    #expect(bucket.burst(at: 250) == 1)
    for _ in 0..<10 { bucket.giveBack() }
    #expect(bucket.burst(at: 250) == 4)
  }

  @Test func `rates stay within their bounds`() {
    #expect(RequestRate(0).thousandths == 1 && RequestRate(-5).thousandths == 1)
    #expect(RequestRate(.max).thousandths == RequestRate.most)
    #expect(RequestRate(100).share(25) == RequestRate(25))
    #expect(RequestRate(thousandths: 250).share(50).thousandths == 125)
    #expect(RequestRate(thousandths: 1).share(1).thousandths == 1)
    #expect(RequestRate(thousandths: RequestRate.most).share(100).thousandths == RequestRate.most)
  }

  @Test func `the figures are AWS's, by Region where AWS's are`() {
    func rate(_ family: RequestFamily, _ region: String) -> Int64 {
      family.standardRate(in: region).thousandths
    }
    #expect(rate(.symmetric, "us-east-1") == 100_000_000)
    #expect(rate(.symmetric, "eu-central-1") == 20_000_000)
    #expect(rate(.symmetric, "eu-north-1") == 10_000_000)
    #expect(rate(.rsa, "us-east-1") == 1_000_000)
    #expect(rate(.createKey, "anywhere") == 5000)
    #expect(rate(.pairRSA4096, "eu-central-1") == 1000 && rate(.pairRSA4096, "cn-north-1") == 100)
    #expect(rate(.pairRSA3072, "cn-northwest-1") == 500 && rate(.pairP256, "cn-north-1") == 100_000)
    #expect(Set(RequestFamily.allCases.map(\.name)).count == RequestFamily.allCases.count)
  }

  @Test func `a rate of one's own holds in all Regions`() {
    let quotas = RequestQuotas(rates: [.symmetric: RequestRate(7)])
    #expect(quotas.rate(of: .symmetric, in: "us-east-1") == RequestRate(7))
    #expect(quotas.rate(of: .symmetric, in: "eu-central-1") == RequestRate(7))
    #expect(quotas.rate(of: .createKey, in: "eu-central-1") == RequestRate(5))
  }
}

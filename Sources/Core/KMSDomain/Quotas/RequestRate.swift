/// How many requests a second, in thousandths of one: some rates are less than one.
package struct RequestRate: Hashable, Sendable {
  /// From 1 to `most`.
  package let thousandths: Int64
  /// How many seconds' worth may come at once, from 1 to `longestBurst`.
  package let burst: Int64

  /// Ten million a second: more than any server answers, and far from where arithmetic would end.
  package static let most: Int64 = 10_000_000_000

  /// In which the slowest rate gives one request.
  package static let longestBurst: Int64 = 1000

  /// What is outside of the bounds becomes the nearest that isn't.
  package init(thousandths: Int64, burst: Int64 = 1) {
    self.thousandths = min(max(thousandths, 1), RequestRate.most)
    self.burst = min(max(burst, 1), RequestRate.longestBurst)
  }

  package init(_ perSecond: Int64) {
    self.init(thousandths: min(max(perSecond, 0), RequestRate.most / 1000) * 1000)
  }

  /// A part of it, in percent from 1 to 100.
  package func share(_ percent: Int) -> RequestRate {
    RequestRate(
      thousandths: thousandths / 100 * Int64(percent) + thousandths % 100 * Int64(percent) / 100, burst: burst
    )
  }
}

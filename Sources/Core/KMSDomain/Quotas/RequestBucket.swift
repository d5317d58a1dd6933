/// What has been taken of a rate and hasn't grown back yet: a token bucket that holds what the rate gives in its burst, a second for
/// most, and at least one request.
///
/// Exact: a request is a million parts, and a rate of so many thousandths a second gives as many parts in a millisecond. A new
/// one is full, so that one which is full can be forgotten. Not synchronised.
package struct RequestBucket: Sendable {
  private static let request: Int64 = 1_000_000

  /// In millionths of requests.
  private var missing: Int64 = 0
  private var since = Instant(milliseconds: 0)

  package init() {}

  /// Whether a request may be taken now.
  /// - Parameters:
  ///   - now: by a clock that nobody moves. One that went back only makes this moment the one to count from.
  ///   - cost: for how many it counts. One for more than there ever are takes all there are.
  package mutating func hasRoom(at now: Instant, _ rate: RequestRate, cost: Cost = .one) -> Bool {
    refill(now, rate)
    let size = RequestBucket.size(rate)
    return missing <= size - min(cost.parts, size)
  }

  /// Takes a request for which `hasRoom` has just found room: that call is what sets the time.
  package mutating func take(_ cost: Cost = .one, of rate: RequestRate? = nil) {
    missing += RequestBucket.parts(cost, of: rate)
  }

  private static func parts(_ cost: Cost, of rate: RequestRate?) -> Int64 {
    rate.map { min(cost.parts, RequestBucket.size($0)) } ?? cost.parts
  }

  /// Takes a request if there is room for it.
  package mutating func takes(at now: Instant, _ rate: RequestRate) -> Bool {
    guard hasRoom(at: now, rate) else { return false }
    take()
    return true
  }

  /// In how many milliseconds there will be room, for which `hasRoom` has just found none.
  package func wait(_ rate: RequestRate, for cost: Cost) -> Int64 {
    let size = RequestBucket.size(rate)
    let lacking = max(0, missing - (size - min(cost.parts, size)))
    return lacking / rate.thousandths + (lacking % rate.thousandths == 0 ? 0 : 1)
  }

  private static func size(_ rate: RequestRate) -> Int64 {
    max(rate.thousandths * 1000 * rate.burst, request)
  }

  /// Undoes a `take` of the same.
  package mutating func giveBack(_ cost: Cost = .one, of rate: RequestRate? = nil) {
    missing = max(0, missing - RequestBucket.parts(cost, of: rate))
  }

  /// Whether nothing would change if this were a new one.
  package mutating func isFull(at now: Instant, _ rate: RequestRate) -> Bool {
    refill(now, rate)
    return missing == 0
  }

  private mutating func refill(_ now: Instant, _ rate: RequestRate) {
    let then = since.milliseconds
    since = now
    guard missing > 0, now.milliseconds > then else { return }
    let (elapsed, isFar) = now.milliseconds.subtractingReportingOverflow(then)
    let (grown, isMuch) = elapsed.multipliedReportingOverflow(by: rate.thousandths)
    missing = isFar || isMuch ? 0 : max(0, missing - grown)
  }
}

extension RequestBucket {
  /// For how many requests one counts.
  package struct Cost: Hashable, Sendable {
    package static let one = Cost(1)
    /// From 1 to 1000.
    package let requests: Int64

    package init(_ requests: Int64) { self.requests = min(max(requests, 1), 1000) }

    fileprivate var parts: Int64 { requests * RequestBucket.request }
  }
}

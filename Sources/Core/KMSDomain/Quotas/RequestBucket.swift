/// What has been taken of a rate and hasn't grown back yet: a token bucket that holds what the rate gives in a second, and at
/// least one request.
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
  /// - Parameter now: by a clock that nobody moves. One that went back only makes this moment the one to count from.
  package mutating func hasRoom(at now: Instant, _ rate: RequestRate) -> Bool {
    refill(now, rate)
    return missing <= max(rate.thousandths * 1000, RequestBucket.request) - RequestBucket.request
  }

  /// Takes a request for which `hasRoom` has just found room: that call is what sets the time.
  package mutating func take() { missing += RequestBucket.request }

  /// Takes a request if there is room for it.
  package mutating func takes(at now: Instant, _ rate: RequestRate) -> Bool {
    guard hasRoom(at: now, rate) else { return false }
    take()
    return true
  }

  /// Undoes a `take`.
  package mutating func giveBack() { missing = max(0, missing - RequestBucket.request) }

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

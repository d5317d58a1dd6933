import KMSDomain

/// What one account has asked for lately, Region by Region. Not synchronised.
///
/// Bounded, although callers name Regions as they like: beyond `mostRegions` further ones share one line, or whoever makes up
/// Regions would have as many quotas.
struct AccountMeter {
  static let mostRegions = 32
  /// No Region's name.
  private static let elsewhere = "*"
  /// Further principals aren't told apart; the account's own quota holds for them all the same.
  static let mostShares = 65_536

  private struct Place {
    let region: String
    /// By family, like the buckets.
    let rates: [RequestRate]
    var buckets: [RequestBucket]

    init(_ region: String, _ quotas: RequestQuotas) {
      self.region = region
      rates = RequestFamily.allCases.map { quotas.rate(of: $0, in: region) }
      buckets = Array(repeating: RequestBucket(), count: rates.count)
    }

    mutating func isFull(at now: Instant) -> Bool {
      for index in buckets.indices where !buckets[index].isFull(at: now, rates[index]) { return false }
      return true
    }
  }

  private struct Share: Hashable {
    let principal: String
    let region: String
    let family: RequestFamily
  }

  private var places: [Place] = []
  private var shares: [Share: RequestBucket] = [:]

  /// Takes one request, from the account's quota and from the principal's part of it, or none.
  mutating func admits(
    _ family: RequestFamily, in region: String, of principal: String, at now: Instant,
    _ quotas: RequestQuotas
  ) -> Bool {
    let place = place(of: region, quotas)
    let index = Int(family.rawValue)
    let rate = places[place].rates[index]
    guard places[place].buckets[index].hasRoom(at: now, rate) else { return false }
    if quotas.principalShare < 100 {
      let share = Share(principal: principal, region: places[place].region, family: family)
      guard takesShare(share, rate.share(quotas.principalShare), now) else { return false }
    }
    places[place].buckets[index].take()
    return true
  }

  /// Drops what is as good as new.
  /// - Returns: whether nothing is left.
  mutating func forgetFull(at now: Instant, _ quotas: RequestQuotas) -> Bool {
    var left: [Place] = []
    for var place in places where !place.isFull(at: now) { left.append(place) }
    places = left
    shares = shares.filter { share, bucket in
      var bucket = bucket
      let rate = quotas.rate(of: share.family, in: share.region).share(quotas.principalShare)
      return !bucket.isFull(at: now, rate)
    }
    return places.isEmpty && shares.isEmpty
  }

  /// Regions and principals that are remembered.
  var lines: Int { places.count + shares.count }

  private mutating func takesShare(_ share: Share, _ rate: RequestRate, _ now: Instant) -> Bool {
    guard shares[share] != nil || shares.count < AccountMeter.mostShares else { return true }
    return shares[share, default: RequestBucket()].takes(at: now, rate)
  }

  /// Few, so the search is shorter than a hash. The last place is for all that have none.
  private mutating func place(of region: String, _ quotas: RequestQuotas) -> Int {
    for index in places.indices where places[index].region == region { return index }
    if places.count > AccountMeter.mostRegions { return AccountMeter.mostRegions }
    let isElsewhere = places.count == AccountMeter.mostRegions
    places.append(Place(isElsewhere ? AccountMeter.elsewhere : region, quotas))
    return places.count - 1
  }
}

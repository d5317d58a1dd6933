package import KMSDomain
import Synchronization

/// Identifiers for requests: unique and cheap, not secret. A counter from a random start, spread over all 128 bits by two
/// rounds of a bijective mixer, so that no two requests of a process share one.
package final class RequestIDs: Sendable {
  private let seed: Bits128
  private let counter = Atomic<UInt64>(0)

  package init(_ randomness: any Randomness) { seed = randomness.bits128() }

  package func next() -> RequestID {
    let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
    let low = RequestIDs.mix(seed.low &+ number &* 0x9e37_79b9_7f4a_7c15)
    return RequestID(Bits128(high: RequestIDs.mix(seed.high ^ low), low: low))
  }

  /// The finaliser of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
  private static func mix(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

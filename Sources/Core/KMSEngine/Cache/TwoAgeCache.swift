/// A bounded dictionary that forgets what was not used for longest, roughly: entries live in a young half and an old half;
/// a hit in the old half moves to the young one; when the young half is full it becomes the old one and the former old
/// half is dropped. Every step is O(1). Not synchronised.
struct TwoAgeCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private var young: [Key: Value] = [:]
  private var old: [Key: Value] = [:]
  private let half: Int

  /// - Parameter limit: the greatest number of entries, at least 2.
  init(limit: Int) { half = max(1, limit / 2) }

  var count: Int { young.count + old.count }

  mutating func value(for key: Key) -> Value? {
    if let value = young[key] { return value }
    guard let value = old.removeValue(forKey: key) else { return nil }
    insert(value, for: key)
    return value
  }

  mutating func insert(_ value: Value, for key: Key) {
    if young.count >= half, young[key] == nil {
      old = young
      young = [:]
    } else {
      old.removeValue(forKey: key)
    }
    young[key] = value
  }

  mutating func remove(_ key: Key) {
    young.removeValue(forKey: key)
    old.removeValue(forKey: key)
  }
}

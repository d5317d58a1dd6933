import Synchronization

/// What the bodies of requests on the ordinary lane hold in memory, over all connections of a server. They are collected before anybody has
/// looked who asks: without that, many connections could each hold nearly as much as the longest body.
package final class BodyBudget: Sendable {
  /// So much of each body is everybody's: ordinary requests are counted nowhere.
  package static let free = 16 << 10

  private struct Held {
    var inAll = 0
    var bySource: [String: Int] = [:]
  }

  private let whole: Int
  private let ofSource: Int
  private let held = Mutex(Held())

  /// - Parameters: in bytes; `ofSource` is for all connections from one address.
  package init(whole: Int = 256 << 20, ofSource: Int = 128 << 20) {
    self.whole = whole
    self.ofSource = ofSource
  }

  /// What is held now, in bytes.
  package var bytes: Int { held.withLock { $0.inAll } }

  /// Notes that requests of a source hold so many more bytes, or fewer.
  /// - Returns: false, and nothing is noted, where it, or all of them, would hold more than they may.
  func hold(_ more: Int, of source: String) -> Bool {
    held.withLock { held in
      let (own, all) = (held.bySource[source, default: 0] + more, held.inAll + more)
      guard more <= 0 || (own <= ofSource && all <= whole) else { return false }
      held.bySource[source] = own > 0 ? own : nil
      held.inAll = all
      return true
    }
  }
}

package import KMSDomain
import Synchronization
import WireKMIP

/// Who is to be told what becomes of objects. The engine tells it of every change, and it keeps that for each listener until the
/// listener's own task comes for it.
package final class KMIPNotices: ChangeListener {
  /// A listener that has gone away is missed by nobody.
  private struct Listener {
    weak var queue: NoticeQueue?
    let fingerprint: [UInt8]
  }

  static let mostOfClient = 8
  static let mostInAll = 512

  private let listeners = Mutex<[ObjectIdentifier: Listener]>([:])
  private let count = Atomic<Int>(0)

  package init() {}

  package var isListening: Bool { count.load(ordering: .acquiring) > 0 }

  package func changed(_ news: [KeyNews]) {
    let queues = listeners.withLock { $0.values.compactMap(\.queue) }
    for queue in queues { for one in news { queue.add(one) } }
  }

  /// One more listener, which hears of what changes from now on for as long as the queue is there.
  /// - Throws: `serverLimitExceeded` where the client, or all of them, have as many as they may.
  func open(for fingerprint: [UInt8], about home: Keyring) throws(KMIPFault) -> NoticeQueue {
    let queue = NoticeQueue(about: home) { [weak self] name in self?.close(name) }
    let isOpen = listeners.withLock { listeners in
      let own = listeners.values.count { $0.fingerprint == fingerprint }
      guard own < KMIPNotices.mostOfClient, listeners.count < KMIPNotices.mostInAll else { return false }
      listeners[ObjectIdentifier(queue)] = Listener(queue: queue, fingerprint: fingerprint)
      count.store(listeners.count, ordering: .releasing)
      return true
    }
    guard isOpen else {
      throw KMIPFault(.serverLimitExceeded, "As many connections as may be wait to be told of changes.")
    }
    return queue
  }

  /// How many listen.
  var listenerCount: Int { listeners.withLock { $0.count } }

  private func close(_ name: ObjectIdentifier) {
    listeners.withLock { listeners in
      listeners[name] = nil
      count.store(listeners.count, ordering: .releasing)
    }
  }
}

import Synchronization

/// Lets those whose changes got in each other's way go one after the other, in the order in which they came. Whoever waits
/// holds no thread.
final class Turns: Sendable {
  /// One line for each name that somebody has the turn of; those who wait for it, the first first.
  private let lines = Mutex<[String: [CheckedContinuation<Void, Never>]]>([:])

  func enter(_ name: String) async {
    await withCheckedContinuation { continuation in
      let isFree = lines.withLock { lines in
        guard lines[name] == nil else {
          lines[name]?.append(continuation)
          return false
        }
        lines[name] = []
        return true
      }
      if isFree { continuation.resume() }
    }
  }

  func leave(_ name: String) {
    let next = lines.withLock { lines -> CheckedContinuation<Void, Never>? in
      guard let waiting = lines[name], !waiting.isEmpty else {
        lines.removeValue(forKey: name)
        return nil
      }
      return lines[name]?.removeFirst()
    }
    next?.resume()
  }
}

import KMSDomain
import Synchronization

/// Lets those whose changes got in each other's way go one after the other, in the order in which they came. Whoever waits
/// holds no thread.
final class Turns: Sendable {
  /// What they got in each other's way about. Accounts don't wait for one another.
  struct Line: Hashable, Sendable {
    /// nil for the server itself.
    let account: AccountID?
    let name: String
  }

  /// How many may wait in one line.
  static let longestLine = 256

  private let longest: Int
  /// One line for each name that somebody has the turn of; those who wait for it, the first first.
  private let lines = Mutex<[Line: [CheckedContinuation<Bool, Never>]]>([:])

  init(longestLine: Int = Turns.longestLine) { longest = longestLine }

  /// Waits for the turn; whoever got it must `leave`.
  /// - Returns: false, at once, when the line is as long as it may be.
  func enter(_ line: Line) async -> Bool {
    await withCheckedContinuation { continuation in
      let answer = lines.withLock { lines -> Bool? in
        guard let count = lines[line]?.count else {
          lines[line] = []
          return true
        }
        guard count < longest else { return false }
        lines[line]?.append(continuation)
        return nil
      }
      if let answer { continuation.resume(returning: answer) }
    }
  }

  func leave(_ line: Line) {
    let next = lines.withLock { lines -> CheckedContinuation<Bool, Never>? in
      guard let waiting = lines[line], !waiting.isEmpty else {
        lines.removeValue(forKey: line)
        return nil
      }
      return lines[line]?.removeFirst()
    }
    next?.resume(returning: true)
  }

  /// How many wait; nil when nobody has the turn.
  func waiting(in line: Line) -> Int? { lines.withLock { $0[line]?.count } }
}

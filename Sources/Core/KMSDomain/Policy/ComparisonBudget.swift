/// How much one decision may compare. Policies are their owners' affair, but decisions are made on event loops: what goes beyond is
/// unknown, so that no allow holds by it and every deny does.
///
/// A unit is a byte of a name that one pattern reads; a decision on any but the strangest policies takes some hundreds.
final class ComparisonBudget {
  /// Some three milliseconds where all of it is spent.
  static let standard = 1_000_000

  private let limit: Int
  private var left: Int

  init(_ limit: Int = ComparisonBudget.standard) {
    self.limit = limit
    left = limit
  }

  /// Whether everything so far could be compared.
  var isEnough: Bool { left >= 0 }

  var spent: Int { min(limit, limit - left) }

  /// - Returns: false when it is used up; then nothing is worth comparing.
  func spend(_ units: Int) -> Bool {
    guard left >= 0 else { return false }
    let (rest, overflow) = left.subtractingReportingOverflow(units)
    left = overflow ? -1 : rest
    return left >= 0
  }
}

extension Glob {
  /// What comparing it with a name of so many bytes takes at most.
  func cost(_ bytes: Int) -> Int {
    switch form {
    case .everything: 1
    case .exactly(let text): 1 + (text.count == bytes ? bytes / 8 : 0)
    case .beginning(let text): 1 + text.count / 8
    case .pattern(let pattern), .sectioned(let pattern):
      // Far from where arithmetic ends: both are in memory.
      8 + pattern.count + bytes * GlobStates.words(pattern.count)
    }
  }
}

extension SectionedGlob {
  func cost(_ bytes: Int) -> Int {
    (sections ?? []).reduce(1 + bytes) { $0 + $1.cost(bytes) }
  }
}

import KMSDomain
import Synchronization

/// What an operation makes once, however often the gate tries it because another change came first: a secret can't be read
/// a second time, and what was wrapped for a name needs that name.
final class OnFirstAttempt<Value: Sendable>: Sendable {
  private let kept = Mutex<Value?>(nil)

  /// What was made before, or else what `make` makes. Attempts follow one another, so that nothing is made twice.
  func value(_ make: () throws(KMSError) -> Value) throws(KMSError) -> Value {
    if let earlier = kept.withLock({ $0 }) { return earlier }
    let made = try make()
    kept.withLock { $0 = made }
    return made
  }
}

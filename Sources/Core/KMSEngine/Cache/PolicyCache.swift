import KMSDomain
import Synchronization

/// Compiled key policies by their documents: most keys of an account have the same, and one compiled form for all of them
/// stays in the processor's caches.
final class PolicyCache: Sendable {
  private let policies: Mutex<TwoAgeCache<[UInt8], Policy>>

  init(limit: Int) { policies = Mutex(TwoAgeCache(limit: limit)) }

  /// - Throws: `malformedPolicy`.
  func compiled(_ document: [UInt8], with vocabulary: any PolicyVocabulary) throws(KMSError) -> Policy {
    if let policy = policies.withLock({ $0.value(for: document) }) { return policy }
    let policy = try vocabulary.compile(document, as: .key)
    policies.withLock { $0.insert(policy, for: document) }
    return policy
  }
}

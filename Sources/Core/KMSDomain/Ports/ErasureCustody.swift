/// Keeps the erasure secrets: what every epoch is under besides the root, outside of everything that is ever copied into a
/// backup. Once one is destroyed, whatever was wrapped under its epochs is gone, wherever copies of it are.
///
/// There is one, and while an erasure is under way two.
package protocol ErasureCustody: Sendable {
  /// The one that new epochs are under; nil where nobody set any up.
  var erasureSecret: ErasureSecretFacts? { get }
  /// Makes a secret of that id, unless it is there, and has new epochs be under it from then on. It waits for a disk. Permit:
  /// `addErasureSecret`, no key.
  /// - Throws: `KMSError.custodyUnavailable`, also where there is none to begin with, and where one would have to go for it that
  ///   something is under, or whose erasure isn't finished.
  func addErasureSecret(_ id: Bits128, now: Instant, permit: borrowing Permit) throws(KMSError)
  /// Destroys all but the one that new epochs are under; where there is only that it changes nothing. It waits for a disk.
  /// Permit: `finishErasure`, no key. The caller has made sure that no epoch is under the others.
  /// - Throws: `KMSError.custodyUnavailable`.
  func finishErasure(permit: borrowing Permit) throws(KMSError)
}

package struct ErasureSecretFacts: Hashable, Sendable {
  package let id: Bits128
  package let createdAt: Instant

  package init(id: Bits128, createdAt: Instant) {
    self.id = id
    self.createdAt = createdAt
  }
}

/// How far erasing has come, as the store has it.
package struct ErasureState: Hashable, Sendable {
  package struct Step: Hashable, Sendable {
    /// Of the secret that is to stay.
    package let secret: Bits128
    package let at: Instant

    package init(secret: Bits128, at: Instant) {
      self.secret = secret
      self.at = at
    }
  }

  /// The last that was begun.
  package let begun: Step?
  /// The last that was finished: backups from before its beginning don't open.
  package let finished: Step?
  /// Keys that lost material, and secrets that went, since the last one was begun.
  package let destroyed: Int
  /// The same, before it was begun: what the one that is under way makes final.
  package let destroying: Int

  package init(begun: Step?, finished: Step?, destroyed: Int, destroying: Int) {
    self.begun = begun
    self.finished = finished
    self.destroyed = destroyed
    self.destroying = destroying
  }

  package var isUnderWay: Bool { begun?.secret != finished?.secret }
}

package enum ErasureChange: Sendable {
  /// `contention` unless the last that was begun is `after`.
  case begin(ErasureState.Step, after: Bits128?)
  case finish(ErasureState.Step)
}

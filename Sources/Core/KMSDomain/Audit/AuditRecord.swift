/// What was done, tried or refused: one per call, written before the answer leaves.
///
/// A class, because it is handed on several times before it is written.
package final class AuditRecord: Sendable {
  /// The record's identity: an outbox row and its record in the log share it. That of the request, but for changes.
  package let id: Bits128
  package let time: Instant
  package let origin: RequestOrigin
  /// nil when nobody was identified.
  package let who: Caller?
  /// The operation in the door's words ("Encrypt"); empty when the request couldn't be read that far.
  package let operation: String
  /// Each thing that was asked for: two for operations that touch two.
  package let demands: [Demand]
  package let outcome: Outcome
  package let encryptionContext: EncryptionContext?
  /// Further facts that are not secret, by name: the deletion date, the number of bytes.
  package let details: [Detail]

  package struct Demand: Sendable {
    package let action: Action
    /// What the caller wrote.
    package let named: String
    /// What that turned out to be; empty when it didn't.
    package let resolved: String
    package let key: KeyID?
    package let version: VersionID?
    /// nil when it didn't come to a decision.
    package let decision: Decision?

    package init(
      action: Action, named: String, resolved: String, key: KeyID?, version: VersionID?, decision: Decision?
    ) {
      self.action = action
      self.named = named
      self.resolved = resolved
      self.key = key
      self.version = version
      self.decision = decision
    }
  }

  package enum Outcome: Sendable {
    case success
    /// Allowed and possible, but only asked about.
    case dryRun
    case denied
    /// The code of what failed: never free text.
    case failed(String)
    /// Refused before anybody was identified or anything decoded: the door's error code, and how many such calls this
    /// record stands for.
    case rejected(String, count: Int)
  }

  package struct Detail: Sendable {
    package let name: String
    package let value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  package init(
    id: Bits128, time: Instant, origin: RequestOrigin, who: Caller?, operation: String, demands: [Demand],
    outcome: Outcome, encryptionContext: EncryptionContext?, details: [Detail]
  ) {
    self.id = id
    self.time = time
    self.origin = origin
    self.who = who
    self.operation = operation
    self.demands = demands
    self.outcome = outcome
    self.encryptionContext = encryptionContext
    self.details = details
  }
}

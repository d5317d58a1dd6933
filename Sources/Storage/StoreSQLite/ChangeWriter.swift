import Foundation
import GRDB
import KMSDomain

/// Makes changes inside one open transaction, each whole or not at all.
///
/// Counters are gathered and written once, by `writeCounters`, before the transaction ends.
struct ChangeWriter {
  /// What the successful changes of a transaction add up to.
  struct Tally {
    var wraps: [EpochID: Int64] = [:]
    /// Keys made less keys destroyed.
    var keys: [Keyring: Int64] = [:]
    var hasDestroyed = false
    /// Keys that lost material, and secrets that went.
    var destroyed: Int64 = 0

    mutating func destroy() {
      hasDestroyed = true
      destroyed += 1
    }

    mutating func wrapped(under epoch: EpochID) { wraps[epoch, default: 0] += 1 }
  }

  let db: Database
  var tally = Tally()
  /// As they were when the transaction began.
  var keyCounts: [Keyring: Int64] = [:]

  init(_ db: Database) { self.db = db }

  /// Whether material of keys, or a secret, was removed.
  var hasDestroyed: Bool { tally.hasDestroyed }

  /// Does the work inside a savepoint and takes it back if it fails.
  /// - Throws: only when the whole transaction is lost.
  mutating func attempt(
    _ work: GroupCommit.Work, _ onFault: (String) -> Void
  ) throws -> Result<Void, KMSError> {
    let before = tally
    try run("SAVEPOINT change")
    do {
      try perform(work)
      try run("RELEASE change")
      return .success(())
    } catch {
      // After some errors (disk full, I/O) SQLite has already rolled everything back.
      guard db.isInsideTransaction else { throw error }
      tally = before
      try run("ROLLBACK TO change")
      try run("RELEASE change")
      return .failure(Fault.translate(error, onFault))
    }
  }

  /// Adds the tally to the stored counters.
  func writeCounters() throws {
    for (epoch, count) in tally.wraps {
      try run("UPDATE epochs SET wraps = wraps + ? WHERE id = ?", [count, Int64(epoch.number)])
    }
    if tally.destroyed > 0 { try run("UPDATE erasure SET destroyed = destroyed + ?", [tally.destroyed]) }
    try writeKeyCounts()
  }

  private mutating func perform(_ work: GroupCommit.Work) throws {
    switch work {
    case .settlement(let ids):
      for id in ids { try run("DELETE FROM outbox WHERE id = ?", [Data(id.bytes)]) }
    case .auditCheckpoint(let signed):
      try run("UPDATE meta SET audit_checkpoint = ?", [Data(signed)])
    case .uses(let uses, let since): try recordUses(uses, since: since)
    case .accessKeyUses(let uses): try recordAccessKeyUses(uses)
    case .intention(let intention): try keep(intention)
    case .forgottenIntention(let version): try forgetIntention(of: version)
    case .change(let change, let outbox):
      try make(change)
      if let outbox {
        try run("INSERT INTO outbox (id, line) VALUES (?, ?)", [Data(outbox.id.bytes), Data(outbox.line)])
      }
    }
  }

  private mutating func make(_ change: StoreChange) throws {
    switch change {
    case .createKey(let key): try createKey(key)
    case .recreateKey(let key, let predecessor): try recreateKey(key, after: predecessor)
    case .updateKey(let key, let generation): try updateKey(key, expecting: generation)
    case .destroyKey(let key, let generation): try destroyKey(key, expecting: generation)
    case .createAlias(let alias, let generation): try createAlias(alias, target: generation)
    case .moveAlias(let alias, let code, let generation):
      try moveAlias(alias, expecting: code, target: generation)
    case .deleteAlias(let name, let code): try deleteAlias(name, expecting: code)
    case .createGrant(let grant, let likeness, let generation):
      try createGrant(grant, likeness: likeness, target: generation)
    case .deleteGrant(let id, let key, let code): try deleteGrant(id, of: key, expecting: code)
    case .addCustomKeyStore(let keyStore, let seen): try addCustomKeyStore(keyStore, seen: seen)
    case .updateCustomKeyStore(let keyStore, let seen): try updateCustomKeyStore(keyStore, seen: seen)
    case .removeCustomKeyStore(let id, let keyring, let seen):
      try removeCustomKeyStore(id, in: keyring, seen: seen)
    case .addIdentity(let identity): try addIdentity(identity)
    case .updateIdentity(let identity, let generation): try updateIdentity(identity, expecting: generation)
    case .removeIdentity(let id, let generation): try removeIdentity(id, expecting: generation)
    case .addAccessKey(let accessKey, let generation, let most):
      try addAccessKey(accessKey, owner: generation, most: most)
    case .updateAccessKey(let accessKey, let code): try updateAccessKey(accessKey, expecting: code)
    case .removeAccessKey(let id, let code): try removeAccessKey(id, expecting: code)
    case .addClientCertificate(let certificate, let generation, let most):
      try addClientCertificate(certificate, owner: generation, most: most)
    case .updateClientCertificate(let certificate, let code):
      try updateClientCertificate(certificate, expecting: code)
    case .removeClientCertificate(let fingerprint, let code):
      try removeClientCertificate(fingerprint, expecting: code)
    case .addVault(let vault): try addVault(vault)
    case .updateVault(let vault, let generation): try updateVault(vault, expecting: generation)
    case .addApplication(let application, let generation, let most):
      try addApplication(application, owner: generation, most: most)
    case .updateApplication(let application, let generation):
      try updateApplication(application, expecting: generation)
    case .removeApplication(let id, let generation): try removeApplication(id, expecting: generation)
    case .addTokenKey(let key, let latest): try addTokenKey(key, after: latest)
    case .removeTokenKey(let id): try removeTokenKey(id)
    case .addEpoch(let epoch): try addEpoch(epoch)
    case .rewrapEpochs(let epochs): for epoch in epochs { try rewrapEpoch(epoch) }
    case .noteSeal(let seal): try note(seal: seal)
    case .rewrap(let rewrapping): try rewrap(rewrapping)
    case .retireEpochs(let retirement): try retireEpochs(retirement)
    case .erasure(let change): try note(change)
    case .limitKeys(let keyring, let most): try limitKeys(in: keyring, most: most)
    case .together(let changes): for change in changes { try make(change) }
    }
  }

  /// Runs one statement, compiled the first time.
  func run(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws {
    try db.cachedStatement(sql: sql).execute(arguments: arguments)
  }

  /// Runs a statement that is to touch one row and touches none when what it needs isn't so, and fails then.
  func insert(_ sql: String, _ arguments: StatementArguments, orThrow taken: KMSError) throws {
    try run(sql, arguments)
    guard db.changesCount == 1 else { throw taken }
  }

  /// The row number of a key that is still of that generation.
  func rowNumber(of key: KeyID, expecting generation: UInt64) throws -> Int64 {
    let statement = try db.cachedStatement(sql: "SELECT n FROM keys WHERE id = ? AND generation = ?")
    let arguments: StatementArguments = [Data(key.bits.bytes), Int64(bitPattern: generation)]
    guard let row = try Int64.fetchOne(statement, arguments: arguments) else { throw KMSError.contention }
    return row
  }
}

extension Data {
  /// Text as a blob; see `Schema`.
  init(text: String) { self.init(text.utf8) }
}

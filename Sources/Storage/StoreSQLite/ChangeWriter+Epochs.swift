import Foundation
import GRDB
import KMSDomain

extension ChangeWriter {
  func addEpoch(_ epoch: EpochRecord) throws {
    try insert(
      """
      INSERT INTO epochs (id, wrapped, created_at, wraps, recovery, erasure, seal, code)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """,
      [
        Int64(epoch.id.number), Data(epoch.wrapped), epoch.createdAt.milliseconds,
        Int64(bitPattern: epoch.wraps), epoch.recovery.map { Data($0) }, epoch.erasure.map { Data($0.bytes) },
        Int64(bitPattern: epoch.seal), epoch.code.map { Data($0) },
      ], orThrow: .contention)
  }

  /// Under other roots; what is below them stays.
  func rewrapEpoch(_ epoch: EpochRecord) throws {
    try insert(
      "UPDATE epochs SET wrapped = ?, recovery = ?, seal = ?, code = ? WHERE id = ? AND erasure IS ?",
      [
        Data(epoch.wrapped), epoch.recovery.map { Data($0) }, Int64(bitPattern: epoch.seal),
        epoch.code.map { Data($0) }, Int64(epoch.id.number), epoch.erasure.map { Data($0.bytes) },
      ], orThrow: .contention)
  }

  func note(seal note: Authenticated<SealNote>) throws {
    try run(
      "INSERT OR REPLACE INTO seal_note (one, generation, file_code, code) VALUES (1, ?, ?, ?)",
      [Int64(bitPattern: note.record.generation), Data(note.record.fileCode), Data(note.code)])
  }

  /// Nothing is left of what the epochs wrapped, so that what stays of them opens no stored key.
  mutating func retireEpochs(_ retirement: EpochRetirement) throws {
    for epoch in retirement.retired {
      let id = Int64(epoch.id.number)
      try requireNothing(under: id)
      try run("DELETE FROM epochs WHERE id = ?", [id])
      try run(
        "INSERT OR REPLACE INTO retired_epochs (id, wrapped, until, erasure) VALUES (?, ?, ?, ?)",
        [
          id, Data(epoch.wrapped), epoch.until.milliseconds,
          epoch.erasure.map { Data($0.bytes) },
        ])
    }
    for epoch in retirement.forgotten {
      try run("DELETE FROM retired_epochs WHERE id = ?", [Int64(epoch.number)])
    }
    // What is overwritten must leave the log too.
    tally.hasDestroyed = true
  }

  /// What was destroyed before is what this erasure makes final.
  func note(_ change: ErasureChange) throws {
    switch change {
    case .begin(let step, let predecessor):
      try insert(
        """
        UPDATE erasure SET begun = ?, begun_at = ?, destroying = destroying + destroyed, destroyed = 0
        WHERE begun IS ? AND begun IS finished
        """,
        [
          Data(step.secret.bytes), step.at.milliseconds, predecessor.map { Data($0.bytes) },
        ], orThrow: .contention)
    case .finish(let step):
      try insert(
        "UPDATE erasure SET finished = ?, finished_at = ?, destroying = 0 WHERE begun = ?",
        [Data(step.secret.bytes), step.at.milliseconds, Data(step.secret.bytes)], orThrow: .contention)
    }
  }

  private func requireNothing(under epoch: Int64) throws {
    let statement = try db.cachedStatement(
      sql: """
        SELECT EXISTS (SELECT 1 FROM versions INDEXED BY versions_by_epoch WHERE epoch = ?1)
        OR EXISTS (SELECT 1 FROM access_keys WHERE epoch = ?1)
        OR EXISTS (SELECT 1 FROM custom_key_stores WHERE epoch = ?1)
        OR EXISTS (SELECT 1 FROM token_keys WHERE epoch = ?1)
        """)
    guard try Bool.fetchOne(statement, arguments: [epoch]) == false else { throw KMSError.contention }
  }
}

// MARK: - Wrapping again

extension ChangeWriter {
  mutating func rewrap(_ rewrapping: Rewrapping) throws {
    switch rewrapping {
    case .key(let key, let generation): try rewrap(key, expecting: generation)
    case .accessKey(let key, let code): try rewrap(key, expecting: code)
    case .keyStore(let keyStore, let generation): try rewrap(keyStore, expecting: generation)
    case .tokenKey(let key, let material): try rewrap(key, expecting: material)
    }
  }

  private mutating func rewrap(_ key: Authenticated<KeyRecord>, expecting generation: UInt64) throws {
    let statement = try db.cachedStatement(sql: "SELECT n FROM keys WHERE id = ? AND generation = ?")
    let id = Data(key.record.id.bits.bytes)
    let before = Int64(bitPattern: generation)
    guard let row = try Int64.fetchOne(statement, arguments: [id, before]) else { return }
    try run(
      "UPDATE keys SET generation = ?, code = ? WHERE n = ?",
      [Int64(bitPattern: key.record.generation), Data(key.code), row])
    for (position, version) in key.record.materials.enumerated() {
      guard let material = version.material else { continue }
      let epoch = Int64(material.epoch.number)
      try run(
        """
        UPDATE versions SET epoch = ?, material = ? WHERE key = ? AND position = ? AND id = ? AND material IS NOT NULL
        AND epoch <> ?
        """,
        [epoch, Data(material.bytes), row, position, Data(version.id.bits.bytes), epoch])
      if db.changesCount > 0 { tally.wrapped(under: material.epoch) }
    }
  }

  private mutating func rewrap(_ key: Authenticated<AccessKeyRecord>, expecting code: [UInt8]) throws {
    let secret = key.record.secret
    try run(
      "UPDATE access_keys SET epoch = ?, secret = ?, code = ? WHERE id = ? AND code = ?",
      [
        Int64(secret.epoch.number), Data(secret.bytes), Data(key.code), Data(text: key.record.id), Data(code),
      ])
    if db.changesCount > 0 { tally.wrapped(under: secret.epoch) }
  }

  private mutating func rewrap(
    _ keyStore: Authenticated<CustomKeyStore>, expecting generation: UInt64
  ) throws {
    let record = keyStore.record
    let secret = record.proxy.credential.secret
    try run(
      """
      UPDATE custom_key_stores SET epoch = ?, secret = ?, generation = ?, code = ?
      WHERE account = ? AND region = ? AND kind = ? AND id = ? AND generation = ?
      """,
      [
        Int64(secret.epoch.number), Data(secret.bytes), Int64(bitPattern: record.generation),
        Data(keyStore.code), Data(text: record.home.account.text), Data(text: record.home.region),
        record.home.kind.rawValue, Data(text: record.id.text), Int64(bitPattern: generation),
      ])
    if db.changesCount > 0 { tally.wrapped(under: secret.epoch) }
  }

  private mutating func rewrap(_ key: Authenticated<TokenKey>, expecting material: WrappedKey) throws {
    let new = key.record.material
    try run(
      "UPDATE token_keys SET epoch = ?, material = ?, code = ? WHERE id = ? AND epoch = ? AND material = ?",
      [
        Int64(new.epoch.number), Data(new.bytes), Data(key.code), Data(key.record.id.bits.bytes),
        Int64(material.epoch.number), Data(material.bytes),
      ])
    if db.changesCount > 0 { tally.wrapped(under: new.epoch) }
  }
}

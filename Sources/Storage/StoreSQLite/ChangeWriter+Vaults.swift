import Foundation
import GRDB
import KMSDomain

extension ChangeWriter {
  func addVault(_ vault: Authenticated<Vault>) throws {
    let record = vault.record
    try insert(
      """
      INSERT INTO vaults (name, account, generation, content, code) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
      """,
      [
        Data(text: record.name.text), Data(text: record.home.account.text),
        Int64(bitPattern: record.generation), Data(record.canonicalBytes), Data(vault.code),
      ], orThrow: .contention)
  }

  func updateVault(_ vault: Authenticated<Vault>, expecting generation: UInt64) throws {
    let record = vault.record
    try insert(
      "UPDATE vaults SET generation = ?, content = ?, code = ? WHERE name = ? AND generation = ?",
      [
        Int64(bitPattern: record.generation), Data(record.canonicalBytes), Data(vault.code),
        Data(text: record.name.text), Int64(bitPattern: generation),
      ], orThrow: .contention)
  }
}

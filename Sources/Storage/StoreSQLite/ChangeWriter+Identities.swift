import Foundation
import GRDB
import KMSDomain

extension ChangeWriter {
  func addPrincipal(_ principal: Authenticated<PrincipalRecord>) throws {
    let record = principal.record
    let policies = Packing.pack(record.policies.flatMap { [Array($0.name.utf8), $0.document] })
    try insert(
      """
      INSERT INTO principals (id, account, name, user_name, is_root, policies, created_at, code)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
      """,
      [
        Data(text: record.id.text), Data(text: record.account.text), Data(text: record.name),
        record.userName.map(Data.init(text:)), record.isRoot, Data(policies), record.createdAt.milliseconds,
        Data(principal.code),
      ], orThrow: .contention)
  }

  mutating func addAccessKey(_ accessKey: Authenticated<AccessKeyRecord>) throws {
    let record = accessKey.record
    try insert(
      """
      INSERT INTO access_keys (id, principal, epoch, secret, is_active, created_at, code)
      VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
      """,
      [
        Data(text: record.id), Data(text: record.principal.text), Int64(record.secret.epoch.number),
        Data(record.secret.bytes), record.isActive, record.createdAt.milliseconds, Data(accessKey.code),
      ], orThrow: .contention)
    tally.wrapped(under: record.secret.epoch)
  }

  func addEpoch(_ epoch: EpochRecord) throws {
    try insert(
      "INSERT INTO epochs (id, wrapped, created_at, wraps) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
      [
        Int64(epoch.id.number), Data(epoch.wrapped), epoch.createdAt.milliseconds,
        Int64(bitPattern: epoch.wraps),
      ], orThrow: .contention)
  }
}

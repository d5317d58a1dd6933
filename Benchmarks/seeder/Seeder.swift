import CustodySoftware
import DoorAWS
import KMSDomain
import KMSServer
import KMSSystem
import StoreSQLite

/// Makes keys that work, through the ports that the server itself uses: material from custody under a permit that the
/// policy gives, records with their codes, and the store's own `commit`, by many callers at once.
///
/// The keys are the account's root's, with the default policy. The audit log isn't written: it is no part of what is
/// measured.
struct Seeder: Sendable {
  private static let writers = 256

  private let store: SQLiteStore
  private let custody: SoftwareCustody
  private let home: Keyring
  private let caller: Caller
  private let policy: [UInt8]
  private let vocabulary = AWSVocabulary()
  private let now: Instant

  /// - Throws: whatever keeps the directory's seal or store shut. Only the default seal is known here.
  init(_ directory: DataDirectory) async throws {
    let owner = try Owner(reading: directory)
    store = try SQLiteStore.open(path: directory.database)
    let sealed = try SealFile(PrivateFile.read(directory.seal, limit: 1 << 16))
    let epochs = try await store.epochs()
    guard let epoch = epochs.last else { throw KMSError.corrupt(.epoch) }
    custody = try SoftwareCustody(
      seal: KeyFileSeal(path: directory.sealKey), sealed: sealed, storeID: store.storeID, epochs: epochs)
    now = epoch.createdAt
    home = Keyring(account: owner.account, region: "us-east-1", kind: .aws)
    policy = vocabulary.defaultKeyPolicy(for: owner.account)
    caller = Caller(
      account: owner.account, principal: vocabulary.rootPrincipal(of: owner.account),
      principalID: owner.account.text, userName: nil, isRoot: true, credential: "seeder", policies: [])
  }

  /// - Throws: the first error of any writer.
  func makeKeys(_ count: Int) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<Seeder.writers {
        group.addTask {
          for number in stride(from: writer, to: count, by: Seeder.writers) { try await makeKey(number) }
        }
      }
      try await group.waitForAll()
    }
  }

  /// - Returns: how many transactions reached the disk.
  func finish() async -> UInt64 {
    await store.close()
    return store.statistics.commits
  }

  private func makeKey(_ number: Int) async throws {
    var record = draft(number)
    let verdict = authorise(
      AccessRequest(
        action: .createKey, caller: caller, origin: origin, resource: .newKey(account: home.account),
        facts: .none),
      version: record.current, newKey: record.id, vocabulary: vocabulary)
    guard let permit = verdict.takePermit() else { throw KMSError.permitMismatch }
    record.versions[0].material = try custody.generate(
      record.identity(of: record.current), permit: permit
    ).wrapped
    let change = StoreChange.createKey(Authenticated(record, code: custody.code(for: record.canonicalBytes)))
    try await store.commit(change, outbox: nil)
  }

  private var origin: RequestOrigin {
    RequestOrigin(id: RequestID(random()), door: "seeder", source: "", isEncrypted: false, userAgent: "")
  }

  private func draft(_ number: Int) -> KeyRecord {
    let identifier = random().uuid
    let version = VersionID(random())
    return KeyRecord(
      id: KeyID(random()), home: home, identifier: identifier,
      resourceName: vocabulary.keyResource(identifier, in: home), spec: .aes256,
      usages: [.encrypt, .decrypt],
      origin: .generated, exportable: false, createdAt: now, state: .active, deletionDate: nil,
      description: "seeded key \(number)", tags: [], policy: policy,
      versions: [KeyVersion(id: version, state: .active, createdAt: now, material: nil)], current: version,
      generation: 1)
  }

  private func random() -> Bits128 {
    var generator = SystemRandomNumberGenerator()
    return Bits128(high: generator.next(), low: generator.next())
  }
}

import KMSBytes
import KMSDomain

/// Records with recognisable, different values in every field.
enum Sample {
  static let start: Int64 = 1_800_000_000_000

  static let keyring = keyring("111122223333", "eu-central-1")

  /// - Precondition: 12 digits.
  static func keyring(_ account: String, _ region: String) -> Keyring {
    guard let account = AccountID(account) else { preconditionFailure("a constant is malformed") }
    return Keyring(account: account, region: region, kind: .aws)
  }

  /// Bytes that look random and are the same in every run.
  static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
    var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
  }

  static func keyID(_ number: UInt64) -> KeyID { KeyID(Bits128(high: .max - number, low: number)) }
  static func versionID(_ number: UInt64) -> VersionID { VersionID(Bits128(high: number, low: .max)) }

  static func version(
    _ number: UInt64, epoch: UInt32 = 1, cause: VersionCause = .creation
  ) -> KeyVersion {
    KeyVersion(
      id: versionID(number), state: .active, createdAt: Instant(milliseconds: start + Int64(number)),
      material: WrappedKey(epoch: EpochID(epoch), bytes: bytes(64, seed: number)),
      cause: cause)
  }

  static func key(
    _ number: UInt64, identifier: String? = nil, in keyring: Keyring = keyring, generation: UInt64 = 1
  ) -> Authenticated<KeyRecord> {
    let record = KeyRecord(
      id: keyID(number), home: keyring, identifier: identifier ?? "key-\(number)",
      resourceName: "key:\(keyring.account.text):\(number)", spec: .aes256, usages: [.encrypt, .decrypt],
      origin: .generated, exportable: number.isMultiple(of: 2), createdAt: Instant(milliseconds: start),
      state: .active, deletionDate: nil, description: "ключ \(number) with a NUL \0 inside",
      tags: [Tag(key: "team", value: ""), Tag(key: "Ünit", value: "a\0b")],
      policy: bytes(300, seed: number + 1000), versions: [version(number)], current: versionID(number),
      generation: generation)
    return Authenticated(record, code: bytes(32, seed: number + 2000))
  }

  static func alias(
    _ text: String, of target: UInt64, in keyring: Keyring = keyring
  ) -> Authenticated<AliasRecord> {
    let record = AliasRecord(
      name: KeyName(.alias, text, in: keyring), target: keyID(target),
      createdAt: Instant(milliseconds: start + 1), updatedAt: Instant(milliseconds: start + 2))
    return Authenticated(record, code: bytes(32, seed: target + 3000))
  }

  static func epoch(_ number: UInt32) -> EpochRecord {
    EpochRecord(
      id: EpochID(number), wrapped: bytes(60, seed: UInt64(number) + 4000),
      createdAt: Instant(milliseconds: start - 1), wraps: 0)
  }

  static func user(
    _ id: String, name: String = "alice", path: String = "/", groups: [String] = [], generation: UInt64 = 0
  ) -> Authenticated<IdentityRecord> {
    let inline = [
      IdentityRecord.InlinePolicy(name: "first", document: bytes(100, seed: 1)),
      IdentityRecord.InlinePolicy(name: "second", document: []),
    ]
    return identity(
      id, name, path: path, generation: generation,
      .user(
        IdentityRecord.User(
          carried: IdentityRecord.Carried(inline: inline), groups: groups.map { IdentityID($0) })))
  }

  static func identity(
    _ id: String, _ name: String, path: String = "/", account: AccountID = keyring.account,
    generation: UInt64 = 0, _ body: IdentityRecord.Body
  ) -> Authenticated<IdentityRecord> {
    let record = IdentityRecord(
      id: IdentityID(id), account: account, name: name, path: path, createdAt: Instant(milliseconds: start),
      tags: [Tag(key: "team", value: "core")], body: body, generation: generation)
    return Authenticated(record, code: bytes(32, seed: 5000 + generation))
  }

  static func accessKey(_ id: String, epoch: UInt32 = 1, isActive: Bool = true) -> Authenticated<
    AccessKeyRecord
  > {
    let record = AccessKeyRecord(
      id: id, principal: IdentityID("AIDA1"),
      secret: WrappedCredential(epoch: EpochID(epoch), bytes: bytes(80, seed: 6000)), isActive: isActive,
      createdAt: Instant(milliseconds: start))
    return Authenticated(record, code: bytes(32, seed: 7000))
  }

  static func fingerprint(_ number: UInt8) -> CertificateFingerprint {
    guard let made = CertificateFingerprint([number] + bytes(31, seed: UInt64(number))) else {
      preconditionFailure("32 bytes are a fingerprint")
    }
    return made
  }

  static func certificate(
    _ number: UInt8, of owner: String = "AIDA1", isActive: Bool = true
  ) -> Authenticated<ClientCertificate> {
    let record = ClientCertificate(
      fingerprint: fingerprint(number), owner: IdentityID(owner), label: "CN=\(number), with a NUL \0 inside",
      notBefore: Instant(milliseconds: start - 1), notAfter: Instant(milliseconds: start + 2),
      createdAt: Instant(milliseconds: start), isActive: isActive)
    return Authenticated(record, code: bytes(32, seed: 9000 + (isActive ? 1 : 0)))
  }

  static func outbox(_ number: UInt64) -> OutboxRecord {
    OutboxRecord(id: Bits128(high: ~number, low: number), line: Array("{\"n\":\(number)}".utf8))
  }
}

extension Authenticated where Record == KeyRecord {
  /// The same key one generation on, with another code.
  func changed(_ change: (inout KeyRecord) -> Void) -> Authenticated<KeyRecord> {
    var record = record
    record.generation += 1
    change(&record)
    return Authenticated(record, code: Sample.bytes(32, seed: record.generation + 8000))
  }

  /// The same key after its destruction.
  func destroyed() -> Authenticated<KeyRecord> {
    changed { record in
      record.state = .destroyed
      record.deletionDate = nil
      for index in record.versions.indices {
        record.versions[index].state = .destroyed
        record.versions[index].material = nil
      }
    }
  }
}

extension Store {
  func commit(_ change: StoreChange) async throws(KMSError) { try await commit(change, outbox: nil) }

  /// The error of a change that must fail; nil when it succeeded.
  func failure(of change: StoreChange, outbox: OutboxRecord? = nil) async -> KMSError? {
    do throws(KMSError) {
      try await commit(change, outbox: outbox)
      return nil
    } catch {
      return error
    }
  }

  func wraps(_ epoch: UInt32) async throws -> UInt64? {
    try await epochs().first { $0.id == EpochID(epoch) }?.wraps
  }
}

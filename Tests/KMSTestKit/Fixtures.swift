package import KMSDomain

/// Values for tests: fixed, plain, and different from one another where a mix-up should show.
package enum Fixtures {
  package static let account = AccountID("111122223333").unsafelyPresent
  package static let otherAccount = AccountID("444455556666").unsafelyPresent

  package static let keyring = Keyring(account: account, region: "eu-central-1", kind: .aws)
  package static let start = Instant(milliseconds: 1_800_000_000_000)

  package static func keyID(_ number: UInt64) -> KeyID { KeyID(Bits128(high: 0x4b, low: number)) }
  package static func versionID(_ number: UInt64) -> VersionID { VersionID(Bits128(high: 0x56, low: number)) }

  package static func origin(_ number: UInt64 = 1) -> RequestOrigin {
    RequestOrigin(
      id: RequestID(Bits128(high: 0x52, low: number)), door: "aws", source: "127.0.0.1", isEncrypted: false,
      userAgent: "test")
  }

  /// A user that carries the given policies.
  package static func caller(
    _ name: String = "alice", account: AccountID = account, isRoot: Bool = false,
    policies: [AttachedPolicy] = []
  ) -> Caller {
    Caller(
      account: account, principal: principal(name, account), principalID: "AIDA" + name, userName: name,
      isRoot: isRoot, credential: "AKIATEST", policies: policies)
  }

  package static func principal(_ name: String, _ account: AccountID = account) -> String {
    "user:\(account.text):\(name)"
  }

  /// An active key with one version without material.
  package static func key(
    _ number: UInt64 = 1, state: KeyState = .active, account: AccountID = account, tags: [Tag] = [],
    usages: KeyUsages = [.encrypt, .decrypt]
  ) -> KeyRecord {
    KeyRecord(
      id: keyID(number), home: Keyring(account: account, region: "eu-central-1", kind: .aws),
      identifier: "key-\(number)", resourceName: "key:\(account.text):key-\(number)", spec: .aes256,
      usages: usages, origin: .generated, exportable: false, createdAt: start, state: state,
      deletionDate: state.isPendingDeletion ? start : nil, description: "", tags: tags, policy: [],
      versions: [KeyVersion(id: versionID(number), state: .active, createdAt: start, material: nil)],
      current: versionID(number), generation: 1)
  }
}

extension Optional {
  /// For constants of tests that are right by construction.
  package var unsafelyPresent: Wrapped {
    guard let self else { preconditionFailure("a constant of the tests is malformed") }
    return self
  }
}

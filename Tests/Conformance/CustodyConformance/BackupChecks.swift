package import KMSDomain
import KMSTestKit

extension GuardedCall {
  static let backups = [
    GuardedCall(name: "add a key to a backup", actions: [.backUpVaultKey]) { subject, permit in
      try subject.custody.beginBackup(of: .test(.keys)).add(
        subject.wrapped, as: subject.identity, permit: permit)
    },
    GuardedCall(name: "add a secret to a backup", actions: [.backUpSecret], spec: .bytes) { subject, permit in
      try subject.custody.beginBackup(of: .test(.secrets)).add(
        subject.wrapped, as: subject.identity, permit: permit)
    },
    // One that may leave, so that there is a backup of it wherever keys are.
    GuardedCall(name: "restore a key", actions: [.restoreVaultKey], exportable: true) { subject, permit in
      let opened = try subject.custody.openBackup(subject.backup(.keys), of: .test(.keys))
      _ = try opened.take(0, as: subject.identity, permit: permit)
    },
    GuardedCall(name: "restore a secret", actions: [.restoreSecret], spec: .bytes) { subject, permit in
      let opened = try subject.custody.openBackup(subject.backup(.secrets), of: .test(.secrets))
      _ = try opened.take(0, as: subject.identity, permit: permit)
    },
  ]
}

extension CustodyConformance {
  static let backupChecks = [
    CustodyConformance(
      "what is restored from a backup is the material that was in it, also what may not leave"
    ) {
      custody in
      for spec in [KeySpec.hmac256, .p256, .rsa2048] {
        let subject = try Subject(in: custody, spec)
        let opened = try custody.openBackup(subject.backup(.keys), of: .test(.keys))
        try expect(opened.contents == [1, 2, 3], "other contents")
        try expect(opened.terms == [BackupTerms(subject.identity)], "other terms")
        let identity = subject.identity(key: 77)
        let made = try opened.take(
          0, as: identity,
          permit: Permits.permit(.restoreVaultKey, key: identity.key, version: identity.version))
        try expect(made.publicKey == subject.publicKey, "another public half")
        let live = try custody.open(made.wrapped, as: identity)
        guard spec == .hmac256 else { continue }
        func code(_ key: any LiveKey, _ identity: VersionIdentity) throws -> [UInt8] {
          try custody.mac(
            .test([1]), by: .hmacSHA256, with: key,
            permit: Permits.permit(.generateMac, key: identity.key, version: identity.version))
        }
        try expect(
          code(live, identity) == code(subject.live, subject.identity), "a code by other material")
      }
    },
    CustodyConformance("a backup that was changed anywhere doesn't open") { custody in
      let backup = try Subject(in: custody, .p256).backup(.keys)
      for place in backup.indices {
        var changed = backup
        changed[place] ^= 1
        try refused(.invalidCiphertext, "changed at \(place)") {
          try custody.openBackup(changed, of: .test(.keys))
        }
      }
      for length in [0, 1, 17, 32, backup.count - 1] {
        try refused(.invalidCiphertext, "\(length) bytes of it") {
          try custody.openBackup(Array(backup.prefix(length)), of: .test(.keys))
        }
      }
      try refused(.invalidCiphertext, "with a byte more") {
        try custody.openBackup(backup + [0], of: .test(.keys))
      }
    },
    CustodyConformance("a backup opens as what it is of, and as nothing else") { custody in
      let backup = try Subject(in: custody).backup(.keys)
      let other = BackupSubject(account: Fixtures.account, kind: .managedHSM, collection: .keys)
      guard let account = AccountID("222222222222") else { throw ConformanceFailure("no account") }
      let elsewhere = BackupSubject(account: account, kind: .vault, collection: .keys)
      for subject in [other, elsewhere, .test(.secrets)] {
        try refused(.invalidCiphertext, "as \(subject)") { try custody.openBackup(backup, of: subject) }
      }
      _ = try custody.openBackup(backup, of: .test(.keys))
    },
    CustodyConformance("what comes back from a backup is on the terms on which it went") { custody in
      let subject = try Subject(in: custody)
      let opened = try custody.openBackup(subject.backup(.keys), of: .test(.keys))
      let own = subject.identity
      for identity in [
        VersionIdentity(
          key: own.key, version: own.version, spec: own.spec, usages: own.usages, origin: own.origin,
          exportable: true),
        VersionIdentity(
          key: own.key, version: own.version, spec: own.spec, usages: [.encrypt], origin: own.origin,
          exportable: false),
        VersionIdentity(
          key: own.key, version: own.version, spec: .hmac256, usages: own.usages, origin: own.origin,
          exportable: false),
        VersionIdentity(
          key: own.key, version: own.version, spec: own.spec, usages: own.usages, origin: .imported,
          exportable: false),
      ] {
        try refused(.permitMismatch, "as \(identity)") {
          try opened.take(0, as: identity, permit: subject.permit(.restoreVaultKey))
        }
      }
      try refused(.permitMismatch, "at another place") {
        try opened.take(1, as: own, permit: subject.permit(.restoreVaultKey))
      }
    },
    CustodyConformance("a backup is sealed once, and by the right on its item") { custody in
      let item = KeyID(Bits128(high: 9, low: 9))
      let backup = custody.beginBackup(of: .test(.keys))
      for action in Action.allCases where action != .backUpVaultKey {
        try refused(.permitMismatch, "by \(action)") {
          try backup.seal([], of: item, permit: Permits.permit(action, key: item))
        }
      }
      try refused(.permitMismatch, "by a right on another") {
        try backup.seal(
          [], of: item, permit: Permits.permit(.backUpVaultKey, key: KeyID(Bits128(high: 9, low: 8))))
      }
      _ = try backup.seal([], of: item, permit: Permits.permit(.backUpVaultKey, key: item))
      try refused(.custodyUnavailable, "twice") {
        try backup.seal([], of: item, permit: Permits.permit(.backUpVaultKey, key: item))
      }
    },
  ]
}

extension BackupSubject {
  package static func test(_ collection: VaultPlace.Collection) -> BackupSubject {
    BackupSubject(account: Fixtures.account, kind: .vault, collection: collection)
  }
}

extension Subject {
  /// A backup of this alone.
  package func backup(_ collection: VaultPlace.Collection) throws -> [UInt8] {
    let subject = BackupSubject.test(collection)
    let item = KeyID(Bits128(high: 9, low: 9))
    let backup = custody.beginBackup(of: subject)
    try backup.add(wrapped, as: identity, permit: permit(subject.backingUp))
    return try backup.seal([1, 2, 3], of: item, permit: Permits.permit(subject.backingUp, key: item)).bytes
  }

  /// The same for another key.
  package func identity(key: UInt64) -> VersionIdentity {
    VersionIdentity(
      key: KeyID(Bits128(high: 0xaaaa, low: key)), version: identity.version, spec: identity.spec,
      usages: identity.usages, origin: identity.origin, exportable: identity.exportable)
  }
}

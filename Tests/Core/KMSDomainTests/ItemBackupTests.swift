import KMSDomain
import KMSTestKit
import Testing

@Suite("What backups of items say")
struct ItemBackupTests {
  private func backup(versions: Int) -> ItemBackup {
    let object = ManagedObject(
      kind: .privateKey, isShared: true, uses: [.sign], names: ["one/keys/k/latest"], notes: [1],
      place: VaultPlace(vault: "one", .keys, "K"))
    return ItemBackup(
      name: "K", notes: [1, 2],
      versions: (0..<versions).map { number in
        ItemBackup.Version(
          version: String(repeating: "a", count: 32),
          createdAt: Fixtures.start.advanced(seconds: Int64(number)),
          isSuspended: number == 0, object: object)
      })
  }

  @Test("A backup is read as it was written, and nothing else is one")
  func encoding() {
    let whole = backup(versions: 2)
    let bytes = whole.canonicalBytes
    #expect(ItemBackup(canonical: bytes) == whole)
    for length in bytes.indices { #expect(ItemBackup(canonical: Array(bytes.prefix(length))) == nil) }
    #expect(ItemBackup(canonical: bytes + [0]) == nil)
  }

  @Test("A backup has a version, and not more than may be")
  func versions() {
    #expect(ItemBackup(canonical: backup(versions: 0).canonicalBytes) == nil)
    #expect(ItemBackup(canonical: backup(versions: ItemBackup.mostVersions).canonicalBytes) != nil)
    #expect(ItemBackup(canonical: backup(versions: ItemBackup.mostVersions + 1).canonicalBytes) == nil)
  }

  @Test("What a backup is of has bytes of its own for each account, kind and collection")
  func subjects() throws {
    let other = try #require(AccountID("222222222222"))
    var seen: Set<[UInt8]> = []
    for account in [Fixtures.account, other] {
      for kind in Keyring.Kind.allCases {
        for collection in VaultPlace.Collection.allCases {
          seen.insert(BackupSubject(account: account, kind: kind, collection: collection).canonicalBytes)
        }
      }
    }
    #expect(seen.count == 2 * Keyring.Kind.allCases.count * VaultPlace.Collection.allCases.count)
  }
}

import CustodyConformance
import CustodySoftware
import KMSDomain
import KMSTestKit
import Testing

@Suite("Backups of items")
struct BackupTests {
  private let other = Bits128(high: 0x5354, low: 2)

  /// Another store, by the seal of the first one.
  private func second(after first: Installation, sharesSecret: Bool) throws -> SoftwareCustody {
    let shared = try OpenSeal(first.sealed, by: first.seal, for: Installation.store)
    let (sealed, epoch) = try SoftwareCustody.initialise(
      seal: first.seal, storeID: other, now: Fixtures.start, secretOf: sharesSecret ? shared : nil)
    return try SoftwareCustody(seal: first.seal, sealed: sealed, storeID: other, epochs: [epoch])
  }

  @Test("A backup opens in another store that has the same secret, and nothing else of the first does")
  func sameRoot() throws {
    let first = try Installation()
    let there = try second(after: first, sharesSecret: true)
    let subject = try Subject(in: first.start(), .p256)
    let opened = try there.openBackup(subject.backup(.keys), of: .test(.keys))
    let made = try opened.take(0, as: subject.identity, permit: subject.permit(.restoreVaultKey))
    #expect(made.publicKey == subject.publicKey)
    _ = try there.open(made.wrapped, as: subject.identity)
    #expect(throws: KMSError.corrupt(.keyMaterial)) {
      _ = try there.open(subject.wrapped, as: subject.identity)
    }
    #expect(throws: KMSError.corrupt(.epoch)) {
      try there.adopt(first.epochs[0])
    }
  }

  @Test("A backup doesn't open where the store secret is another, also under the same seal")
  func otherRoot() throws {
    let first = try Installation()
    let there = try second(after: first, sharesSecret: false)
    let backup = try Subject(in: first.start()).backup(.keys)
    #expect(throws: KMSError.invalidCiphertext) { _ = try there.openBackup(backup, of: .test(.keys)) }
  }

  @Test("A store secret comes over by the seal that guards it, and by no other")
  func otherSeal() throws {
    let first = try Installation()
    #expect(throws: SealError.self) {
      _ = try OpenSeal(first.sealed, by: Installation.seal("another"), for: Installation.store)
    }
  }

  @Test("Two backups of the same have nothing in common but their form")
  func fresh() throws {
    let subject = try Subject(in: Installation().start())
    let (one, two) = (try subject.backup(.keys), try subject.backup(.keys))
    #expect(one.count == two.count && one[0] == two[0])
    #expect(zip(one, two).filter { $0 == $1 }.count < one.count / 4)
  }
}

import CustodyConformance
import CustodySoftware
import KMSDomain
import KMSTestKit
import Testing

@Suite("Erasure secrets below roots and recovery")
struct ErasureUnderRootsTests {
  private let folder: TemporaryFolder
  private let erasure: ErasureSecrets
  private let shares: [Payload]
  /// A store with an erasure secret and recovery shares.
  private let shelf: OpenSeal
  private let epoch: EpochRecord

  init() throws {
    folder = try TemporaryFolder()
    let store = Installation.store
    erasure = try ErasureSecrets.make(
      ErasureFile(path: folder.path("erasure")), for: store, now: Fixtures.start)
    let parameters = try #require(SharedParameters(threshold: 2, parts: 3))
    let recovery = try RecoverySeal(parameters).make(for: store)
    shares = recovery.shares
    shelf = try OpenSeal(new: Installation.seal("present").make(for: store), for: store)
      .with(recovery: recovery)
    epoch = try SoftwareCustody.firstEpoch(under: shelf, erasure, now: Fixtures.start)
  }

  /// The store as shares open it.
  private func recovered() throws -> OpenSeal {
    let file = try SealFile(shelf.file.encoded)
    let holder = try #require(file.recovery).holder
    let box = try ShareBox(for: holder, in: Installation.store)
    for share in shares.prefix(2) { try box.add(share) }
    return try OpenSeal(
      file, by: RecoverySeal(try SharedParameters(holder), box: box), for: Installation.store)
  }

  @Test("Another root leaves the erasure secret of an epoch as it is, and needs none")
  func replaced() throws {
    let custody = try SoftwareCustody(shelf, epochs: [], erasure: nil)
    custody.adopt(try shelf.adding(Installation.seal("next").make(for: Installation.store)))
    let moved = try #require(try custody.rewrapped([epoch]).first)
    #expect(moved.wrapped != epoch.wrapped && moved.recovery != epoch.recovery)
    #expect(moved.erasure == epoch.erasure && moved.erasure == erasure.facts.first?.id)
    let settled = try custody.roots.settled(on: custody.roots.root)
    #expect(try SoftwareCustody(settled, epochs: [moved], erasure: erasure).status.epoch == epoch.id)
    #expect(throws: KMSError.corrupt(.epoch)) { _ = try SoftwareCustody(settled, epochs: [moved]) }
  }

  @Test("Shares open nothing without the erasure secret, whatever the database says of it")
  func sharesAlone() throws {
    let open = try recovered()
    #expect(try SoftwareCustody(open, epochs: [epoch], erasure: erasure).status.epoch == epoch.id)
    #expect(throws: KMSError.corrupt(.epoch)) { _ = try SoftwareCustody(open, epochs: [epoch]) }
    let forged = EpochRecord(
      id: epoch.id, wrapped: epoch.wrapped, recovery: epoch.recovery, createdAt: epoch.createdAt,
      wraps: epoch.wraps)
    #expect(throws: KMSError.corrupt(.epoch)) { _ = try SoftwareCustody(open, epochs: [forged]) }
  }

  @Test("What was erased stays so for who has the shares and the secret of today")
  func erased() throws {
    let custody = try SoftwareCustody(shelf, epochs: [epoch], erasure: erasure)
    try custody.addErasureSecret(
      Bits128(high: 5, low: 6), now: Fixtures.start, permit: Permits.permit(.addErasureSecret))
    let later = try custody.makeEpoch(now: Fixtures.start, permit: Permits.permit(.renewEpoch))
    try custody.finishErasure(permit: Permits.permit(.finishErasure))
    let open = try recovered()
    #expect(try SoftwareCustody(open, epochs: [later], erasure: erasure).status.epoch == later.id)
    #expect(throws: KMSError.corrupt(.epoch)) {
      _ = try SoftwareCustody(open, epochs: [epoch], erasure: erasure)
    }
  }
}

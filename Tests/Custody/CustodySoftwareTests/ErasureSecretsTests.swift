import CustodyConformance
import CustodySoftware
import Foundation
import KMSDomain
import KMSTestKit
import Testing

@Suite("Erasure secrets")
struct ErasureSecretsTests {
  private let folder: TemporaryFolder
  private let file: ErasureFile
  private let store = Bits128(high: 1, low: 2)

  init() throws {
    folder = try TemporaryFolder()
    file = ErasureFile(path: folder.path("erasure"))
  }

  private func content() throws -> Data { try Data(contentsOf: URL(filePath: file.path)) }
  private func put(_ data: Data) throws { try data.write(to: URL(filePath: file.path)) }

  @Test("What was written opens, and nothing but it")
  func altered() throws {
    let made = try ErasureSecrets.make(file, for: store, now: Fixtures.start)
    let again = try #require(try ErasureSecrets.open(file, for: store, begun: nil))
    #expect(again.facts == made.facts && again.facts.count == 1)
    let good = try content()
    for index in good.indices {
      var changed = good
      changed[index] ^= 1
      try put(changed)
      #expect(throws: SealError.self) { _ = try ErasureSecrets.open(file, for: store, begun: nil) }
      try put(good.prefix(index))
      #expect(throws: SealError.self) { _ = try ErasureSecrets.open(file, for: store, begun: nil) }
    }
    try put(good + [0])
    #expect(throws: SealError.self) { _ = try ErasureSecrets.open(file, for: store, begun: nil) }
  }

  @Test("Another store's file is refused, and no file is no secret")
  func otherStore() throws {
    #expect(try ErasureSecrets.open(file, for: store, begun: nil) == nil)
    _ = try ErasureSecrets.make(file, for: store, now: Fixtures.start)
    #expect(throws: SealError.otherStore) {
      _ = try ErasureSecrets.open(file, for: Bits128(high: 3, low: 4), begun: nil)
    }
  }

  @Test("A new secret stands beside the old one until that is destroyed, and what it held is overwritten")
  func life() throws {
    let secrets = try ErasureSecrets.make(file, for: store, now: Fixtures.start)
    var installation = try Installation(store: store)
    let custody = try SoftwareCustody(
      seal: installation.seal, sealed: installation.sealed, storeID: store, epochs: installation.epochs,
      erasure: secrets)
    let first = try #require(custody.erasureSecret)
    let old = try custody.makeEpoch(now: Fixtures.start, permit: Permits.permit(.renewEpoch))
    #expect(old.erasure == first.id)
    try custody.adopt(old)
    let before = try FileHandle(forReadingFrom: URL(filePath: file.path))
    let id = Bits128(high: 5, low: 6)
    for _ in 0..<2 {
      try custody.addErasureSecret(id, now: Fixtures.start, permit: Permits.permit(.addErasureSecret))
    }
    #expect(custody.erasureSecret?.id == id)
    #expect(try before.readToEnd()?.allSatisfy { $0 == 0 } == true)
    #expect(try ErasureSecrets.open(file, for: store, begun: id)?.facts.map(\.id) == [first.id, id])
    let new = try custody.makeEpoch(now: Fixtures.start, permit: Permits.permit(.renewEpoch))
    #expect(new.erasure == id)
    try custody.finishErasure(permit: Permits.permit(.finishErasure))
    installation.epochs = []
    let again = try SoftwareCustody(
      seal: installation.seal, sealed: installation.sealed, storeID: store, epochs: [new],
      erasure: try ErasureSecrets.open(file, for: store, begun: id))
    #expect(throws: KMSError.corrupt(.epoch)) { try again.adopt(old) }
    #expect(again.status.epoch == new.id)
  }

  @Test("A secret whose erasure the store doesn't know isn't used")
  func unknown() throws {
    let secrets = try ErasureSecrets.make(file, for: store, now: Fixtures.start)
    let first = try #require(secrets.facts.first)
    let installation = try Installation(store: store)
    let custody = try SoftwareCustody(
      seal: installation.seal, sealed: installation.sealed, storeID: store, epochs: installation.epochs,
      erasure: secrets)
    try custody.addErasureSecret(
      Bits128(high: 5, low: 6), now: Fixtures.start, permit: Permits.permit(.addErasureSecret))
    let restored = try SoftwareCustody(
      seal: installation.seal, sealed: installation.sealed, storeID: store, epochs: installation.epochs,
      erasure: try ErasureSecrets.open(file, for: store, begun: nil))
    #expect(restored.erasureSecret?.id == first.id)
    let id = Bits128(high: 7, low: 8)
    try restored.addErasureSecret(id, now: Fixtures.start, permit: Permits.permit(.addErasureSecret))
    #expect(try ErasureSecrets.open(file, for: store, begun: id)?.facts.map(\.id) == [first.id, id])
  }

  @Test("While an erasure is under way no further secret takes the place of the one that everything is under")
  func twoAtOnce() throws {
    let secrets = try ErasureSecrets.make(file, for: store, now: Fixtures.start)
    let installation = try Installation(store: store)
    let custody = try SoftwareCustody(
      seal: installation.seal, sealed: installation.sealed, storeID: store, epochs: installation.epochs,
      erasure: secrets)
    try custody.adopt(
      try custody.makeEpoch(now: Fixtures.start, permit: Permits.permit(.renewEpoch)))
    let first = try #require(secrets.facts.first?.id)
    let (second, third) = (Bits128(high: 5, low: 6), Bits128(high: 7, low: 8))
    try custody.addErasureSecret(second, now: Fixtures.start, permit: Permits.permit(.addErasureSecret))
    let before = try content()
    // A third, and going back to the one that is about to be destroyed.
    for id in [third, first] {
      #expect(throws: KMSError.custodyUnavailable) {
        try custody.addErasureSecret(id, now: Fixtures.start, permit: Permits.permit(.addErasureSecret))
      }
    }
    #expect(try content() == before)
    #expect(custody.erasureFacts.map(\.id) == [first, second] && custody.erasureSecret?.id == second)
    try custody.addErasureSecret(second, now: Fixtures.start, permit: Permits.permit(.addErasureSecret))
    #expect(try content() == before)
  }

  @Test("A secret that nobody began stays as long as something is under it")
  func neededAlthoughUnknown() throws {
    let secrets = try ErasureSecrets.make(file, for: store, now: Fixtures.start)
    let first = try #require(secrets.facts.first?.id)
    let installation = try Installation(store: store)
    let custody = try SoftwareCustody(
      seal: installation.seal, sealed: installation.sealed, storeID: store, epochs: installation.epochs,
      erasure: secrets)
    let second = Bits128(high: 5, low: 6)
    try custody.addErasureSecret(second, now: Fixtures.start, permit: Permits.permit(.addErasureSecret))
    let later = try custody.makeEpoch(now: Fixtures.start, permit: Permits.permit(.renewEpoch))
    let restored = try SoftwareCustody(
      seal: installation.seal, sealed: installation.sealed, storeID: store,
      epochs: installation.epochs + [later], erasure: try ErasureSecrets.open(file, for: store, begun: nil))
    #expect(restored.erasureSecret?.id == first)
    let before = try content()
    #expect(throws: KMSError.custodyUnavailable) {
      try restored.addErasureSecret(
        Bits128(high: 7, low: 8), now: Fixtures.start, permit: Permits.permit(.addErasureSecret))
    }
    #expect(try content() == before)
    // The one that the database lost the beginning of may be gone on with.
    try restored.addErasureSecret(second, now: Fixtures.start, permit: Permits.permit(.addErasureSecret))
    #expect(restored.erasureSecret?.id == second)
  }

  @Test("Each step takes its own permit and no other")
  func permits() throws {
    let installation = try Installation(store: store)
    let custody = try SoftwareCustody(
      seal: installation.seal, sealed: installation.sealed, storeID: store, epochs: installation.epochs,
      erasure: try ErasureSecrets.make(file, for: store, now: Fixtures.start))
    for action in Action.allCases {
      if action != .addErasureSecret {
        #expect(throws: KMSError.permitMismatch) {
          try custody.addErasureSecret(
            Bits128(high: 5, low: 6), now: Fixtures.start, permit: Permits.permit(action))
        }
      }
      if action != .finishErasure {
        #expect(throws: KMSError.permitMismatch) {
          try custody.finishErasure(permit: Permits.permit(action))
        }
      }
    }
  }
}

import CustodyConformance
import CustodySoftware
import KMSDomain
import KMSTestKit
import Testing

@Suite("Epochs, restarts and limits")
struct HierarchyTests {
  private let tight = EpochLimits(soft: 3, hard: 5)

  @Test("What was encrypted before a restart opens after it")
  func restart() throws {
    let installation = try Installation()
    let subject = try Subject(in: installation.start())
    let sealed = try subject.encrypt([1, 2, 3])
    let again = try installation.start()
    let live = try again.open(subject.wrapped, as: subject.identity)
    let text = try again.decrypt(sealed, context: .empty, with: live, permit: subject.permit(.decrypt))
    #expect(try text.testBytes() == [1, 2, 3])
  }

  @Test("Material of one installation doesn't open in another")
  func otherInstallation() throws {
    let subject = try Subject(in: Installation().start())
    let other = try Installation().start()
    #expect(throws: KMSError.corrupt(.keyMaterial)) {
      _ = try other.open(subject.wrapped, as: subject.identity)
    }
  }

  @Test("An epoch refuses to wrap beyond its limit, keys and credentials together, and says so before")
  func limit() throws {
    let custody = try Installation().start(limits: tight)
    for wrap in 1...5 {
      #expect(custody.needsNewEpoch == (wrap > 3))
      if wrap.isMultiple(of: 2) {
        try wrapCredential(custody)
      } else {
        _ = try Subject(in: custody, key: UInt64(wrap))
      }
    }
    #expect(throws: KMSError.custodyUnavailable) { _ = try Subject(in: custody) }
    #expect(throws: KMSError.custodyUnavailable) { try wrapCredential(custody) }
  }

  private func wrapCredential(_ custody: SoftwareCustody) throws {
    _ = try custody.wrap(
      .test([1]), accessKey: "A", owner: IdentityID("p"), permit: Permits.permit(.issueAccessKey))
  }

  @Test("The count goes on where the record left it")
  func countSurvives() throws {
    var installation = try Installation()
    let first = installation.epochs[0]
    installation.epochs = [
      EpochRecord(
        id: first.id, wrapped: first.wrapped, createdAt: first.createdAt, wraps: 4, seal: first.seal,
        code: first.code)
    ]
    let custody = try installation.start(limits: tight)
    #expect(custody.needsNewEpoch)
    _ = try Subject(in: custody)
    #expect(throws: KMSError.custodyUnavailable) { _ = try Subject(in: custody) }
  }

  @Test("A new epoch wraps from its adoption on; the old one still opens, also after a restart")
  func rotation() throws {
    var installation = try Installation()
    let custody = try installation.start(limits: tight)
    let old = try Subject(in: custody)
    let next = try custody.makeEpoch(now: Fixtures.start, permit: Permits.permit(.renewEpoch))
    #expect(next.id == EpochID(2))
    #expect(try Subject(in: custody).wrapped.epoch == EpochID(1))
    try custody.adopt(next)
    #expect(custody.status.epoch == EpochID(2))
    #expect(!custody.needsNewEpoch)
    #expect(try Subject(in: custody).wrapped.epoch == EpochID(2))
    _ = try custody.open(old.wrapped, as: old.identity)
    installation.epochs.insert(next, at: 0)
    let again = try installation.start()
    #expect(again.status.epoch == EpochID(2))
    _ = try again.open(old.wrapped, as: old.identity)
  }

  @Test("Adopting an epoch again doesn't reset its count")
  func adoptTwice() throws {
    let installation = try Installation()
    let custody = try installation.start(limits: tight)
    for key in 1...5 { _ = try Subject(in: custody, key: UInt64(key)) }
    try custody.adopt(installation.epochs[0])
    #expect(throws: KMSError.custodyUnavailable) { _ = try Subject(in: custody) }
  }

  @Test("Without an epoch nothing is wrapped")
  func noEpoch() throws {
    var installation = try Installation()
    installation.epochs = []
    let custody = try installation.start()
    #expect(throws: KMSError.custodyUnavailable) { _ = try Subject(in: custody) }
    #expect(custody.status.epoch == EpochID(0))
  }

  @Test("An epoch that was altered, renumbered or comes from elsewhere stops the start")
  func corruptEpoch() throws {
    var installation = try Installation()
    let first = installation.epochs[0]
    let other = try Installation().epochs[0]
    var wrong = [
      (first.id, Array(first.wrapped.dropLast())), (EpochID(2), first.wrapped), (first.id, other.wrapped),
    ]
    for index in first.wrapped.indices {
      var changed = first.wrapped
      changed[index] ^= 0x80
      wrong.append((first.id, changed))
    }
    for (id, wrapped) in wrong {
      installation.epochs = [
        EpochRecord(
          id: id, wrapped: wrapped, createdAt: first.createdAt, wraps: 0, seal: first.seal, code: first.code)
      ]
      #expect(throws: KMSError.corrupt(.epoch)) { _ = try installation.start() }
    }
  }

  @Test("The status names the library and the memory")
  func status() throws {
    let status = try Installation().start().status
    #expect(status.kind == "software")
    #expect(status.provider.hasPrefix("OpenSSL "))
    #expect(status.epoch == EpochID(1))
    #expect(status.lockedBytes + status.unlockedBytes > 0)
  }
}

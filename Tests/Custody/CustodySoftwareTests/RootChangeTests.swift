import Foundation
import KMSDomain
import KMSSecrets
import KMSTestKit
import Testing

@testable import CustodySoftware

/// A store as its two files say it: the seal file and the epochs of the database. A change of the root is a list of such
/// states, and a server may be started from any of them.
private struct Shelf {
  static let store = Installation.store
  var file: SealFile
  var epochs: [EpochRecord]

  init(_ seal: any Seal, recovery: RecoverySeal? = nil) throws {
    var open = try OpenSeal(new: seal.make(for: Shelf.store), for: Shelf.store)
    if let recovery { open = try open.with(recovery: recovery.make(for: Shelf.store)) }
    file = open.file
    epochs = [try SoftwareCustody.firstEpoch(under: open, nil, now: Fixtures.start)]
  }

  init(file: SealFile, epochs: [EpochRecord]) {
    self.file = file
    self.epochs = epochs
  }

  func open(_ seal: any Seal) throws -> SoftwareCustody {
    try SoftwareCustody(
      seal: seal, sealed: SealFile(file.encoded), storeID: Shelf.store, epochs: epochs)
  }

  /// What a start does with whatever it finds.
  mutating func start(_ seal: any Seal) throws -> SoftwareCustody {
    let custody = try open(seal)
    let moved = Dictionary(uniqueKeysWithValues: try custody.rewrapped(epochs).map { ($0.id, $0) })
    epochs = epochs.map { moved[$0.id] ?? $0 }
    if custody.roots.file.isBetweenRoots {
      custody.adopt(try custody.roots.settled(on: custody.roots.root))
      file = custody.roots.file
    }
    return custody
  }

  /// The states that replacing the root goes through, the one before and the one after included.
  func replaced(_ old: any Seal, by new: any Seal) throws -> [Shelf] {
    let custody = try open(old)
    var states = [self]
    custody.adopt(try custody.roots.adding(new.make(for: Shelf.store)))
    states.append(Shelf(file: custody.roots.file, epochs: epochs))
    states.append(Shelf(file: custody.roots.file, epochs: try custody.rewrapped(epochs)))
    custody.adopt(try custody.roots.settled(on: custody.roots.root))
    states.append(Shelf(file: custody.roots.file, epochs: states[2].epochs))
    return states
  }
}

@Suite("Replacing the root")
struct RootChangeTests {
  private let old = Installation.seal("old")
  private let new = Installation.seal("new")

  @Test("A start completes from every state of a change of the seal, by whichever seal is configured")
  func everyState() throws {
    let folder = try TemporaryFolder()
    let file = KeyFileSeal(path: folder.path("key"), cost: .insecureForTests)
    let states = try Shelf(old).replaced(old, by: file)
    for (index, state) in states.enumerated() {
      for (name, seal, works) in [("old", old as any Seal, index < 3), ("new", file, index > 0)] {
        var shelf = state
        guard works else {
          #expect(throws: SealError.self, "state \(index), \(name) seal") { _ = try shelf.start(seal) }
          continue
        }
        let checkpoint = try shelf.start(seal).publicKey
        #expect(checkpoint == (try states[0].open(old).publicKey), "state \(index), \(name) seal")
        #expect(!shelf.file.isBetweenRoots && shelf.file.keepers.map(\.holder.kind) == [seal.kind])
        // And again, from what it left.
        #expect(try shelf.start(seal).rewrapped(shelf.epochs).isEmpty)
      }
    }
  }

  @Test("A start completes from every state of a rotation of the root")
  func rotation() throws {
    for state in try Shelf(old).replaced(old, by: old) {
      var shelf = state
      _ = try shelf.start(old)
      #expect(!shelf.file.isBetweenRoots)
      #expect(try shelf.open(old).rewrapped(shelf.epochs).isEmpty)
    }
  }

  @Test("A replaced root opens nothing any more")
  func replacedRoot() throws {
    let states = try Shelf(old).replaced(old, by: new)
    #expect(throws: SealError.doesNotOpen(.passphrase)) { _ = try states[3].open(old) }
    // Neither does its seal file open the epochs that were moved.
    let mixed = Shelf(file: states[0].file, epochs: states[3].epochs)
    #expect(throws: KMSError.corrupt(.epoch)) { _ = try mixed.open(old) }
  }

  @Test("What outlives roots stays: codes of records, the key of checkpoints, epochs")
  func whatStays() throws {
    let states = try Shelf(old).replaced(old, by: new)
    let (before, after) = (try states[0].open(old), try states[3].open(new))
    #expect(before.publicKey == after.publicKey)
    #expect(after.isValid(before.code(for: [1, 2, 3]), for: [1, 2, 3]))
    #expect(states[0].epochs[0].wrapped != states[3].epochs[0].wrapped)
  }

  @Test("A store whose seal file has the first format moves to the second from every state")
  func firstFormat() throws {
    let vectors = try FormatVectors.load()
    let store = try #require(Bits128(hex: vectors.store))
    let known = KnownRoot(root: hex(vectors.root))
    let stored = EpochRecord(
      id: EpochID(vectors.epoch.number), wrapped: hex(vectors.epoch.blob),
      createdAt: Instant(milliseconds: 0), wraps: 0)
    let file = try SealFile(hex(vectors.sealed_roots[0].encoded))
    let first = try SoftwareCustody(seal: known, sealed: file, storeID: store, epochs: [stored])
    #expect(file.isFirstFormat)
    let epoch = try #require(try first.rewrapped([stored]).first)
    #expect(epoch.wrapped == stored.wrapped && epoch.code != nil)
    first.adopt(try first.roots.adding(new.make(for: store)))
    let staged = try SealFile(first.roots.file.encoded)
    #expect(!staged.isFirstFormat && staged.isBetweenRoots)
    let moved = try first.rewrapped([epoch])
    for epochs in [[epoch], moved] {
      for seal in [known as any Seal, new] {
        let custody = try SoftwareCustody(seal: seal, sealed: staged, storeID: store, epochs: epochs)
        #expect(custody.publicKey == first.publicKey)
        let settled = try custody.roots.settled(on: custody.roots.root)
        let again = try SoftwareCustody(
          seal: seal, sealed: SealFile(settled.file.encoded), storeID: store,
          epochs: try custody.rewrapped(epochs).isEmpty ? epochs : custody.rewrapped(epochs))
        #expect(again.publicKey == first.publicKey)
      }
    }
  }
}

@Suite("Seal files")
struct SealFileTests {
  private let seal = Installation.seal("right")

  @Test("Not a byte can be altered, left out or added, also between two roots")
  func tampering() throws {
    let states = try Shelf(seal).replaced(seal, by: seal)
    for state in [states[0], states[1]] {
      let bytes = state.file.encoded
      #expect(try SealFile(bytes) == state.file)
      for index in bytes.indices {
        for bit in [UInt8(1), 0x80] {
          var changed = bytes
          changed[index] ^= bit
          #expect(throws: SealError.self, "byte \(index)") {
            _ = try OpenSeal(SealFile(changed), by: seal, for: Installation.store)
          }
        }
        #expect(throws: SealError.malformed) { _ = try SealFile(Array(bytes[..<index])) }
      }
      #expect(throws: SealError.malformed) { _ = try SealFile(bytes + [0]) }
    }
  }

  @Test("No entry can be added, taken out or exchanged by somebody without the store secret")
  func entries() throws {
    let states = try Shelf(seal).replaced(seal, by: seal)
    let staged = states[1].file
    let forger = Secret([UInt8](repeating: 1, count: 32))
    for entries in [[staged.entries[0]], [staged.entries[1]], staged.entries.reversed()] {
      let forged = try SealFile(
        store: staged.store, generation: staged.generation, entries: entries, vouchedBy: forger)
      #expect(throws: SealError.malformed) {
        _ = try OpenSeal(SealFile(forged.encoded), by: seal, for: Installation.store)
      }
    }
  }
}

@Suite("Recovery")
struct RecoveryTests {
  private let seal = Installation.seal("lost")

  private func made() throws -> (shelf: OpenSeal, epoch: EpochRecord, shares: [Payload]) {
    let parameters = try #require(SharedParameters(threshold: 2, parts: 3))
    let recovery = try RecoverySeal(parameters).make(for: Installation.store)
    let open = try OpenSeal(new: seal.make(for: Installation.store), for: Installation.store)
      .with(recovery: recovery)
    return (open, try SoftwareCustody.firstEpoch(under: open, nil, now: Fixtures.start), recovery.shares)
  }

  private func recoverySeal(_ file: SealFile, _ shares: [Payload]) throws -> RecoverySeal {
    let holder = try #require(file.recovery).holder
    let box = try ShareBox(for: holder, in: Installation.store)
    for share in shares { try box.add(share) }
    return RecoverySeal(try SharedParameters(holder), box: box)
  }

  @Test("Two of three shares open everything without the seal, and one opens nothing")
  func opens() throws {
    let (open, epoch, shares) = try made()
    let file = try SealFile(open.file.encoded)
    let before = try SoftwareCustody(open, epochs: [epoch])
    let recovered = try SoftwareCustody(
      seal: recoverySeal(file, [shares[2], shares[0]]), sealed: file, storeID: Installation.store,
      epochs: [epoch])
    #expect(recovered.publicKey == before.publicKey)
    #expect(recovered.status.epoch == EpochID(1))
    #expect(throws: SealError.needsPeople(.recovery)) {
      _ = try SoftwareCustody(
        seal: recoverySeal(file, [shares[1]]), sealed: file, storeID: Installation.store, epochs: [epoch])
    }
  }

  @Test("What was recovered gets a root under another seal, and the shares stay good")
  func reseals() throws {
    let (open, epoch, shares) = try made()
    let custody = try SoftwareCustody(
      seal: recoverySeal(open.file, Array(shares.prefix(2))), sealed: open.file,
      storeID: Installation.store, epochs: [epoch])
    let fresh = Installation.seal("fresh")
    custody.adopt(try custody.roots.adding(fresh.make(for: Installation.store)))
    let moved = try custody.rewrapped([epoch])
    let file = try SealFile(custody.roots.file.encoded)
    #expect(file.keepers.count == 1 && file.recovery != nil)
    _ = try SoftwareCustody(seal: fresh, sealed: file, storeID: Installation.store, epochs: moved)
    #expect(throws: SealError.doesNotOpen(.passphrase)) {
      _ = try SoftwareCustody(seal: seal, sealed: file, storeID: Installation.store, epochs: moved)
    }
    _ = try SoftwareCustody(
      seal: recoverySeal(file, Array(shares.suffix(2))), sealed: file, storeID: Installation.store,
      epochs: moved)
  }

  @Test("An epoch that isn't for the recovery that there is, is found and sealed for it")
  func newShares() throws {
    let (open, epoch, _) = try made()
    let custody = try SoftwareCustody(open, epochs: [epoch])
    let parameters = try #require(SharedParameters(threshold: 1, parts: 1))
    custody.adopt(
      try custody.roots.with(recovery: RecoverySeal(parameters).make(for: Installation.store)))
    #expect(custody.recoverable([epoch]) == 0)
    let moved = try custody.rewrapped([epoch])
    #expect(moved.count == 1 && custody.recoverable(moved) == 1)
    #expect(try custody.rewrapped(moved).isEmpty)
  }
}

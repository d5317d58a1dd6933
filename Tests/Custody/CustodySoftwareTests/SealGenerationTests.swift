import CustodyConformance
import Foundation
import KMSDomain
import KMSSecrets
import KMSTestKit
import Testing

@testable import CustodySoftware

@Suite("Seal files of other times, and epochs that nobody of the store sealed")
struct SealGenerationTests {
  private let store = Installation.store
  private let seal = Installation.seal("present")
  private let parameters: SharedParameters
  private let recovery: NewRoot
  /// With a recovery.
  private let open: OpenSeal
  private let epoch: EpochRecord

  init() throws {
    parameters = try #require(SharedParameters(threshold: 1, parts: 1))
    recovery = try RecoverySeal(parameters).make(for: store)
    open = try OpenSeal(new: seal.make(for: store), for: store).with(recovery: recovery)
    epoch = try SoftwareCustody.firstEpoch(under: open, nil, now: Fixtures.start)
  }

  /// As the shares open it.
  private func recovered(_ epochs: [EpochRecord]) throws -> SoftwareCustody {
    let file = try SealFile(open.file.encoded)
    let entry = try #require(file.recovery)
    let box = try ShareBox(for: entry.holder, in: store)
    for share in recovery.shares {
      let copy = share.lend { Payload(copying: $0) }
      try box.add(try #require(copy))
    }
    return try SoftwareCustody(
      seal: RecoverySeal(parameters, box: box), sealed: file, storeID: store, epochs: epochs)
  }

  private func with(
    _ record: EpochRecord, id: EpochID? = nil, wrapped: [UInt8]? = nil, recovery: [UInt8]?? = nil,
    seal: UInt64? = nil, code: [UInt8]?? = nil
  ) -> EpochRecord {
    EpochRecord(
      id: id ?? record.id, wrapped: wrapped ?? record.wrapped, recovery: recovery ?? record.recovery,
      createdAt: record.createdAt, wraps: record.wraps, erasure: record.erasure, seal: seal ?? record.seal,
      code: code ?? record.code)
  }

  @Test("Every file that is written counts one more, and the epochs that follow say which they are of")
  func counting() throws {
    #expect(open.file.generation == 2 && open.file.format == 3 && epoch.seal == 2)
    let custody = try SoftwareCustody(open, epochs: [epoch])
    custody.adopt(try custody.roots.adding(seal.make(for: store)))
    let moved = try #require(try custody.rewrapped([epoch]).first)
    let settled = try custody.roots.settled(on: custody.roots.root)
    #expect(custody.roots.file.generation == 3 && moved.seal == 3 && settled.file.generation == 4)
    let accepted = try open.again(after: 7)
    #expect(accepted.file.generation == 8 && accepted.file.entries == open.file.entries)
    #expect(try SealFile(accepted.file.encoded) == accepted.file)
    #expect(throws: SealError.malformed) { _ = try open.again(after: .max) }
  }

  @Test("Recovery shares that were replaced get nothing by an older file")
  func olderFile() throws {
    let custody = try SoftwareCustody(open, epochs: [epoch])
    custody.adopt(try custody.roots.with(recovery: RecoverySeal(parameters).make(for: store)))
    let moved = try custody.rewrapped([epoch])
    #expect(throws: KMSError.corrupt(.epoch)) {
      _ = try SoftwareCustody(seal: seal, sealed: open.file, storeID: store, epochs: moved)
    }
    let accepted = try open.again(after: custody.roots.file.generation)
    #expect(try SoftwareCustody(accepted, epochs: moved).rewrapped(moved).count == 1)
  }

  @Test("Who has the public key of the recovery can't have the shares open an epoch of their own making")
  func forged() throws {
    _ = try recovered([epoch])
    let key = SecretBytes([UInt8](repeating: 7, count: Epoch.keyLength))
    for id in [epoch.id, EpochID(2)] {
      let publicHalf = try #require(open.recovery)
      let blob = try publicHalf.seal(key, aad: BlobIdentity.epoch(id, in: store))
      let forged = with(epoch, id: id, recovery: recovery.root.id.bits.bytes + blob)
      for record in [forged, with(forged, code: .some(nil)), with(forged, seal: 0, code: .some(nil))] {
        #expect(throws: KMSError.corrupt(.epoch)) { _ = try recovered([record]) }
        #expect(throws: KMSError.corrupt(.epoch)) { _ = try SoftwareCustody(open, epochs: [record]) }
      }
    }
  }

  @Test("Nothing of an epoch's record can be altered or taken away")
  func altered() throws {
    var wrong = [
      with(epoch, recovery: .some(nil)), with(epoch, seal: 1), with(epoch, seal: 3),
      with(epoch, code: .some(nil)), with(epoch, code: .some([])),
    ]
    let blob = try #require(epoch.recovery)
    for index in stride(from: 0, to: blob.count, by: 37) {
      var changed = blob
      changed[index] ^= 1
      wrong.append(with(epoch, recovery: changed))
    }
    for record in wrong {
      #expect(throws: KMSError.corrupt(.epoch)) { _ = try SoftwareCustody(open, epochs: [record]) }
      #expect(throws: KMSError.corrupt(.epoch)) { _ = try recovered([record]) }
    }
  }

  @Test("The store's note of a file is as a server of this store wrote it, or it isn't")
  func notes() throws {
    let note = try SoftwareCustody(open, epochs: [epoch]).sealNote
    #expect(note.record == open.file.note && note.record.generation == 2)
    #expect(try open.vouches(for: note))
    let older = SealNote(generation: 1, fileCode: note.record.fileCode)
    #expect(try !open.vouches(for: Authenticated(older, code: note.code)))
    #expect(try !open.vouches(for: Authenticated(note.record, code: [])))
  }

  @Test("A file of format 2 opens epochs without codes, gives them some, and gets a generation")
  func secondFormat() throws {
    let second = try secondFormatFile()
    let bare = with(epoch, seal: 0, code: .some(nil))
    #expect(second.format == 2 && second.generation == 0)
    let custody = try SoftwareCustody(seal: seal, sealed: second, storeID: store, epochs: [bare])
    let coded = try custody.rewrapped([bare])
    #expect(coded.map(\.wrapped) == [epoch.wrapped] && coded.map(\.recovery) == [epoch.recovery])
    #expect(coded.allSatisfy { $0.code != nil && $0.seal == 0 })
    #expect(try custody.coded([bare]).map(\.code) == coded.map(\.code))
    let next = try custody.roots.settled(on: custody.roots.root)
    #expect(next.file.format == 3 && next.file.generation == 1)
    _ = try SoftwareCustody(next, epochs: coded)
    #expect(throws: KMSError.corrupt(.epoch)) { _ = try SoftwareCustody(next, epochs: [bare]) }
  }

  /// What an earlier version would have written.
  private func secondFormatFile() throws -> SealFile {
    try SealFile(
      SealFile(store: store, generation: 0, entries: open.file.entries, vouchedBy: open.storeSecret).encoded)
  }
}

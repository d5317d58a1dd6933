import CustodySoftware
import Foundation
import KMSDomain
import KMSSecrets
import KMSTestKit
import Testing

@Suite("Seals")
struct SealTests {
  private let folder: TemporaryFolder
  private let store = Installation.store

  init() throws { folder = try TemporaryFolder() }

  private func keyFile(_ name: String = "key") -> KeyFileSeal {
    KeyFileSeal(path: folder.path(name), cost: .insecureForTests)
  }

  private func initialise(_ seal: any Seal) throws -> (SealFile, EpochRecord) {
    try SoftwareCustody.initialise(seal: seal, storeID: store, now: Fixtures.start)
  }

  private func start(_ seal: any Seal, _ sealed: SealFile, _ epochs: [EpochRecord] = []) throws
    -> SoftwareCustody
  {
    try SoftwareCustody(seal: seal, sealed: sealed, storeID: store, epochs: epochs)
  }

  @Test("A key file is made once, is private, and opens the seal again")
  func keyFileSeal() throws {
    let (sealed, epoch) = try initialise(keyFile())
    let file = try FileManager.default.attributesOfItem(atPath: folder.path("key"))
    #expect(file[.posixPermissions] as? Int == 0o600)
    #expect(file[.size] as? Int == KeyFileSeal.length)
    let content = try Data(contentsOf: folder.url.appending(path: "key"))
    let again = try start(keyFile(), SealFile(sealed.encoded), [epoch])
    #expect(again.status.epoch == EpochID(1))
    _ = try initialise(keyFile())
    #expect(try Data(contentsOf: folder.url.appending(path: "key")) == content)
  }

  @Test(
    "A key file that others can read is refused, for sealing and for opening",
    arguments: [0o640, 0o604, 0o666])
  func exposedKeyFile(mode: Int) throws {
    let (sealed, _) = try initialise(keyFile())
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.path("key"))
    let opening = #expect(throws: SealError.self) { _ = try start(keyFile(), sealed) }
    #expect(opening?.description.contains("chmod 600") == true)
    let sealing = #expect(throws: SealError.self) { _ = try initialise(keyFile()) }
    #expect(sealing == opening)
  }

  @Test("A key file of another length is refused, and never replaced", arguments: [0, 31, 33, 1000])
  func malformedKeyFile(count: Int) throws {
    let (sealed, _) = try initialise(keyFile())
    try folder.write([UInt8](repeating: 1, count: count), "key")
    #expect(throws: SealError.self) { _ = try start(keyFile(), sealed) }
    #expect(throws: SealError.self) { _ = try initialise(keyFile()) }
    #expect(try Data(contentsOf: folder.url.appending(path: "key")).count == count)
  }

  @Test("A missing key file is named, and not made anew when opening")
  func missingKeyFile() throws {
    let (sealed, _) = try initialise(keyFile())
    let error = #expect(throws: SealError.self) { _ = try start(keyFile("elsewhere"), sealed) }
    #expect(error?.description.contains(folder.path("elsewhere")) == true)
    #expect(!FileManager.default.fileExists(atPath: folder.path("elsewhere")))
  }

  @Test("A wrong passphrase or key file doesn't open, and the message says what that may mean")
  func wrongSecret() throws {
    let (sealed, _) = try initialise(Installation.seal("right"))
    let wrong = #expect(throws: SealError.doesNotOpen(.passphrase)) {
      _ = try start(Installation.seal("wrong"), sealed)
    }
    #expect(wrong?.description.contains("passphrase is wrong, or the seal file was changed") == true)
    let (byFile, _) = try initialise(keyFile())
    try folder.write([UInt8](repeating: 7, count: 32), "key")
    #expect(throws: SealError.doesNotOpen(.keyFile)) { _ = try start(keyFile(), byFile) }
  }

  @Test("A seal of another kind or store is named before anything is tried")
  func otherKindOrStore() throws {
    let (sealed, _) = try initialise(Installation.seal("right"))
    #expect(throws: SealError.otherKind(sealed: [.passphrase], given: .keyFile)) {
      _ = try start(keyFile(), sealed)
    }
    #expect(throws: SealError.otherStore) {
      _ = try SoftwareCustody(
        seal: Installation.seal("right"), sealed: sealed, storeID: Bits128(high: 9, low: 9), epochs: [])
    }
  }

  @Test("No byte of a seal file can be altered, left out or added")
  func tampering() throws {
    let (sealed, _) = try initialise(Installation.seal("right"))
    let bytes = sealed.encoded
    #expect(try SealFile(bytes) == sealed)
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 1
      #expect(throws: SealError.self, "byte \(index)") {
        _ = try start(Installation.seal("right"), SealFile(changed))
      }
      #expect(throws: SealError.malformed) { _ = try SealFile(Array(bytes[..<index])) }
    }
    #expect(throws: SealError.malformed) { _ = try SealFile(bytes + [0]) }
    #expect(throws: SealError.malformed) { _ = try SealFile([]) }
  }

  @Test("A passphrase file may end in a line break; other bytes count")
  func passphraseFile() throws {
    func file(_ text: String) throws -> PassphraseSeal {
      try folder.write(Array(text.utf8), "pass")
      return PassphraseSeal(source: .file(folder.path("pass")), cost: .insecureForTests)
    }
    let (sealed, _) = try initialise(file("open sesame"))
    for same in ["open sesame\n", "open sesame\r\n"] { _ = try start(file(same), sealed) }
    for other in ["open sesame ", "open sesame\n\n", "open sesame\r", " open sesame", "Open sesame"] {
      #expect(throws: SealError.doesNotOpen(.passphrase)) { _ = try start(file(other), sealed) }
    }
    for empty in ["", "\n", "\r\n"] {
      #expect(throws: SealError.emptyPassphrase) { _ = try start(file(empty), sealed) }
    }
    let exposed = try file("open sesame")
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.path("pass"))
    #expect(throws: SealError.self) { _ = try start(exposed, sealed) }
  }

  @Test("Whoever supplies a passphrase may refuse in its own words")
  func supplierRefuses() throws {
    let (sealed, _) = try initialise(Installation.seal("right"))
    let refusing = PassphraseSeal(
      source: .supplied { () throws(SealError) -> Payload in throw .unreadable("nobody is at the terminal") })
    #expect(throws: SealError.unreadable("nobody is at the terminal")) { _ = try start(refusing, sealed) }
  }

  @Test("Sealing the same way twice gives nothing alike")
  func freshness() throws {
    let (one, first) = try initialise(Installation.seal("right"))
    let (two, second) = try initialise(Installation.seal("right"))
    #expect(Array(one.encoded[29...]) != Array(two.encoded[29...]))
    #expect(first.wrapped != second.wrapped)
    #expect(throws: KMSError.corrupt(.epoch)) { _ = try start(Installation.seal("right"), one, [second]) }
  }
}

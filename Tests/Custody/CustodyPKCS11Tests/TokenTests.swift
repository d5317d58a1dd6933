import Foundation
import KMSDomain
import Testing

@testable import CustodyPKCS11

extension TokenSuites {
  @Suite("A token is found, logged in to, and says what is wrong")
  struct TokenTests {
    let house: TokenHouse
    init() throws { house = try TokenHouse.shared.get() }

    private func fault(_ body: () throws -> Void) -> HSMFault? {
      do {
        try body()
        return nil
      } catch { return error as? HSMFault }
    }

    @Test("It is found by its label and by its serial number")
    func found() throws {
      let token = try house.open()
      #expect(token.info.label == TokenHouse.label)
      #expect(try house.open(.serial(token.info.serial)).info.label == TokenHouse.label)
      #expect(token.provider.hasPrefix("Implementation of PKCS11 "))
    }

    @Test("What it can do is in its table")
    func mechanisms() throws {
      let table = try house.open().mechanisms
      #expect(table.has(.aesGCM, for: .encrypt))
      #expect(table.has(.rsaKeyPairGeneration, for: .generatePair, bits: 4096))
      #expect(!table.has(.rsaKeyPairGeneration, for: .generatePair, bits: 128))
      #expect(!table.has(.aesGCM, for: .sign))
      #expect(!table.has(Mechanism(0x4021), for: .sign))
    }

    @Test("A file that is no library, a library that is no module")
    func noModule() {
      for path in ["/nowhere/module.so", "/proc/self/status", "libc.so.6"] {
        guard case .noModule(path, _) = fault({ _ = try Module(path: path) }) else {
          Issue.record("\(path) was taken")
          continue
        }
      }
    }

    @Test("A label that no token has, and one that two have")
    func otherTokens() throws {
      guard case .noToken(.label("nobody"), let present) = fault({ _ = try house.open(.label("nobody")) })
      else {
        Issue.record("a token was found")
        return
      }
      #expect(present.contains { $0.hasPrefix("\"\(TokenHouse.label)\"") })
      let twice = TokenChoice.label(TokenHouse.twice)
      #expect(fault { _ = try house.open(twice) } == .severalTokens(twice))
    }

    @Test("A wrong PIN is named, and no source without a PIN is asked twice")
    func wrongPIN() throws {
      let choice = TokenChoice.label(TokenHouse.label)
      // A process that is logged in isn't asked for the PIN again.
      #expect(house.module.restart(after: house.module.generation))
      #expect(fault { _ = try house.open(pin: TokenHouse.source("wrong-horse")) } == .wrongPIN(choice))
      let missing = HSMFault.unreadablePIN("there is none")
      #expect(
        fault { _ = try house.open(pin: .supplied { () throws(HSMFault) in throw missing }) } == missing)
      _ = try house.open()
    }

    @Test("A PIN from a private file, with and without a line break")
    func pinFile() throws {
      let folder = URL.temporaryDirectory.appending(path: "claviger-pin-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for ending in ["", "\n", "\r\n"] {
        let file = folder.appending(path: "pin\(ending.utf8.count)")
        let isThere = FileManager.default.createFile(
          atPath: file.path(), contents: Data((TokenHouse.pin + ending).utf8),
          attributes: [.posixPermissions: 0o600])
        #expect(isThere)
        _ = try house.open(pin: .file(file.path()))
      }
    }

    @Test("Codes have the standard's names, others their number")
    func names() {
      #expect(ReturnCode.deviceError.description == "CKR_DEVICE_ERROR")
      #expect(ReturnCode(0x8000_0001).description == "CKR_0x80000001")
    }
  }
}

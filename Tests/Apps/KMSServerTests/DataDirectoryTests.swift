import KMSDomain
import KMSSystem
import Testing

@testable import KMSServer

@Suite struct DataDirectoryTests {
  @Test(arguments: [0, 1, 4096, 65_536, 200_000])
  func `a private file is read whole, up to the limit`(count: Int) throws {
    let scratch = try Scratch()
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try PrivateFile.write(bytes, to: scratch.path + "/file")
    #expect(try PrivateFile.read(scratch.path + "/file", limit: count) == bytes)
    #expect(try PrivateFile.read(scratch.path + "/file", limit: count + 1) == bytes)
    guard count > 0 else { return }
    #expect(throws: SystemError.self) { try PrivateFile.read(scratch.path + "/file", limit: count - 1) }
  }

  @Test func `an absent, an empty and a locked but empty folder are to be made`() throws {
    let scratch = try Scratch()
    #expect(try DataDirectory(scratch.path + "/absent").mustBeMade(as: .production))
    #expect(try scratch.directory.mustBeMade(as: .production))
    scratch.write("", to: "lock")
    #expect(try scratch.directory.mustBeMade(as: .development))
  }

  @Test(arguments: [DataDirectory.Mode.development, .production])
  func `a folder opens in the mode in which it was made, and in no other`(mode: DataDirectory.Mode) throws {
    let scratch = try Scratch()
    scratch.write(mode.rawValue + "\n", to: "mode")
    let other: DataDirectory.Mode = mode == .production ? .development : .production
    #expect(try !scratch.directory.mustBeMade(as: mode))
    #expect(throws: Problem.self) { try scratch.directory.mustBeMade(as: other) }
  }

  @Test func `a folder with foreign files or an interrupted start is refused`() throws {
    let scratch = try Scratch()
    scratch.write("x", to: "claviger.db")
    #expect(try scratch.directory.state() == .foreign)
    #expect(throws: Problem.self) { try scratch.directory.mustBeMade(as: .production) }
  }

  @Test func `a marker that others may write or that says something else is not believed`() throws {
    let scratch = try Scratch()
    scratch.write("dev\n", to: "mode", mode: 0o666)
    #expect(throws: SystemError.self) { try scratch.directory.state() }
    let other = try Scratch()
    other.write("staging\n", to: "mode")
    #expect(try other.directory.state() == .foreign)
  }

  @Test func `a file in the place of the folder is an error, not an empty folder`() throws {
    let scratch = try Scratch()
    scratch.write("x", to: "file")
    #expect(throws: SystemError.self) { try DataDirectory(scratch.path + "/file").state() }
  }

  @Test func `a path too long for the socket in it is refused with the longest that fits`() {
    let long = DataDirectory("/" + String(repeating: "d", count: 97))
    #expect(throws: Problem.self) { try long.mustBeMade(as: .production) }
    #expect(DataDirectory("/" + String(repeating: "d", count: 95)).adminSocket.utf8.count == 107)
  }

  @Test func `a trailing slash means the same folder`() {
    #expect(DataDirectory("/srv/kms/").database == "/srv/kms/claviger.db")
    #expect(DataDirectory("/").path == "/")
  }

  @Test func `private files of names and values come back as they were`() throws {
    let scratch = try Scratch()
    let file = KeyValueFile([("a", "1"), ("b", "x=y"), ("c", "")])
    try file.write(to: scratch.path + "/pairs")
    let read = try KeyValueFile(reading: scratch.path + "/pairs")
    #expect(read == file)
    #expect(read["b"] == "x=y" && read["d"] == nil)
    #expect(try scratch.mode(of: "pairs") == 0o600)
  }

  @Test func `the certificate is made once, is for its owner only, and is renewed near its end`() throws {
    let scratch = try Scratch()
    let directory = scratch.directory
    let start = Instant(milliseconds: 1_800_000_000_000)
    let made = try ServerCertificate(privateIn: directory, now: start, domain: "claviger.localhost")
    #expect(made.authorityPath == directory.authority)
    for name in ["tls/server-key.pem", "tls/ca-key.pem"] { #expect(try scratch.mode(of: name) == 0o600) }
    let first = try PrivateFile.read(directory.certificate, limit: 1 << 16)
    let authority = try PrivateFile.read(directory.authority, limit: 1 << 16)

    _ = try ServerCertificate(
      privateIn: directory, now: start.advanced(days: 300), domain: "claviger.localhost")
    #expect(try PrivateFile.read(directory.certificate, limit: 1 << 16) == first)

    _ = try ServerCertificate(
      privateIn: directory, now: start.advanced(days: 360), domain: "claviger.localhost")
    #expect(try PrivateFile.read(directory.certificate, limit: 1 << 16) != first)
    #expect(try PrivateFile.read(directory.authority, limit: 1 << 16) == authority)
  }

  @Test func `a server certificate whose key is another's is made anew`() throws {
    let one = try Scratch()
    let other = try Scratch()
    let now = Instant(milliseconds: 1_800_000_000_000)
    _ = try ServerCertificate(privateIn: one.directory, now: now, domain: "claviger.localhost")
    _ = try ServerCertificate(privateIn: other.directory, now: now, domain: "claviger.localhost")
    let foreign = try PrivateFile.read(other.directory.certificateKey, limit: 1 << 16)
    try PrivateFile.write(foreign, to: one.directory.certificateKey)
    _ = try ServerCertificate(privateIn: one.directory, now: now, domain: "claviger.localhost")
    #expect(try PrivateFile.read(one.directory.certificateKey, limit: 1 << 16) != foreign)
  }
}

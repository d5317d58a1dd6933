import Foundation
import Testing

@testable import KMSServer

@Suite struct ClientFilesTests {
  @Test(
    arguments: [
      ("127.0.0.1:5696", nil, "127.0.0.1", 5696), ("[::1]:7", nil, "::1", 7),
      ("kms.example:5696", nil, "kms.example", 5696),
      ("0.0.0.0:5696", "kms.example", "kms.example", 5696), (nil, nil, "127.0.0.1", 5696),
      ("[::]:1", "x", "x", 1), ("nonsense", nil, "127.0.0.1", 5696),
    ] as [(String?, String?, String, Int)])
  func `clients are told where to find the server`(endpoint: String?, host: String?, name: String, port: Int)
  {
    let address = ServerAddress(endpoint, host: host)
    #expect(address.host == name && address.port == port)
  }

  @Test func `a server on all addresses is found by the machine's name`() {
    #expect(ServerAddress("0.0.0.0:1", host: nil).host == ProcessInfo.processInfo.hostName)
  }

  @Test func `a key is kept before it has a certificate, and never overwritten`() throws {
    let scratch = try Scratch()
    let files = ClientFiles(in: scratch.path + "/client")
    let request = try files.makeKey(name: "x")
    #expect(request.hasPrefix("-----BEGIN CERTIFICATE REQUEST-----"))
    #expect(try scratch.mode(of: "client/client-key.pem") == 0o600)
    #expect(try scratch.mode(of: "client") == 0o700)
    #expect(throws: Problem.self) { try files.makeKey(name: "x") }
    files.abandon()
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "/client"))
    _ = try files.makeKey(name: "x")
    try files.write(certificate: "c", authority: nil, server: ServerAddress("[::1]:7", host: nil))
    let text = try String(contentsOfFile: files.configuration, encoding: .utf8)
    #expect(text.hasPrefix("[client]\nhost=::1\nport=7\n") && text.contains("keyfile=\(files.key)\n"))
    #expect(!FileManager.default.fileExists(atPath: files.authority))
    files.abandon()
    #expect(FileManager.default.fileExists(atPath: files.certificate))
  }
}

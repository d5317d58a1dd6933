import Foundation

@testable import KMSServer

/// A folder of its own for a test, removed with the value.
final class Scratch {
  let path: String
  var directory: DataDirectory { DataDirectory(path) }

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "kms-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, to name: String, mode: Int = 0o600) {
    _ = FileManager.default.createFile(
      atPath: path + "/" + name, contents: Data(text.utf8), attributes: [.posixPermissions: mode])
  }

  func mode(of name: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path + "/" + name)[.posixPermissions] as? Int
  }
}

import Foundation

/// A private folder that goes away with the value.
final class TemporaryFolder: Sendable {
  private let url = FileManager.default.temporaryDirectory.appending(component: "house-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(component: name).path }
}

import Foundation
package import KMSSystem

/// The folder that holds everything of one server. Mode 0700; every path in it is named here.
package struct DataDirectory: Sendable, Equatable {
  package let path: String

  /// - Parameter path: a trailing slash is dropped, a relative path stays relative.
  package init(_ path: String) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  package var database: String { path + "/claviger.db" }
  /// The sealed root key.
  package var seal: String { path + "/seal" }
  /// The default seal's key file.
  package var sealKey: String { path + "/seal-key" }
  /// The default place of what must never be in a backup.
  package var sealDomain: String { path + "/seal-domain" }
  package var audit: String { path + "/audit" }
  package var tls: String { path + "/tls" }
  package var authority: String { tls + "/ca.pem" }
  package var authorityKey: String { tls + "/ca-key.pem" }
  /// That authority and those that the machine trusts.
  var trusted: String { DataDirectory.trusted(beside: authority) }

  static func trusted(beside authority: String) -> String {
    authority.prefix(through: authority.lastIndex(of: "/") ?? authority.startIndex) + "trusted.pem"
  }
  /// What issues certificates to clients.
  package var clientAuthority: String { tls + "/client-ca.pem" }
  package var clientAuthorityKey: String { tls + "/client-ca-key.pem" }
  package var certificate: String { tls + "/server.pem" }
  package var certificateKey: String { tls + "/server-key.pem" }
  package var adminSocket: String { path + "/admin.sock" }
  /// The account and the first principal: not secret.
  package var owner: String { path + "/owner" }
  /// "dev" or "production". Written last, so that a folder without it is not a finished server.
  package var marker: String { path + "/mode" }

  // Development only
  package var dev: String { path + "/dev" }
  package var devCredentials: String { dev + "/credentials" }
  package var devEndpoints: String { dev + "/endpoints" }
  package var devClock: String { dev + "/clock" }
  /// The key and the certificate by which the development server's own user speaks KMIP.
  package var devKMIP: String { dev + "/kmip" }
  /// The application by which the development server's own user comes to vaults, with its secret.
  package var devAzure: String { dev + "/azure" }

  /// The same place by its absolute path, for people in other folders.
  package func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

  /// The longest path that a Unix socket may have, in bytes (sun_path less its terminator).
  package static let longestSocketPath = 107
}

extension DataDirectory {
  /// How a directory was made: for ever.
  package enum Mode: String, Sendable {
    case development = "dev"
    case production

    package init(isDevelopment: Bool) { self = isDevelopment ? .development : .production }
  }

  package enum State: Sendable, Equatable {
    /// Absent or empty.
    case vacant
    case made(Mode)
    /// Something is there that isn't a finished server.
    case foreign
  }

  package func state() throws(SystemError) -> State {
    guard try FileStatus.of(path) != nil else { return .vacant }
    // The lock is taken before anything is made, and names nothing of value.
    let names = try Directory.entries(path).filter { $0 != "lock" }
    guard !names.isEmpty else { return .vacant }
    guard names.contains("mode") else { return .foreign }
    let text = try PrivateFile.read(marker, limit: 64)
    guard let mode = Mode(rawValue: DataDirectory.line(text)) else { return .foreign }
    return .made(mode)
  }

  /// Decides whether this directory is to be made or opened.
  /// - Returns: true when it must be made first.
  /// - Throws: `Problem` when it is not ours, or was made in the other mode.
  package func mustBeMade(as mode: Mode) throws -> Bool {
    guard adminSocket.utf8.count <= DataDirectory.longestSocketPath else {
      throw Problem(
        "the path of the data directory is too long for the admin socket in it",
        remedy: "choose a path of at most \(DataDirectory.longestSocketPath - "/admin.sock".utf8.count) bytes"
      )
    }
    switch try state() {
    case .vacant: return true
    case .made(mode): return false
    case .made(.development):
      throw Problem(
        "\(path) was made by a development server and stays one for ever",
        remedy: "add --dev, or choose another directory for production")
    case .made(.production):
      throw Problem(
        "\(path) belongs to a production server", remedy: "leave --dev out, or choose another directory")
    case .foreign:
      throw Problem(
        "\(path) holds files but no finished server",
        remedy: "choose an empty directory; if an initialisation was interrupted here, remove what it left")
    }
  }

  /// The first line of a small text file.
  static func line(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }
}

extension DataDirectory {
  /// Whether a file lies in this folder, as the paths are written and after resolving links.
  func contains(_ file: String) -> Bool {
    let folder = URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
    let target = URL(fileURLWithPath: file).resolvingSymlinksInPath().standardizedFileURL.path
    return target.hasPrefix(folder + "/")
  }
}

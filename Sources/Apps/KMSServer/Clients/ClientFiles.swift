import Foundation
import KMSSystem
import NetKit

/// What a KMIP client needs in files: its key, its certificate, whom it trusts, and a configuration that names them. All are for
/// their owner only.
package struct ClientFiles {
  private let folder: String

  package init(in folder: String) { self.folder = URL(fileURLWithPath: folder).standardizedFileURL.path }

  /// Absolute, like the others.
  package var key: String { folder + "/client-key.pem" }
  package var certificate: String { folder + "/client.pem" }
  package var authority: String { folder + "/ca.pem" }
  package var configuration: String { folder + "/pykmip.conf" }

  /// Makes a key pair. The private key leaves the process only for its file, where it is before anybody hears of it.
  /// - Returns: a request for a certificate, PEM.
  /// - Throws: `Problem` when files of a client are there already: they may be in use.
  package func makeKey(name: String) throws -> String {
    for file in all
    where FileManager.default.fileExists(atPath: file) {
      throw Problem("\(file) is there already", remedy: "choose another folder with --out")
    }
    let pair = try ClientKeyPair(name: name)
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      try PrivateFile.write(Array(pair.keyPEM.utf8), to: key)
    } catch {
      throw Problem("\(folder) can't be written to", remedy: "choose another folder with --out")
    }
    return pair.requestPEM
  }

  private var all: [String] { [key, certificate, authority, configuration] }

  /// Takes away what is there; what can't be taken away is in the way of `makeKey`.
  func remove() {
    for file in all { try? FileManager.default.removeItem(atPath: file) }
  }

  /// Takes the key away that got no certificate, and the folder if nothing else is in it.
  package func abandon() {
    try? FileManager.default.removeItem(atPath: key)
    guard (try? FileManager.default.contentsOfDirectory(atPath: folder))?.isEmpty ?? false else { return }
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// - Parameter authority: whom the client trusts to vouch for the server; nil where that is the operator's to say.
  package func write(certificate: String, authority: String?, server: ServerAddress) throws {
    try write(certificate: certificate)
    try write(authority: authority, server: server)
  }

  func write(certificate: String) throws {
    try PrivateFile.write(Array(certificate.utf8), to: self.certificate)
  }

  /// What may change from one start of the server to the next.
  func write(authority: String?, server: ServerAddress) throws {
    if let authority { try PrivateFile.write(Array(authority.utf8), to: self.authority) }
    try PrivateFile.write(Array(pykmip(server).utf8), to: configuration)
  }

  private func pykmip(_ server: ServerAddress) -> String {
    """
    [client]
    host=\(server.host)
    port=\(server.port)
    certfile=\(certificate)
    keyfile=\(key)
    ca_certs=\(authority)
    cert_reqs=CERT_REQUIRED
    ssl_version=PROTOCOL_SSLv23
    do_handshake_on_connect=True
    suppress_ragged_eofs=True
    username=None
    password=None

    """
  }
}

/// Where clients find a server.
package struct ServerAddress: Equatable {
  package let host: String
  package let port: Int

  /// - Parameter endpoint: where it listens, host and port; nil while it doesn't: then the usual place.
  /// - Parameter host: what clients call it; nil for where it listens, or for this machine where it listens on all addresses.
  package init(_ endpoint: String?, host: String?) {
    let parts = endpoint.flatMap { ServerAddress.parts($0) } ?? (host: "127.0.0.1", port: 5696)
    let isEverywhere = parts.host == "0.0.0.0" || parts.host == "::"
    self.host = host ?? (isEverywhere ? ProcessInfo.processInfo.hostName : parts.host)
    port = parts.port
  }

  private static func parts(_ endpoint: String) -> (host: String, port: Int)? {
    guard let colon = endpoint.lastIndex(of: ":"), let port = Int(endpoint[endpoint.index(after: colon)...])
    else { return nil }
    let host = endpoint[..<colon]
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    return (String(isBracketed ? host.dropFirst().dropLast() : host), port)
  }
}

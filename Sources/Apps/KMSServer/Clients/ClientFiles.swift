import Foundation
import KMSSystem
import NetKit

/// What a KMIP client needs in files: its key, its certificate, whom it trusts, and a configuration that names them.
package struct ClientFiles {
  private let folder: String

  package init(in folder: String) { self.folder = folder }

  package var key: String { folder + "/client-key.pem" }
  package var certificate: String { folder + "/client.pem" }
  package var authority: String { folder + "/ca.pem" }
  package var configuration: String { folder + "/pykmip.conf" }

  /// Makes a key pair. The private key leaves the process only for its file.
  /// - Returns: a request for a certificate, PEM.
  /// - Throws: `Problem` when there is a key already: it may be in use.
  package func makeKey(name: String) throws -> String {
    try Directory.makePrivate(folder)
    guard try FileStatus.of(key) == nil else {
      throw Problem("\(key) is there already", remedy: "choose another folder with --out")
    }
    let pair = try ClientKeyPair(name: name)
    try PrivateFile.write(Array(pair.keyPEM.utf8), to: key)
    return pair.requestPEM
  }

  /// - Parameter authority: whom the client trusts to vouch for the server; nil where that is the operator's to say.
  package func write(certificate: String, authority: String?, host: String, port: Int) throws {
    try PrivateFile.write(Array(certificate.utf8), to: self.certificate)
    if let authority { try PrivateFile.write(Array(authority.utf8), to: self.authority) }
    try PrivateFile.write(Array(pykmip(host, port).utf8), to: configuration)
  }

  private func pykmip(_ host: String, _ port: Int) -> String {
    """
    [client]
    host=\(host)
    port=\(port)
    certfile=\(absolute(certificate))
    keyfile=\(absolute(key))
    ca_certs=\(absolute(authority))
    cert_reqs=CERT_REQUIRED
    ssl_version=PROTOCOL_SSLv23
    do_handshake_on_connect=True
    suppress_ragged_eofs=True
    username=None
    password=None

    """
  }

  package func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
}

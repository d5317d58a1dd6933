package import HTTPTypes
package import KMSBytes
package import NIOCore
import NIOSSL

/// A whole request as it was received, on either lane.
package struct WireRequest: Sendable {
  package let method: String
  /// Path and query as on the wire.
  package let target: String
  /// In the order of the wire, Host among them.
  package let fields: FieldTable
  /// In memory that is wiped when the last user lets go.
  package let body: WipedBytes
  package let connection: ConnectionFacts

  package init(
    method: String, target: String, fields: FieldTable, body: WipedBytes, connection: ConnectionFacts
  ) {
    self.method = method
    self.target = target
    self.fields = fields
    self.body = body
    self.connection = connection
  }

  /// As the ordinary lane has it: HTTP's types keep Host apart.
  package init(_ head: HTTPRequest, body: ByteBuffer, connection: ConnectionFacts) {
    var fields: [(name: String, value: String)] = []
    if let host = head.authority { fields.append(("host", host)) }
    for field in head.headerFields { fields.append((field.name.canonicalName, field.value)) }
    self.init(
      method: head.method.rawValue, target: head.path ?? "/", fields: FieldTable(adding: fields),
      body: WipedBytes(Array(buffer: body)), connection: connection)
  }
}

/// What doesn't change while a connection lives.
package struct ConnectionFacts: Sendable {
  /// The peer's address without port; "unix" for a local socket.
  package let source: String
  package let isEncrypted: Bool
  /// Whose private key the peer has proved to hold; nil where it showed no certificate. Who issued it, and what it says, was
  /// looked at by nobody.
  package let certificate: CertificateFingerprint?

  package init(source: String, isEncrypted: Bool, certificate: CertificateFingerprint? = nil) {
    self.source = source
    self.isEncrypted = isEncrypted
    self.certificate = certificate
  }

  /// A closed connection has no address any more: ask while it is open.
  private static func source(_ address: SocketAddress?) -> String {
    switch address {
    case .v4, .v6: address?.ipAddress ?? "unknown"
    case .unixDomainSocket: "unix"
    case nil: "unknown"
    }
  }

  package init(_ channel: any Channel, isEncrypted: Bool) {
    self.init(source: ConnectionFacts.source(channel.remoteAddress), isEncrypted: isEncrypted)
  }

  /// The same, with the certificate that the peer has shown in its handshake. Call on the loop, once that is over.
  func completed(from pipeline: ChannelPipeline) -> ConnectionFacts {
    let shown = try? pipeline.syncOperations.nioSSL_peerCertificate()
    return ConnectionFacts(
      source: source, isEncrypted: isEncrypted,
      certificate: shown.flatMap { CertificateFingerprint(of: $0) })
  }
}

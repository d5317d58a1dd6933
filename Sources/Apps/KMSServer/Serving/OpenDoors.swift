import Synchronization

/// Which listeners a server has and where they ended up. When the last one listens, the server is ready.
final class OpenDoors: Sendable {
  enum Kind: String, Hashable, Sendable, CaseIterable {
    case http
    case https
    case kmip
    case admin
  }

  private let expected: Set<Kind>
  private let ports = Mutex<[Kind: Int]>([:])
  private let onReady: @Sendable (OpenDoors) -> Void

  init(expecting expected: Set<Kind>, onReady: @escaping @Sendable (OpenDoors) -> Void) {
    self.expected = expected
    self.onReady = onReady
  }

  func opened(_ kind: Kind, port: Int) {
    let isComplete = ports.withLock { ports in
      ports[kind] = port
      return ports.count == expected.count
    }
    if isComplete { onReady(self) }
  }

  /// For clients on this machine: a URL, of KMIP host and port; nil while it isn't open.
  func url(_ kind: Kind, _ endpoint: Endpoint?) -> String? {
    guard let endpoint, let port = ports.withLock({ $0[kind] }) else { return nil }
    switch kind {
    case .http: return "http://" + Endpoint(host: endpoint.host, port: port).authority
    // The certificate vouches for the name and the addresses; the name is what all clients can check.
    case .https:
      return "https://"
        + Endpoint(host: endpoint.isLoopback ? "localhost" : endpoint.host, port: port).authority
    case .kmip: return Endpoint(host: endpoint.host, port: port).authority
    case .admin: return nil
    }
  }
}

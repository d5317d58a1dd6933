import Synchronization

/// Which listeners a server has and where they ended up. When the last one listens, the server is ready.
final class OpenDoors: Sendable {
  enum Kind: String, Hashable, Sendable, CaseIterable {
    case http
    case https
    case kmip
    case admin
  }

  private struct State {
    var expected: Set<Kind>
    var ports: [Kind: Int] = [:]
    var obstacles: [Kind: String] = [:]
    var isReady: Bool { expected.isSubset(of: ports.keys) }
  }

  private let state: Mutex<State>
  private let onReady: @Sendable (OpenDoors) -> Void

  init(expecting expected: Set<Kind>, onReady: @escaping @Sendable (OpenDoors) -> Void) {
    state = Mutex(State(expected: expected))
    self.onReady = onReady
  }

  func opened(_ kind: Kind, port: Int) {
    let isComplete = state.withLock { state in
      state.ports[kind] = port
      return state.isReady
    }
    if isComplete { onReady(self) }
  }

  /// The server does without this one.
  func gaveUp(_ kind: Kind, because obstacle: String) {
    let isComplete = state.withLock { state in
      state.expected.remove(kind)
      state.obstacles[kind] = obstacle
      return state.isReady
    }
    if isComplete { onReady(self) }
  }

  /// Why there is none; nil for one that is open or wasn't wanted.
  func obstacle(to kind: Kind) -> String? { state.withLock { $0.obstacles[kind] } }

  /// For clients on this machine: a URL, of KMIP host and port; nil while it isn't open.
  func url(_ kind: Kind, _ endpoint: Endpoint?) -> String? {
    guard let endpoint, let port = state.withLock({ $0.ports[kind] }) else { return nil }
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

import KMSSystem
import NIOCore
import NIOPosix

/// Whether a server could listen, found out by listening for a moment.
enum Ports {
  /// Before anything is made or opened: who can't be served gets no data directory, and one line that says why.
  /// - Throws: `Problem` for the first port that is taken.
  static func requireFree(_ configuration: Configuration) async throws {
    for (option, endpoint) in [
      ("--listen", configuration.listen), ("--listen-tls", configuration.listenTLS),
      ("--listen-kmip", configuration.isKMIPDemanded ? configuration.listenKMIP : nil),
    ] {
      guard let endpoint, let reason = await obstacle(to: endpoint) else { continue }
      throw problem(endpoint.authority, reason, option)
    }
  }

  static func problem(_ name: String, _ reason: String, _ option: String) -> Problem {
    Problem(
      "cannot listen on \(name): \(reason)", remedy: "stop what uses it, or choose another with \(option)")
  }

  /// - Returns: the reason why nobody can listen there; nil when it is free. Port 0 always is.
  static func obstacle(to endpoint: Endpoint) async -> String? {
    guard endpoint.port != 0 else { return nil }
    do {
      let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .bind(host: endpoint.host, port: endpoint.port).get()
      try await channel.close()
      return nil
    } catch let error as IOError {
      return SystemError.reason(error.errnoCode)
    } catch {
      return "the host is none of this machine's"
    }
  }
}

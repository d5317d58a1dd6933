import KMSSystem
import NIOCore
import ServiceLifecycle

/// A listener whose failure to listen is told in words.
struct ListenerService: Service {
  let name: String
  let option: String
  /// Gets the reason where the server goes on without; nil where it must not.
  var giveUp: (@Sendable (String) -> Void)?
  let listen: @Sendable () async throws -> Void

  init(
    name: String, option: String, giveUp: (@Sendable (String) -> Void)? = nil,
    _ listen: @escaping @Sendable () async throws -> Void
  ) {
    self.name = name
    self.option = option
    self.giveUp = giveUp
    self.listen = listen
  }

  func run() async throws {
    do {
      try await listen()
    } catch let error as IOError {
      let problem = Ports.problem(name, SystemError.reason(error.errnoCode), option)
      guard let giveUp else { throw problem }
      giveUp(problem.what)
      // A service that ends by itself would end the others.
      try? await gracefulShutdown()
    }
  }
}

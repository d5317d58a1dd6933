import Logging
import ServiceLifecycle

/// Something that is done again and again beside the requests, until the server stops. A failure is logged and the next
/// turn tries again.
struct PeriodicJob: Service {
  let name: String
  let interval: Duration
  let logger: Logger
  let work: @Sendable () async throws -> Void

  func run() async throws {
    while !Task.isShuttingDownGracefully {
      do {
        try await cancelWhenGracefulShutdown { try await Task.sleep(for: interval) }
      } catch is CancellationError {
        return
      }
      do {
        try await work()
      } catch {
        logger.error("background job failed", metadata: ["job": "\(name)", "cause": "\(error)"])
      }
    }
  }
}

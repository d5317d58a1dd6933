import KMSDomain
import Synchronization

/// Lets concurrent askers of the same thing share one load.
final class SingleFlight<Name: Hashable & Sendable, Value: Sendable>: Sendable {
  private typealias Flight = Task<Result<Value, KMSError>, Never>

  private let flights = Mutex<[Name: Flight]>([:])

  /// - Parameter name: must change whenever an answer that is under way would no longer do.
  func run(
    _ name: Name, _ load: @escaping @Sendable () async -> Result<Value, KMSError>
  ) async throws(KMSError) -> Value {
    let flight = flights.withLock { flights in
      if let flight = flights[name] { return flight }
      let flight = Flight {
        let result = await load()
        self.land(name)
        return result
      }
      flights[name] = flight
      return flight
    }
    return try await flight.value.get()
  }

  private func land(_ name: Name) {
    flights.withLock { _ = $0.removeValue(forKey: name) }
  }
}

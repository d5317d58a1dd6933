import KMSDomain
import Testing

struct KeyStoreConnectionTests {
  private static let failed = KeyStoreConnection.failed(.proxyTimedOut)
  private static let connections: [KeyStoreConnection] = [
    .disconnected, .connecting, .connected, failed, .disconnecting,
  ]
  private static let events: [KeyStoreConnection.Event] = [
    .connect, .succeed, .fail(.networkErrors), .disconnect, .release,
  ]

  /// One row for each connection, one column for each event, in the orders above.
  private static let table: [[KeyStoreConnection?]] = [
    [.connecting, nil, nil, nil, nil],
    [.connecting, .connected, .failed(.networkErrors), .disconnecting, nil],
    [.connected, nil, nil, .disconnecting, nil],
    [nil, nil, nil, .disconnecting, nil],
    [nil, nil, nil, nil, .disconnected],
  ]

  @Test func `every event in every connection leads where the table says`() {
    for (connection, row) in zip(Self.connections, Self.table) {
      #expect(Self.events.map { connection.after($0) } == row, "\(connection)")
    }
  }

  @Test func `what operations ask of a connection is what is documented`() {
    func meeting(_ requirement: KeyStoreConnection.Requirement) -> [KeyStoreConnection] {
      Self.connections.filter { $0.meets(requirement) }
    }
    #expect(meeting(.disconnected) == [.disconnected])
    #expect(meeting(.settled) == [.disconnected, .connected])
    #expect(meeting(.connected) == [.connected])
  }

  @Test func `the stored form brings back the connection, and nothing else is one`() {
    let all =
      Self.connections.filter { $0 != Self.failed } + KeyStoreConnection.Failure.allCases.map { .failed($0) }
    for connection in all {
      #expect(KeyStoreConnection(code: connection.code, failure: connection.failure) == connection)
    }
    #expect(KeyStoreConnection(code: 4, failure: nil) == nil)
    #expect(KeyStoreConnection(code: 3, failure: .internalError) == nil)
    #expect(
      KeyStoreConnection(code: 0, failure: nil) == nil && KeyStoreConnection(code: 6, failure: nil) == nil)
    #expect(KeyStoreConnection.Failure.allCases.map(\.rawValue) == Array(1...11))
    #expect(ProxyConnectivity.Kind.allCases.map(\.rawValue) == [1, 2])
  }
}

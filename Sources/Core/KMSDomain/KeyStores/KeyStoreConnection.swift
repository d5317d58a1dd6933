/// Whether a custom key store is in touch with what is behind it.
package enum KeyStoreConnection: Hashable, Sendable {
  /// Never connected, or disconnected on purpose. May be connected, changed and deleted.
  case disconnected
  /// Ends connected or failed.
  case connecting
  case connected
  /// An attempt to connect came to nothing. It must be disconnected before the next.
  case failed(Failure)
  /// Ends disconnected.
  case disconnecting

  /// Why an attempt came to nothing, as far as a proxy is concerned. Raw values are stored.
  package enum Failure: UInt8, CaseIterable, Sendable {
    case internalError = 1
    case networkErrors = 2
    case invalidCredentials = 3
    case proxyAccessDenied = 4
    case proxyNotReachable = 5
    case proxyInvalidResponse = 6
    case proxyInvalidConfiguration = 7
    case proxyTimedOut = 8
    case proxyInvalidTLSConfiguration = 9
    case endpointServiceNotFound = 10
    case endpointServiceInvalidConfiguration = 11
  }

  package enum Event: Hashable, Sendable {
    /// Somebody wants it connected.
    case connect
    case succeed
    case fail(Failure)
    /// Somebody wants it disconnected.
    case disconnect
    /// Nothing of the connection is left.
    case release
  }

  /// What an operation asks of the connection.
  package enum Requirement: CaseIterable, Sendable {
    /// Deletion, and changes that a connection depends on.
    case disconnected
    /// Changes that a connection doesn't notice.
    case settled
    /// Use of what is behind it.
    case connected
  }
}

extension KeyStoreConnection {
  /// The connection after `event`; nil when that can't happen now. Pure, total, and a table in the tests.
  package func after(_ event: Event) -> KeyStoreConnection? {
    switch event {
    case .connect: connectionWanted()
    case .succeed: self == .connecting ? .connected : nil
    case .fail(let failure): self == .connecting ? .failed(failure) : nil
    case .disconnect: disconnectionWanted()
    case .release: self == .disconnecting ? .disconnected : nil
    }
  }

  /// Connecting what is connected changes nothing and is allowed.
  private func connectionWanted() -> KeyStoreConnection? {
    switch self {
    case .disconnected, .connecting: .connecting
    case .connected: .connected
    case .failed, .disconnecting: nil
    }
  }

  private func disconnectionWanted() -> KeyStoreConnection? {
    switch self {
    case .connecting, .connected, .failed: .disconnecting
    case .disconnected, .disconnecting: nil
    }
  }

  package func meets(_ requirement: Requirement) -> Bool {
    switch requirement {
    case .disconnected: self == .disconnected
    case .settled: self == .disconnected || self == .connected
    case .connected: self == .connected
    }
  }
}

// The stored form: two numbers.
extension KeyStoreConnection {
  package var code: UInt8 {
    switch self {
    case .disconnected: 1
    case .connecting: 2
    case .connected: 3
    case .failed: 4
    case .disconnecting: 5
    }
  }

  package var failure: Failure? {
    switch self {
    case .failed(let failure): failure
    case .disconnected, .connecting, .connected, .disconnecting: nil
    }
  }

  /// nil for numbers that no connection has.
  package init?(code: UInt8, failure: Failure?) {
    switch (code, failure) {
    case (1, nil): self = .disconnected
    case (2, nil): self = .connecting
    case (3, nil): self = .connected
    case (4, .some(let failure)): self = .failed(failure)
    case (5, nil): self = .disconnecting
    default: return nil
    }
  }
}

package import KMSBytes
import NIOCore
import Synchronization

/// The live connections of a listener and whose they are: counted, cut off when a certificate is revoked, drained at the end.
package final class MessageConnections: Sendable {
  private struct Connection {
    let channel: any Channel
    /// nil until the peer has proved who it is.
    var certificate: CertificateFingerprint?
  }

  private struct State {
    var connections: [ObjectIdentifier: Connection] = [:]
    var clients: [CertificateFingerprint: Set<ObjectIdentifier>] = [:]
    /// How many haven't proved anything yet.
    var strangers = 0
    /// Requests that are being worked on, maybe of connections that are gone.
    var underWay = 0
    var isDraining = false
    var waiting: [CheckedContinuation<Void, Never>] = []

    var isEmpty: Bool { connections.isEmpty && underWay == 0 }
    var channels: [any Channel] { connections.values.map(\.channel) }

    /// Those who wait for the end, if it has come.
    mutating func takeWaiting() -> [CheckedContinuation<Void, Never>] {
      guard isEmpty else { return [] }
      defer { waiting = [] }
      return waiting
    }
  }

  private let limits: MessageLimits
  private let state = Mutex(State())

  package init(_ limits: MessageLimits) { self.limits = limits }

  /// Ends all connections by this certificate.
  package func close(_ certificate: CertificateFingerprint) {
    let channels = state.withLock { state in
      (state.clients[certificate] ?? []).compactMap { state.connections[$0]?.channel }
    }
    for channel in channels { channel.close(promise: nil) }
  }

  /// How many there are.
  package var count: Int { state.withLock { $0.connections.count } }

  /// How many of a client.
  package func count(of certificate: CertificateFingerprint) -> Int {
    state.withLock { $0.clients[certificate]?.count ?? 0 }
  }

  /// Takes a new connection in, until it closes.
  /// - Returns: false where there are as many as may be, or no more are taken.
  func open(_ channel: any Channel) -> Bool {
    let isTaken = state.withLock { state in
      guard !state.isDraining, state.connections.count < limits.connections,
        state.strangers < limits.handshakes
      else { return false }
      state.strangers += 1
      state.connections[ObjectIdentifier(channel)] = Connection(channel: channel)
      return true
    }
    if isTaken { channel.closeFuture.whenComplete { _ in self.closed(channel) } }
    return isTaken
  }

  /// Notes whose a connection is, once.
  /// - Returns: false where the client has as many as it may, or the connection is gone.
  func admit(_ channel: any Channel, as certificate: CertificateFingerprint) -> Bool {
    let name = ObjectIdentifier(channel)
    return state.withLock { state in
      guard state.clients[certificate]?.count ?? 0 < limits.connectionsOfClient,
        state.connections[name] != nil
      else { return false }
      state.connections[name]?.certificate = certificate
      state.strangers -= 1
      state.clients[certificate, default: []].insert(name)
      return true
    }
  }

  private func closed(_ channel: any Channel) {
    let name = ObjectIdentifier(channel)
    let waiting = state.withLock { state in
      if let certificate = state.connections.removeValue(forKey: name)?.certificate {
        state.clients[certificate]?.remove(name)
        if state.clients[certificate]?.isEmpty ?? false { state.clients[certificate] = nil }
      } else {
        state.strangers -= 1
      }
      return state.takeWaiting()
    }
    for continuation in waiting { continuation.resume() }
  }

  func began() { state.withLock { $0.underWay += 1 } }

  func ended() {
    let waiting = state.withLock { state in
      state.underWay -= 1
      return state.takeWaiting()
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Lets each connection end once nothing is under way on it, and takes no more. Returns when the last is gone.
  func drain() async {
    let channels = state.withLock { state in
      state.isDraining = true
      return state.channels
    }
    for channel in channels { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        guard !state.isEmpty else { return true }
        state.waiting.append(continuation)
        return false
      }
      if isOver { continuation.resume() }
    }
  }

  /// Ends all connections at once.
  func closeAll() {
    for channel in state.withLock({ $0.channels }) { channel.close(promise: nil) }
  }
}

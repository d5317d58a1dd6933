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
    /// Those who haven't proved anything yet, and the order in which they came.
    var strangers: [ObjectIdentifier: UInt64] = [:]
    var arrivals: UInt64 = 0
    /// Bytes of messages that aren't whole.
    var unfinished: [CertificateFingerprint: Int] = [:]
    var unfinishedInAll = 0
    /// Requests that are being worked on, maybe of connections that are gone.
    var underWay = 0
    var isDraining = false
    var waiting: [CheckedContinuation<Void, Never>] = []

    var isEmpty: Bool { connections.isEmpty && underWay == 0 }
    var channels: [any Channel] { connections.values.map(\.channel) }

    /// Takes the stranger who has been here longest out.
    mutating func takeOldestStranger() -> (any Channel)? {
      guard let oldest = strangers.min(by: { $0.value < $1.value })?.key else { return nil }
      strangers[oldest] = nil
      return connections[oldest]?.channel
    }

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

  /// Takes a new connection in, until it closes. Where there are as many strangers as may be, the one who has been one for longest makes
  /// room: whoever shakes hands at once gets through however many take their time.
  /// - Returns: false where there are as many connections as may be, or no more are taken.
  func open(_ channel: any Channel) -> Bool {
    let (isTaken, leaving) = state.withLock { state -> (Bool, (any Channel)?) in
      guard !state.isDraining, state.connections.count < limits.connections else { return (false, nil) }
      let leaving = state.strangers.count < limits.handshakes ? nil : state.takeOldestStranger()
      state.arrivals &+= 1
      state.strangers[ObjectIdentifier(channel)] = state.arrivals
      state.connections[ObjectIdentifier(channel)] = Connection(channel: channel)
      return (true, leaving)
    }
    leaving?.pipeline.fireUserInboundEventTriggered(MakeRoom())
    if isTaken { channel.closeFuture.whenComplete { _ in self.closed(channel) } }
    return isTaken
  }

  /// Notes whose a connection is, once.
  /// - Returns: false where the client has as many as it may, or the connection is gone.
  func admit(_ channel: any Channel, as certificate: CertificateFingerprint) -> Bool {
    let name = ObjectIdentifier(channel)
    return state.withLock { state in
      guard state.clients[certificate]?.count ?? 0 < limits.connectionsOfClient,
        state.strangers.removeValue(forKey: name) != nil
      else { return false }
      state.connections[name]?.certificate = certificate
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
      }
      state.strangers[name] = nil
      return state.takeWaiting()
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Notes that a client's connections hold so many more bytes of messages that aren't whole, or fewer.
  /// - Returns: false, and nothing is noted, where the client, or all of them, would hold more than they may.
  func hold(_ more: Int, of certificate: CertificateFingerprint) -> Bool {
    state.withLock { state in
      let (own, all) = (state.unfinished[certificate, default: 0] + more, state.unfinishedInAll + more)
      guard more <= 0 || (own <= limits.unfinishedBytesOfClient && all <= limits.unfinishedBytes) else {
        return false
      }
      state.unfinished[certificate] = own > 0 ? own : nil
      state.unfinishedInAll = all
      return true
    }
  }

  /// How much of messages that aren't whole is held.
  package var unfinishedBytes: Int { state.withLock { $0.unfinishedInAll } }

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

/// Told to a stranger who has to go, because others want to come in.
struct MakeRoom: Sendable {}

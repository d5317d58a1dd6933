import KMSBytes
import NIOCore
import NIOSSL
import NIOTLS

/// Waits behind TLS until it is clear who the peer is, and gives the connection to a handler of messages then.
///
/// The gate is asked in the handshake. One that resumes an earlier session shows no certificate again: then the gate is asked
/// after it, and nothing that the peer sends is looked at before.
final class PeerHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let admission: PeerAdmission
  private let connections: MessageConnections
  private let patience: TimeAmount
  private let makeHandler: (MessagePeer) -> MessageHandler

  private var hasShakenHands = false
  /// The gate is asked after the handshake.
  private var isAsking = false
  private var early: [NIOAny] = []
  private var heldRead = false
  private var hasInputEnded = false
  private var timer: Scheduled<Void>?
  private var context: ChannelHandlerContext?

  /// - Parameter patience: for all that this handler waits for.
  init(
    _ admission: PeerAdmission, connections: MessageConnections, patience: TimeAmount,
    _ makeHandler: @escaping (MessagePeer) -> MessageHandler
  ) {
    self.admission = admission
    self.connections = connections
    self.patience = patience
    self.makeHandler = makeHandler
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: patience) { self.context?.hangUp() }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
    self.context = nil
    early = []
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) { if isAsking { early.append(data) } }

  func read(context: ChannelHandlerContext) {
    if isAsking { heldRead = true } else { context.read() }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case TLSUserEvent.handshakeCompleted: shookHands(context)
    case is ChannelShouldQuiesceEvent: context.hangUp()
    case is MakeRoom:
      admission.turnAway(.tooManyConnections)
      context.hangUp()
    case ChannelEvent.inputClosed: if isAsking { hasInputEnded = true } else { context.hangUp() }
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if !hasShakenHands, !admission.isRefused, !PeerHandler.isFarewell(error) {
      admission.turnAway(.handshakeFailed)
    }
    context.hangUp()
  }

  /// A peer that leaves in the middle has tried nothing that should be written down.
  private static func isFarewell(_ error: any Error) -> Bool {
    switch error {
    case NIOSSLError.handshakeFailed(.sslError(let stack)): stack == [.eofDuringHandshake]
    case NIOSSLError.handshakeFailed: false
    default: true
    }
  }

  private func shookHands(_ context: ChannelHandlerContext) {
    hasShakenHands = true
    if let certificate = admission.admitted { return welcome(certificate, context) }
    let shown = try? context.pipeline.syncOperations.nioSSL_peerCertificate()
    guard let certificate = shown.flatMap({ CertificateFingerprint(of: $0) }) else {
      admission.turnAway(.handshakeFailed)
      return context.hangUp()
    }
    isAsking = true
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    admission.ask(certificate, on: context.eventLoop) { isAdmitted in
      let handler = bound.value
      handler.isAsking = false
      guard let context = handler.context else { return }
      if isAdmitted { handler.welcome(certificate, context) } else { context.close(promise: nil) }
    }
  }

  private func welcome(_ certificate: CertificateFingerprint, _ context: ChannelHandlerContext) {
    guard connections.admit(context.channel, as: certificate) else {
      admission.turnAway(.tooManyConnectionsOfClient)
      return context.close(promise: nil)
    }
    let handler = makeHandler(MessagePeer(certificate: certificate, source: admission.source))
    do {
      try context.pipeline.syncOperations.addHandler(handler, position: .after(self))
    } catch {
      return context.hangUp()
    }
    let arrived = early
    early = []
    for data in arrived { context.fireChannelRead(data) }
    if hasInputEnded { context.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
    if heldRead { context.read() }
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }
}

extension ChannelHandlerContext {
  /// Closes without TLS's goodbye: there is nobody to say it to, or it has been said.
  func hangUp() {
    try? pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self).close(promise: nil)
  }
}

@available(*, unavailable)
extension PeerHandler: Sendable {}

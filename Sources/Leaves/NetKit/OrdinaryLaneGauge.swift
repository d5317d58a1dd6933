import NIOCore
import NIOHTTPTypes

/// Somebody who must know what is under way in the ordinary lane of a connection.
protocol OrdinaryLaneWatcher: AnyObject {
  /// A head has come.
  func requestBegan()
  /// The request has come to its end.
  func requestReceived()
  /// Its answer has been written to its end.
  func requestAnswered()
}

/// Sits behind the HTTP parser and reports what passes.
final class OrdinaryLaneGauge: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let watcher: any OrdinaryLaneWatcher

  init(_ watcher: any OrdinaryLaneWatcher) { self.watcher = watcher }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head: watcher.requestBegan()
    case .body: break
    case .end: watcher.requestReceived()
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) { watcher.requestAnswered() }
    context.write(data, promise: promise)
  }
}

@available(*, unavailable)
extension OrdinaryLaneGauge: Sendable {}

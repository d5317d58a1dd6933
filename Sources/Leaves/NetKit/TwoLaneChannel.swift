import HummingbirdCore
import Logging
import NIOCore

/// One connection with its two lanes: the fast lane first, then HTTP as the framework sets it up.
struct TwoLaneChannel: ServerChildChannel {
  typealias Value = HTTP1Channel.Value

  let turns: PerLoop<Turn>
  let limits: HTTPLimits
  let isEncrypted: Bool
  let responder: HTTPChannelHandler.Responder

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    let first = FastLaneHandler(turns, limits: limits, isEncrypted: isEncrypted)
    do {
      try channel.pipeline.syncOperations.addHandler(first)
    } catch {
      return channel.eventLoop.makeFailedFuture(error)
    }
    let watcher = NIOLoopBound(first, eventLoop: channel.eventLoop)
    return ordinary { [OrdinaryLaneGauge(watcher.value)] }.setup(channel: channel, logger: logger)
  }

  func handle(value: Value, logger: Logger) async {
    await ordinary { [] }.handle(value: value, logger: logger)
  }

  private func ordinary(_ handlers: @escaping @Sendable () -> [any RemovableChannelHandler]) -> HTTP1Channel {
    var decoder = HTTP1Channel.Configuration.DecoderConfiguration()
    decoder.maxHeaderFieldSize = limits.headerBytes
    decoder.maxHeaderListSize = limits.headerBytes
    decoder.maxHeaderFieldCount = limits.headerFields
    return HTTP1Channel(
      responder: responder,
      configuration: HTTP1Channel.Configuration(
        additionalChannelHandlers: handlers(),
        idleTimeout: nil,  // the fast lane's handler sees all traffic and does it
        httpDecoderConfiguration: decoder))
  }
}

import NIOCore
import NIOHTTP1
import NIOPosix

/// One HTTP request on a connection of its own. It follows no redirection and takes nothing from the environment.
struct SingleExchange: Sendable {
  enum Failure: Error, CustomStringConvertible {
    case tookTooLong
    case overlong
    case closed

    var description: String {
      switch self {
      case .tookTooLong: "it took too long"
      case .overlong: "the answer is too long"
      case .closed: "the connection was closed without an answer"
      }
    }
  }

  private let host: String
  private let port: Int
  /// nil: no TLS.
  private let trust: ServerTrust?
  private let patience: TimeAmount
  private let longestAnswer: Int

  /// - Parameters:
  ///   - host: a name, or an address without brackets.
  ///   - patience: for the whole exchange.
  ///   - longestAnswer: bytes of a body; a longer one is a failure.
  init(host: String, port: Int, trust: ServerTrust?, patience: TimeAmount, longestAnswer: Int) {
    self.host = host
    self.port = port
    self.trust = trust
    self.patience = patience
    self.longestAnswer = longestAnswer
  }

  /// - Throws: later, `Failure`, what the connection says (`IOError`), what TLS says (`NIOSSLError`).
  func start(_ head: HTTPRequestHead, body: [UInt8]) -> EventLoopFuture<WebClient.Answer> {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let reply = loop.makePromise(of: WebClient.Answer.self)
    let (host, trust, longest) = (host, trust, longestAnswer)
    let connecting = ClientBootstrap(group: loop).connectTimeout(patience)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if let trust { try pipeline.addHandler(trust.handler(for: host)) }
          try pipeline.addHTTPClientHandlers()
          try pipeline.addHandler(ReplyHandler(reply, longest: longest))
        }
      }
      .connect(host: host, port: port)
    let limit = loop.scheduleTask(in: patience) { reply.fail(Failure.tookTooLong) }
    connecting.whenFailure { reply.fail($0) }
    connecting.whenSuccess { channel in
      channel.write(HTTPClientRequestPart.head(head), promise: nil)
      channel.write(
        HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil)
      channel.writeAndFlush(HTTPClientRequestPart.end(nil)).whenFailure { reply.fail($0) }
      reply.futureResult.whenComplete { _ in channel.close(promise: nil) }
    }
    reply.futureResult.whenComplete { _ in limit.cancel() }
    return reply.futureResult
  }
}

/// Puts the parts of one answer together.
private final class ReplyHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart

  private let promise: EventLoopPromise<WebClient.Answer>
  private let longest: Int
  private var status: UInt = 0
  private var body: [UInt8] = []

  init(_ promise: EventLoopPromise<WebClient.Answer>, longest: Int) {
    self.promise = promise
    self.longest = longest
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): status = head.status.code
    case .body(let bytes):
      guard body.count + bytes.readableBytes <= longest else {
        return promise.fail(SingleExchange.Failure.overlong)
      }
      body.append(contentsOf: bytes.readableBytesView)
    case .end: promise.succeed(WebClient.Answer(status: status, body: body))
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    promise.fail(SingleExchange.Failure.closed)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    promise.fail(error)
    context.close(promise: nil)
  }
}

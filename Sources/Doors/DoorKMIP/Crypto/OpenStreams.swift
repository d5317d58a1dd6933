import KMSDomain
import KMSEngine
import WireKMIP

/// Work in pieces that a client will go on with.
struct OpenStream: Sendable {
  let operation: KMIP.Operation
  /// nil for hashes.
  let key: String?
  let work: Work
  /// The tag, signature or code to compare with, where it came with the first piece.
  let code: [UInt8]?

  enum Work: Sendable {
    case use(ObjectStream)
    case hash(any SummingStream)
  }
}

/// The streams of all clients. What is held back in them counts: none takes more than custody's limit.
typealias OpenStreams = Correlations<OpenStream>

extension OpenStreams {
  convenience init() { self.init(Limits(perClient: 16, inAll: 512, lifetime: 300)) }
}

extension KMIPCall {
  private var surroundings: (now: Instant, randomness: any Randomness) { (now, door.engine.desk.randomness) }

  /// Opens a stream, or goes on with one.
  /// - Parameter value: of a stream that goes on.
  /// - Returns: the correlation value.
  /// - Throws: `serverLimitExceeded`.
  func keep(_ stream: OpenStream, as value: [UInt8]? = nil) throws(KMIPFault) -> [UInt8] {
    let value = value.flatMap { Bits128($0.span) }
    guard let kept = door.streams.keep(stream, for: caller, as: value, surroundings) else {
      throw KMIPFault(.serverLimitExceeded, "The client has more streams open than it may.")
    }
    return kept.bytes
  }

  /// Takes a stream out to go on with it. What goes wrong with it ends it.
  /// - Throws: `invalidCorrelationValue` for what isn't a stream of this client, operation and key.
  func takeStream(
    _ value: [UInt8], of operation: KMIP.Operation, key: String?, isLast: Bool
  ) throws(KMIPFault) -> OpenStream {
    guard value.count == 16, let value = Bits128(value.span),
      let stream = door.streams.take(value, for: caller, at: now, goesOn: !isLast),
      stream.operation == operation, key == nil || key == stream.key
    else { throw KMIPFault(.invalidCorrelationValue, "There is no such stream.") }
    return stream
  }
}

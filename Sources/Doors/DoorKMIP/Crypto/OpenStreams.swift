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
  /// Opens a stream.
  /// - Returns: the correlation value.
  /// - Throws: `serverLimitExceeded`.
  func open(_ stream: OpenStream) throws(KMIPFault) -> [UInt8] {
    guard let value = door.streams.keep(stream, for: caller, at: now) else {
      throw KMIPFault(.serverLimitExceeded, "The client has more streams open than it may.")
    }
    return value.bytes
  }

  /// The stream to go on with; nobody else gets it meanwhile.
  /// - Throws: `invalidCorrelationValue` for what isn't a stream of this client, operation and key: that ends it.
  func borrowStream(
    _ value: [UInt8], of operation: KMIP.Operation, key: String?
  ) throws(KMIPFault) -> (OpenStream, Bits128) {
    guard value.count == 16, let value = Bits128(value.span),
      let stream = door.streams.borrow(value, for: caller, at: now)
    else { throw .noStream }
    guard stream.operation == operation, key == nil || key == stream.key else {
      door.streams.end(value)
      throw .noStream
    }
    return (stream, value)
  }

  /// What went wrong with a stream ends it.
  func giveBack(_ stream: OpenStream, as value: Bits128, goesOn: Bool) {
    if goesOn { door.streams.giveBack(stream, as: value) } else { door.streams.end(value) }
  }
}

extension KMIPFault {
  static let noStream = KMIPFault(.invalidCorrelationValue, "There is no such stream.")
}

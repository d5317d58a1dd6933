import NIOCore

/// Where messages end in a stream of TTLV (KMIP 2.1, section 9.1): each begins with the tag of a request or of an answer, the type of
/// a structure and a length, eight bytes in all, which can be judged before any memory is taken for the rest.
enum TTLVFrame {
  enum Outcome: Equatable {
    case incomplete
    /// A message of this many bytes is there.
    case whole(Int)
    case fault(FramingFault)
  }

  /// What is expected: the side that asks sends the one, the side that answers the other.
  enum Kind {
    case request
    case response

    /// RequestMessage is 0x420078, ResponseMessage 0x42007B, and 1 the type of a structure.
    fileprivate var start: [UInt8] {
      switch self {
      case .request: [0x42, 0x00, 0x78, 0x01]
      case .response: [0x42, 0x00, 0x7B, 0x01]
      }
    }
  }

  static let headerBytes = 8

  /// - Parameter bytes: from where a message begins.
  static func read(_ bytes: ByteBuffer, as kind: Kind = .request, limit: Int) -> Outcome {
    let start = kind.start
    // Also what isn't whole: who speaks another protocol may be waiting for an answer.
    guard bytes.readableBytesView.prefix(start.count).elementsEqual(start.prefix(bytes.readableBytes)) else {
      return .fault(.foreign)
    }
    guard
      let length = bytes.getInteger(at: bytes.readerIndex + start.count, endianness: .big, as: UInt32.self)
    else { return .incomplete }
    let whole = headerBytes + Int(length)
    guard whole <= limit else { return .fault(.tooLong(whole)) }
    return bytes.readableBytes >= whole ? .whole(whole) : .incomplete
  }
}

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
    fileprivate var start: UInt32 {
      switch self {
      case .request: 0x42_0078_01
      case .response: 0x42_007B_01
      }
    }
  }

  static let headerBytes = 8

  /// - Parameter bytes: from where a message begins.
  static func read(_ bytes: ByteBuffer, as kind: Kind = .request, limit: Int) -> Outcome {
    // Also what isn't whole: who speaks another protocol may be waiting for an answer.
    guard begins(bytes, like: kind.start) else { return .fault(.foreign) }
    guard
      let length = bytes.getInteger(at: bytes.readerIndex + 4, endianness: .big, as: UInt32.self)
    else { return .incomplete }
    let whole = headerBytes + Int(length)
    guard whole <= limit else { return .fault(.tooLong(whole)) }
    return bytes.readableBytes >= whole ? .whole(whole) : .incomplete
  }

  /// Whether they begin like a message, as far as they are there.
  private static func begins(_ bytes: ByteBuffer, like start: UInt32) -> Bool {
    if let word = bytes.getInteger(at: bytes.readerIndex, endianness: .big, as: UInt32.self) {
      return word == start
    }
    return zip(bytes.readableBytesView, stride(from: 24, through: 0, by: -8)).allSatisfy {
      $0 == UInt8(truncatingIfNeeded: start >> UInt32($1))
    }
  }
}

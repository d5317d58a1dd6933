import NIOCore

/// Where messages end in a stream of TTLV (KMIP 2.1, section 9.1): each begins with the tag of a request, the type of a structure
/// and a length, eight bytes in all, which can be judged before any memory is taken for the rest.
enum TTLVFrame {
  enum Outcome: Equatable {
    case incomplete
    /// A message of this many bytes is there.
    case whole(Int)
    case fault(FramingFault)
  }

  static let headerBytes = 8
  /// RequestMessage is 0x420078, and 1 the type of a structure.
  private static let start: [UInt8] = [0x42, 0x00, 0x78, 0x01]
  private static let startWord: UInt32 = 0x42_0078_01

  /// - Parameter bytes: from where a message begins.
  static func read(_ bytes: ByteBuffer, limit: Int) -> Outcome {
    // Also what isn't whole: who speaks another protocol may be waiting for an answer.
    guard begins(bytes) else { return .fault(.foreign) }
    guard
      let length = bytes.getInteger(at: bytes.readerIndex + start.count, endianness: .big, as: UInt32.self)
    else { return .incomplete }
    let whole = headerBytes + Int(length)
    guard whole <= limit else { return .fault(.tooLong(whole)) }
    return bytes.readableBytes >= whole ? .whole(whole) : .incomplete
  }

  /// Whether they begin like a message, as far as they are there.
  private static func begins(_ bytes: ByteBuffer) -> Bool {
    if let word = bytes.getInteger(at: bytes.readerIndex, endianness: .big, as: UInt32.self) {
      return word == startWord
    }
    return bytes.readableBytesView.elementsEqual(start.prefix(bytes.readableBytes))
  }
}

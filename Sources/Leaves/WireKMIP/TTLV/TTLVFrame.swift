/// Tells messages apart in a stream: what the first bytes say about the rest.
package enum TTLVFrame {
  /// Bytes that must be there before `read` can say anything.
  package static let headerLength = 8

  package struct Header: Equatable, Sendable {
    package let tag: KMIPTag
    /// Of the whole message in bytes, these eight included.
    package let length: Int
  }

  /// The tag and length of a message, which is always a structure. Anything else is no KMIP, and a stream can't be
  /// picked up again behind it.
  /// - Parameter limit: bytes of the whole message.
  package static func read(_ bytes: Span<UInt8>, limit: Int) throws(TTLVError) -> Header {
    guard bytes.count >= headerLength else { throw TTLVError(.truncated, at: 0) }
    let head = TTLVReader.word(bytes, 0)
    let tag = KMIPTag(head >> 8)
    guard tag.isStandard || tag.isExtension else { throw TTLVError(.invalidTag, at: 0) }
    guard head & 0xff == UInt32(ItemType.structure.rawValue) else {
      throw TTLVError(.unknownType, at: 0, tag: tag)
    }
    let length = Int(TTLVReader.word(bytes, 4))
    guard length.isMultiple(of: 8) else { throw TTLVError(.wrongLength, at: 0, tag: tag) }
    guard length <= limit - headerLength else { throw TTLVError(.tooLarge, at: 0, tag: tag) }
    return Header(tag: tag, length: headerLength + length)
  }
}

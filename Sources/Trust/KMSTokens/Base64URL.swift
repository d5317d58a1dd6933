import KMSBytes

/// Base 64 for URLs without padding (RFC 7515 section 2), strict: one text for each sequence of bytes.
enum Base64URL {
  static func bytes(_ text: some Sequence<UInt8>) -> [UInt8]? {
    Base64.urlBytes(Array(text).span)
  }

  /// The same with padding or without: as much of it as belongs there, or none.
  static func padded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    let bare = text.prefix { $0 != UInt8(ascii: "=") }
    guard bare.count < text.count else { return bytes(text) }
    guard text.count.isMultiple(of: 4), text.count - bare.count <= 2,
      text[bare.endIndex...].allSatisfy({ $0 == UInt8(ascii: "=") })
    else { return nil }
    return bytes(bare)
  }
}

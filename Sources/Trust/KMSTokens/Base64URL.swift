import KMSBytes

/// Base 64 for URLs without padding (RFC 7515 section 2), strict: one text for each sequence of bytes.
enum Base64URL {
  static func bytes(_ text: some Sequence<UInt8>) -> [UInt8]? {
    Base64.urlBytes(Array(text).span)
  }
}

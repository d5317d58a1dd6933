/// Base 64 for URLs without padding (RFC 7515 section 2).
extension Base64 {
  package static func urlString(_ bytes: [UInt8]) -> String {
    let letters = string(bytes).utf8.compactMap { letter -> UInt8? in
      switch letter {
      case UInt8(ascii: "+"): UInt8(ascii: "-")
      case UInt8(ascii: "/"): UInt8(ascii: "_")
      case UInt8(ascii: "="): nil
      default: letter
      }
    }
    return String(decoding: letters, as: UTF8.self)
  }
}

import KMSBytes
import KMSDomain
import WireKMIP

/// Material where a message, or what was unwrapped, has it. Custody gets copies of its own, as often as it is asked to try.
enum MaterialBytes: Sendable {
  /// The value of an item.
  case value(TTLVItem)
  /// The whole item, as TTLV.
  case encoding(TTLVItem)
  /// Unwrapped here.
  case wiped(WipedBytes)

  func withBytes<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    switch self {
    case .value(let item): item.withValue(body)
    case .encoding(let item): item.withEncoding(body)
    case .wiped(let bytes): bytes.withBytes(body)
    }
  }

  var count: Int { withBytes { $0.count } }

  /// - Throws: `custodyUnavailable`, which never happens to bytes that only have to be copied.
  func payload() throws(KMSError) -> Payload {
    guard let payload = withBytes({ Payload(copying: $0) }) else { throw .custodyUnavailable }
    return payload
  }

  /// A copy of what isn't secret: certificates and public keys.
  func copy() -> [UInt8] { withBytes { [UInt8](copying: $0) } }
}

extension Payload {
  convenience init?(copying bytes: Span<UInt8>) {
    self.init(count: bytes.count) { (room: inout MutableSpan<UInt8>) in
      for index in bytes.indices { room[index] = bytes[index] }
      return true
    }
  }

  /// The bytes, for reading more than once; wiped by their last user.
  func wiped() -> WipedBytes? {
    readOnce { WipedBytes([UInt8](copying: $0)) }
  }
}

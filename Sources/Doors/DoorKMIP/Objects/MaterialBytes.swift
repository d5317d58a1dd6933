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

  /// A copy for custody.
  var payload: Payload { withBytes { Payload(copying: $0) } }

  /// A copy that its last user wipes.
  var wiped: WipedBytes {
    if case .wiped(let bytes) = self { return bytes }
    return WipedBytes(withBytes { [UInt8](copying: $0) })
  }

  /// A copy of what isn't secret: certificates and public keys.
  var copy: [UInt8] { withBytes { [UInt8](copying: $0) } }
}

extension Payload {
  /// The bytes, for reading more than once; wiped by their last user. Nothing when they were read before.
  func wiped() -> WipedBytes { readOnce { WipedBytes([UInt8](copying: $0)) } ?? WipedBytes([]) }
}

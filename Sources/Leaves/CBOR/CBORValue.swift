/// A data item of CBOR (RFC 8949) as far as signed documents need it: no floating point, no undefined, no simple values of
/// other kinds.
package indirect enum CBORValue: Hashable, Sendable {
  case unsigned(UInt64)
  /// The number -1 - n for this n.
  case negative(UInt64)
  case bytes([UInt8])
  case text(String)
  case array([CBORValue])
  /// Each key once.
  case map([CBORValue: CBORValue])
  case tagged(UInt64, CBORValue)
  case bool(Bool)
  case null
}

extension CBORValue {
  package var unsigned: UInt64? {
    if case .unsigned(let number) = self { number } else { nil }
  }

  package var bytes: [UInt8]? {
    if case .bytes(let bytes) = self { bytes } else { nil }
  }

  package var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  package var array: [CBORValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  package var map: [CBORValue: CBORValue]? {
    if case .map(let members) = self { members } else { nil }
  }
}

/// Why bytes are no document. It carries no part of them.
package enum CBORError: Error, Equatable, Sendable {
  /// It ends too early, or something stands after its end.
  case length
  /// An encoding that the standard reserves, or text that isn't UTF-8.
  case malformed
  /// A kind of item that `CBORValue` doesn't have.
  case unsupported
  /// A map has a key twice.
  case duplicateKey
  /// Nested too deep, or too many items.
  case tooLarge
}

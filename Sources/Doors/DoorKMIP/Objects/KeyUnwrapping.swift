import KMSBytes
import KMSDomain
import KMSEngine
import WireKMIP

/// Takes keys out of what they are wrapped in.
struct KeyUnwrapping {
  let call: KMIPCall

  /// - Parameter value: the Key Value, as it is wrapped.
  /// - Throws: `wrappingObjectNotFound`, `encodingOptionError`, `cryptographicFailure` and the like.
  func plain(
    _ value: TTLVItem, wrapping: KeyWrapping, format: UInt32
  ) async throws(KMIPFault) -> PlainValue {
    // Without a structure of its own, or with the material alone in it.
    let wrapped = value.isStructure ? value[.keyMaterial] : value
    guard let wrapped, wrapped.type == .byteString else { throw .malformed("A wrapped key") }
    let work = try wrapping.incoming(.value(wrapped), call)
    switch await call.outcome(of: work) {
    case .success(let payload): return try read(payload.wiped(), wrapping, format)
    case .failure(let error): throw fault(error)
    }
  }

  /// Who says nothing about the encoding may mean either: see `KeyWrapping.layout`.
  private func read(
    _ bytes: WipedBytes, _ wrapping: KeyWrapping, _ format: UInt32
  ) throws(KMIPFault) -> PlainValue {
    switch wrapping.encoding {
    case .noEncoding: return try PlainValue(unwrapped: bytes, format)
    case .ttlvEncoding: return try PlainValue(unwrappedStructure: bytes, format, call.version)
    case nil:
      guard PlainValue.isStructure(bytes) else { return try PlainValue(unwrapped: bytes, format) }
      return try PlainValue(unwrappedStructure: bytes, format, call.version)
    }
  }

  private func fault(_ error: KMSError) -> KMIPFault {
    switch error {
    case .keyNotFound: KMIPFault(.wrappingObjectNotFound, "There is no such wrapping key.")
    case .keyDestroyed: KMIPFault(.wrappingObjectDestroyed, "The wrapping key has been destroyed.")
    default: KMIPFault(error)
    }
  }
}

extension PlainValue {
  /// All of the material, for custody or for the client.
  var payload: Payload {
    switch material {
    case .bytes(let bytes): bytes.payload
    case .numbers(let item): MaterialBytes.encoding(item).payload
    }
  }
}

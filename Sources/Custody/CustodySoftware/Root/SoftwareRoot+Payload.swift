package import KMSDomain
import KMSSecrets

extension SoftwareRoot {
  /// A root that somebody else kept.
  /// - Throws: `malformed` for other than 32 bytes, or bytes that were taken before.
  package convenience init(payload: Payload, id: RootID, store: Bits128) throws(SealError) {
    guard let bytes = payload.take() else { throw .malformed }
    try self.init(bytes, id: id, store: store)
  }

  /// For whoever is to keep it.
  package func copy() throws(SealError) -> Payload { Payload(secret.bytes.prefix(secret.bytes.count)) }
}

package import KMSDomain

/// Takes a key out from under another, on its way in. What comes out is for the door, which makes an object of it; the caller
/// doesn't see it.
package struct UnwrapMaterial: Operation {
  package let key: KeyReference
  package let data: Payload
  package let tag: [UInt8]?
  package let parameters: @Sendable (ProtectedKey) throws(KMSError) -> CipherParameters

  package init(
    _ data: Payload, tag: [UInt8]? = nil, by key: KeyReference,
    _ parameters: @escaping @Sendable (ProtectedKey) throws(KMSError) -> CipherParameters
  ) {
    self.key = key
    self.data = data
    self.tag = tag
    self.parameters = parameters
  }

  package let operation = "UnwrapMaterial"
  package var asked: Asked { Asked(.unwrapKey, named: key.asWritten) }
  package var references: [KeyReference] { [key] }
  package var family: RequestFamily? { .objects }

  package func prepare(_ desk: Desk) async throws(KMSError) -> UseObject.Prepared {
    let key = try await desk.key(key)
    return UseObject.Prepared(key: key, live: try desk.openedMaterial(of: key.record))
  }

  package func demands(_ prepared: UseObject.Prepared, _ desk: Desk) -> Demands {
    Demands(
      Demand(
        .unwrapKey, on: .key(prepared.key), named: key.asWritten, version: prepared.key.record.current))
  }

  package func perform(
    _ prepared: UseObject.Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Payload> {
    let parameters = try parameters(prepared.key)
    guard let live = prepared.live else { throw .object(.noMaterial(prepared.key.record.resourceName)) }
    return Performed(
      try desk.custody.decipher(
        data, by: parameters, associated: [], tag: tag, with: live, permit: permits.first))
  }
}

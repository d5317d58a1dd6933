package import KMSBytes
package import KMSDomain

/// Opens a PKCS#12 store by a password that is an object. What comes out is for the door, which makes objects of it.
package struct OpenBundle: Operation {
  package let store: WipedBytes
  package let password: KeyReference

  package init(_ store: WipedBytes, password: KeyReference) {
    self.store = store
    self.password = password
  }

  package let operation = "OpenBundle"
  package var asked: Asked { Asked(.unwrapKey, named: password.asWritten) }
  package var references: [KeyReference] { [password] }
  package var family: RequestFamily? { .objects }

  package func prepare(_ desk: Desk) async throws(KMSError) -> UseObject.Prepared {
    let key = try await desk.key(password)
    return UseObject.Prepared(key: key, live: try desk.openedMaterial(of: key.record))
  }

  package func demands(_ prepared: UseObject.Prepared, _ desk: Desk) -> Demands {
    Demands(
      Demand(
        .unwrapKey, on: .key(prepared.key), named: password.asWritten,
        version: prepared.key.record.current, usage: .deriveKey))
  }

  /// Passwords are stretched.
  package func isSlow(_ prepared: UseObject.Prepared) -> Bool { true }

  package func perform(
    _ prepared: UseObject.Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<KeyBundle> {
    guard let live = prepared.live else { throw .object(.noMaterial(prepared.key.record.resourceName)) }
    let store = store.withBytes { Payload(copying: $0) }
    return Performed(try desk.custody.openBundle(store, password: live, permit: permits.first))
  }
}

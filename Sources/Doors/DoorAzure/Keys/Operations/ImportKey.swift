import KMSDomain
import KMSEngine
import WireJSON

/// Takes a key in that its owner brings, as a key or as the next version of one.
struct ImportKey {
  private let call: VaultCall

  init(_ call: VaultCall) { self.call = call }

  func run(_ name: String) async throws(AzureError) -> VaultAnswer {
    let body = try call.document()
    let inHSM = call.vault.home.kind == .managedHSM
    let terms = try Terms(body, inHSM: inHSM)
    let key = try AzureError.reading { () throws(KeyFault) -> JSONValue in
      guard let key = body.present("key") else { throw KeyFault.missing("key") }
      return key
    }
    if let jwk = try AzureError.reading({ () throws(KeyFault) in try ProtectedJWK(key) }) {
      return try await take(jwk, as: name, terms)
    }
    let jwk = try AzureError.reading { () throws(KeyFault) in try PrivateJWK(key, inHSM: inHSM) }
    let version = terms.version(jwk.type, jwk.spec, jwk.operations, .open)
    let made = try await ItemVersions(call, .keys).add(name, "ImportKey", .importVaultKey) {
      (previous, now) throws(KMSError) in
      let material = try KeyFault.passing { () throws(KeyFault) in try jwk.material() }
      return version.object(.given(material), after: previous, at: now)
    }
    return try KeyBundle(made, call).answer()
  }

  /// What the key exchange key is, is known only once it is there.
  private func take(
    _ jwk: ProtectedJWK, as name: String, _ terms: Terms
  ) async throws(AzureError) -> VaultAnswer {
    let exchange = try KeyExchangeKey(jwk.blob.kid, call)
    let made = try await ItemVersions(call, .keys).add(
      name, "ImportKey", .importVaultKey, under: exchange
    ) { (previous, key, now) throws(KMSError) in
      try exchange.require(key, at: now)
      let spec = try KeyFault.passing { () throws(KeyFault) in
        try jwk.spec(under: key.spec.modulusLength ?? 0)
      }
      return terms.version(jwk.type, spec, jwk.operations, .sealed)
        .object(.transferred(jwk.blob.ciphertext), after: previous, at: now)
    }
    return try KeyBundle(made, call).answer()
  }
}

extension ImportKey {
  /// What a request says of a key beside what it is.
  private struct Terms: Sendable {
    private let attributes: WantedAttributes
    private let policy: ReleasePolicy?
    private let exportable: Bool
    private let isHSM: Bool

    init(_ body: JSONValue, inHSM: Bool) throws(AzureError) {
      attributes = try WantedAttributes(body)
      (policy, exportable, isHSM) = try AzureError.reading { () throws(KeyFault) in
        let policy = try ReleasePolicy.read(body)
        let exportable = try body.present("attributes")?.flag("exportable") ?? false
        try KeyExport.check(exportable: exportable, policy)
        // Clients write it with a capital, documentation without.
        let (capital, small) = (try body.flag("Hsm"), try body.flag("hsm"))
        return (policy, exportable, inHSM || capital ?? small ?? false)
      }
    }

    func version(
      _ type: KeyType, _ spec: KeySpec, _ operations: [KeyOperation]?, _ arrival: KeyArrival
    ) -> NewVersion {
      let type = isHSM ? type.inHSM : type
      let notes = KeyNotes(
        type, operations ?? KeyOperation.usual(for: type), release: policy, arrival: arrival)
      return NewVersion(notes: notes, spec: spec, exportable: exportable, attributes: attributes)
    }
  }
}

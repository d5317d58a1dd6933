import KMSDomain
import KMSEngine
import WireJSON

/// Takes a key in that its owner brings, as a key or as the next version of one.
struct ImportKey {
  private let call: VaultCall

  init(_ call: VaultCall) { self.call = call }

  func run(_ name: String) async throws(AzureError) -> VaultAnswer {
    let body = try call.document()
    let attributes = try WantedAttributes(body)
    let isHSM = call.vault.home.kind == .managedHSM
    let (jwk, version) = try AzureError.reading { () throws(KeyFault) -> (PrivateJWK, NewVersion) in
      guard let key = body.present("key") else { throw KeyFault.missing("key") }
      let jwk = try PrivateJWK(key, inHSM: isHSM)
      let policy = try ReleasePolicy.read(body)
      let exportable = try body.present("attributes")?.flag("exportable") ?? false
      try KeyExport.check(exportable: exportable, policy)
      // Clients write it with a capital, documentation without.
      let (capital, small) = (try body.flag("Hsm"), try body.flag("hsm"))
      let wantsHSM = capital ?? small ?? false
      let type = isHSM || wantsHSM ? jwk.type.inHSM : jwk.type
      let operations = jwk.operations ?? KeyOperation.usual(for: type)
      return (
        jwk,
        NewVersion(
          notes: KeyNotes(type, operations, release: policy), spec: jwk.spec, exportable: exportable,
          attributes: attributes)
      )
    }
    let made = try await ItemVersions(call, .keys).add(name, "ImportKey", .importVaultKey) {
      (previous, now) throws(KMSError) in
      let material = try KeyFault.passing { () throws(KeyFault) in try jwk.material() }
      return version.object(.given(material), after: previous, at: now)
    }
    return try KeyBundle(made, call).answer()
  }
}

import KMSDomain
import KMSEngine
import WireJSON

/// Makes a key, or the next version of one.
struct CreateKey {
  private let call: VaultCall

  init(_ call: VaultCall) { self.call = call }

  func run(_ name: String) async throws(AzureError) -> VaultAnswer {
    let body = try call.document()
    let attributes = try WantedAttributes(body)
    let isHSM = call.vault.home.kind == .managedHSM
    let version = try AzureError.reading { () throws(KeyFault) -> NewVersion in
      let request = try NewKeyRequest(body, inHSM: isHSM)
      let policy = try ReleasePolicy.read(body)
      let exportable = try body.present("attributes")?.flag("exportable") ?? false
      try KeyExport.check(exportable: exportable, policy)
      let type = isHSM ? request.type.inHSM : request.type
      return NewVersion(
        notes: KeyNotes(type, request.operations, release: policy, exponent: request.exponent),
        spec: request.spec,
        exportable: exportable, attributes: attributes)
    }
    let made = try await ItemVersions(call, .keys).add(name, "CreateKey", .createVaultKey) {
      (previous, now) throws(KMSError) in
      version.object(version.notes.making, after: previous, at: now)
    }
    return try KeyBundle(made, call).answer()
  }
}

import KMSDomain
import KMSEngine
import WireJSON

/// Switches an adopted key off and on again, as its own protocol does it and by the right that that takes. It is all that a vault can change of it.
struct UpdateAdoptedKey {
  private let call: VaultCall
  private let adoption: Adoption
  private let address: KeyAddress

  init(_ call: VaultCall, _ adoption: Adoption, _ address: KeyAddress) {
    self.call = call
    self.adoption = adoption
    self.address = address
  }

  func run(
    _ name: String, _ wanted: WantedAttributes, _ body: JSONValue
  ) async throws(AzureError) -> VaultAnswer {
    let wantsMore =
      wanted.notBefore != nil || wanted.expires != nil || wanted.tags != nil
      || ["key_ops", "release_policy"].contains { body[$0].map { !$0.isNull } ?? false }
    guard !wantsMore, let enabled = wanted.enabled else {
      throw await call.refuseAdopted("UpdateKey", .updateVaultKey, name)
    }
    switch adoption.home.kind {
    case .aws where enabled: try await call.run(EnableKey(address.reference), about: address.subject)
    case .aws: try await call.run(DisableKey(address.reference), about: address.subject)
    case .kmip, .vault, .managedHSM:
      _ = try await call.run(
        ObjectWork(
          "UpdateKey", in: adoption.home,
          on: [ObjectWork.Input(.updateVaultKey, on: address.reference, anyState: true)]
        ) { scene throws(KMSError) in
          guard let record = scene.inputs.first?.record else { throw KMSError.permitMismatch }
          try address.require(record)
          return ObjectPlan(edits: [ObjectEdit(record.object, events: wanted.events(in: record.state))])
        }, about: address.subject)
    }
    guard let record = try await call.key(of: adoption, at: address.place) else { throw .internalError }
    return try KeyBundle(record, call).answer()
  }
}

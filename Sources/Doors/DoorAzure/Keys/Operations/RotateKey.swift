import KMSDomain
import KMSEngine

/// Gives a key a version more like the one before it, with new material.
struct RotateKey {
  private let call: VaultCall

  init(_ call: VaultCall) { self.call = call }

  func run(_ name: String) async throws(AzureError) -> VaultAnswer {
    let place = ItemNames(vault: call.vault, collection: .keys).place(name)
    let made = try await ItemVersions(call, .keys).add(name, "RotateKey", .rotateVaultKey) {
      (previous, now) throws(KMSError) in
      guard let previous else { throw KMSError.vault(.itemNotFound(place)) }
      return try RotateKey.successor(of: previous, at: now)
    }
    return try KeyBundle(made, call).answer()
  }

  /// It lasts as long as the policy says; without one, for ever.
  static func successor(of previous: KeyRecord, at now: Instant) throws(KMSError) -> NewObject {
    guard var notes = KeyNotes(previous) else { throw .permitMismatch }
    notes.arrival = nil
    var attributes = WantedAttributes(tags: VersionNotes(previous).tags)
    attributes.expires = notes.rotation?.expiry(from: now)
    let version = NewVersion(
      notes: notes, spec: previous.spec, exportable: previous.exportable, attributes: attributes)
    return version.object(notes.making, after: previous, at: now)
  }
}

extension WantedAttributes {
  /// Of what nobody sent.
  fileprivate init(tags: [String: String]) { self.tags = tags }
}

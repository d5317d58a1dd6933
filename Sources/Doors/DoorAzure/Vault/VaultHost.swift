import KMSDomain

/// Which vault a host name is about, and what tokens for it are for.
struct VaultHost: Sendable {
  let name: VaultName
  let kind: Keyring.Kind
  /// As the client wrote it: the same stands in what it is answered.
  let place: HostPort
  /// What tokens must be for.
  let audience: String
  /// How names of what is in the vault begin.
  let base: String

  /// - Returns: nil for hosts that no vault can have.
  init?(_ host: String, _ names: AuthorityNames) {
    guard let place = HostPort(host),
      let dot = place.host.firstIndex(of: "."), let name = VaultName(String(place.host[..<dot]))
    else { return nil }
    switch place.host[place.host.index(after: dot)...] {
    case "vault." + names.domain: (kind, audience) = (.vault, names.vaultResource(port: place.port))
    case "managedhsm." + names.domain:
      (kind, audience) = (.managedHSM, names.managedHSMResource(port: place.port))
    default: return nil
    }
    self.name = name
    self.place = place
    base = "https://" + place.text
  }
}

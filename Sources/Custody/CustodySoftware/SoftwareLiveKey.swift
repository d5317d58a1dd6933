import KMSDomain

/// Opened material of one version. The material is in the envelope's key, in the secret arena, and nowhere
/// else.
final class SoftwareLiveKey: LiveKey {
  let key: KeyID
  let version: VersionID
  let envelope: Envelope

  init(key: KeyID, version: VersionID, envelope: Envelope) {
    self.key = key
    self.version = version
    self.envelope = envelope
  }
}

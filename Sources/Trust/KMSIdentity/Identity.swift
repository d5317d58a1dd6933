package import KMSDomain

/// What a valid signature proves.
package struct Identity: Sendable {
  package let caller: Caller
  /// The Region that the signer meant: the credential scope's.
  package let region: String
  /// The service that the signer meant, which the door compares with its own.
  package let service: String

  package init(caller: Caller, region: String, service: String) {
    self.caller = caller
    self.region = region
    self.service = service
  }
}

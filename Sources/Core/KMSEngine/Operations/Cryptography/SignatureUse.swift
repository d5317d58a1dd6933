package import KMSDomain

/// Refuses a key that isn't meant; asked once the right was judged.
package typealias KeyAdmission = @Sendable (KeyRecord) throws(KMSError) -> Void

/// What making a signature and checking one have in common: what they ask of the key and of the message.
package protocol SignatureUse: MaterialUse {
  var message: Payload { get }
  var form: MessageForm { get }
  var signing: SigningAlgorithm { get }
  var admit: KeyAdmission { get }
}

extension SignatureUse {
  package var algorithm: KeyAlgorithm { .signing(signing) }
  package func complete(_ facts: inout RequestFacts) { facts.messageForm = form }

  package func check(_ key: KeyRecord) throws(KMSError) {
    try admit(key)
    try signing.check(messageOf: message.count, as: form, for: key.spec)
  }
}

extension SigningAlgorithm {
  /// - Throws: `KMSError.incompatibleMessageForm`, `invalidDigestLength`.
  func check(messageOf count: Int, as form: MessageForm, for spec: KeySpec) throws(KMSError) {
    guard accepts(form) else { throw .incompatibleMessageForm(form, spec) }
    if let length = length(of: form), count != length { throw .invalidDigestLength(self) }
  }
}

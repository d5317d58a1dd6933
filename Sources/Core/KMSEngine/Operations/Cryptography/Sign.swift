package import KMSDomain

/// Signs a message with the private half of a key.
package struct Sign: MaterialUse {
  package let key: KeyReference
  package let message: Payload
  package let form: MessageForm
  package let signing: SigningAlgorithm
  package let isDryRun: Bool

  package init(
    _ key: KeyReference, message: Payload, form: MessageForm, by signing: SigningAlgorithm, isDryRun: Bool
  ) {
    self.key = key
    self.message = message
    self.form = form
    self.signing = signing
    self.isDryRun = isDryRun
  }

  package let operation = "Sign"
  package let action = Action.sign
  package var algorithm: KeyAlgorithm { .signing(signing) }
  package func complete(_ facts: inout RequestFacts) { facts.messageForm = form }

  package func check(_ spec: KeySpec) throws(KMSError) {
    try signing.check(messageOf: message.count, as: form, for: spec)
  }

  package func use(
    _ material: any LiveKey, _ permit: borrowing Permit, _ custody: any KeyCustody
  ) throws(KMSError) -> [UInt8] {
    try custody.sign(message, as: form, by: signing, with: material, permit: permit)
  }
}

extension SigningAlgorithm {
  /// - Throws: `KMSError.incompatibleMessageForm`, `invalidDigestLength`.
  func check(messageOf count: Int, as form: MessageForm, for spec: KeySpec) throws(KMSError) {
    guard accepts(form) else { throw .incompatibleMessageForm(form, spec) }
    if let length = length(of: form), count != length { throw .invalidDigestLength(self) }
  }
}

package import KMSDomain

/// Checks a signature with the public half of a key. It fails with `invalidSignature` unless the signature is right.
package struct Verify: MaterialUse {
  package let key: KeyReference
  package let signature: [UInt8]
  package let message: Payload
  package let form: MessageForm
  package let signing: SigningAlgorithm
  package let isDryRun: Bool

  package init(
    _ key: KeyReference, signature: [UInt8], message: Payload, form: MessageForm,
    by signing: SigningAlgorithm, isDryRun: Bool
  ) {
    self.key = key
    self.signature = signature
    self.message = message
    self.form = form
    self.signing = signing
    self.isDryRun = isDryRun
  }

  package let operation = "Verify"
  package let action = Action.verify
  package var algorithm: KeyAlgorithm { .signing(signing) }
  package func complete(_ facts: inout RequestFacts) { facts.messageForm = form }

  package func check(_ spec: KeySpec) throws(KMSError) {
    try signing.check(messageOf: message.count, as: form, for: spec)
  }

  package func use(
    _ material: any LiveKey, _ permit: borrowing Permit, _ custody: any KeyCustody
  ) throws(KMSError) {
    try custody.verify(signature, of: message, as: form, by: signing, with: material, permit: permit)
  }
}

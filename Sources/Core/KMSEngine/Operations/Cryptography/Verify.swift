package import KMSDomain

/// Checks a signature with the public half of a key. It fails with `invalidSignature` unless the signature is right.
package struct Verify: MaterialUse {
  package let key: KeyReference
  package let signature: [UInt8]
  package let message: Payload
  package let form: MessageForm
  package let signing: SigningAlgorithm
  /// What the signature is for; empty but where `SigningAlgorithm.longestContext` has room for it.
  package let context: [UInt8]
  package let isDryRun: Bool
  /// Asked once the right was judged: refuses a key that isn't meant.
  private let admit: @Sendable (KeyRecord) throws(KMSError) -> Void

  package init(
    _ key: KeyReference, signature: [UInt8], message: Payload, form: MessageForm,
    by signing: SigningAlgorithm, context: [UInt8] = [], isDryRun: Bool,
    admit: @escaping @Sendable (KeyRecord) throws(KMSError) -> Void = { (_) throws(KMSError) in }
  ) {
    self.key = key
    self.signature = signature
    self.message = message
    self.form = form
    self.signing = signing
    self.context = context
    self.isDryRun = isDryRun
    self.admit = admit
  }

  package let operation = "Verify"
  package let action = Action.verify
  package var algorithm: KeyAlgorithm { .signing(signing) }
  package func complete(_ facts: inout RequestFacts) { facts.messageForm = form }

  package func check(_ key: KeyRecord) throws(KMSError) {
    try admit(key)
    try signing.check(messageOf: message.count, as: form, for: key.spec)
  }

  package func use(
    _ material: any LiveKey, _ permit: borrowing Permit, _ custody: any KeyCustody
  ) throws(KMSError) {
    try custody.verify(
      signature, of: message, as: form, by: signing, context: context, with: material, permit: permit)
  }
}

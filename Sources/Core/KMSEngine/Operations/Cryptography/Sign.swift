package import KMSDomain

/// Signs a message with the private half of a key.
package struct Sign: SignatureUse {
  package let key: KeyReference
  package let message: Payload
  package let form: MessageForm
  package let signing: SigningAlgorithm
  /// What the signature is for; empty but where `SigningAlgorithm.longestContext` has room for it.
  package let context: [UInt8]
  package let isDryRun: Bool
  package let admit: KeyAdmission

  package init(
    _ key: KeyReference, message: Payload, form: MessageForm, by signing: SigningAlgorithm,
    context: [UInt8] = [], isDryRun: Bool,
    admit: @escaping KeyAdmission = { (_) throws(KMSError) in }
  ) {
    self.key = key
    self.message = message
    self.form = form
    self.signing = signing
    self.context = context
    self.isDryRun = isDryRun
    self.admit = admit
  }

  package let operation = "Sign"
  package let action = Action.sign

  package func use(
    _ material: any LiveKey, _ permit: borrowing Permit, _ custody: any KeyCustody
  ) throws(KMSError) -> [UInt8] {
    try custody.sign(message, as: form, by: signing, context: context, with: material, permit: permit)
  }
}

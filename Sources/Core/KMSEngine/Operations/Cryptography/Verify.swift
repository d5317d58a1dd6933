package import KMSDomain

/// Checks a signature with the public half of a key. It fails with `invalidSignature` unless the signature is right.
package struct Verify: SignatureUse {
  package let key: KeyReference
  package let signature: [UInt8]
  package let message: Payload
  package let form: MessageForm
  package let signing: SigningAlgorithm
  /// What the signature is for; empty but where `SigningAlgorithm.longestContext` has room for it.
  package let context: [UInt8]
  package let isDryRun: Bool
  package let admit: KeyAdmission

  package init(
    _ key: KeyReference, signature: [UInt8], message: Payload, form: MessageForm,
    by signing: SigningAlgorithm, context: [UInt8] = [], isDryRun: Bool,
    admit: @escaping KeyAdmission = { (_) throws(KMSError) in }
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

  package func use(
    _ material: any LiveKey, _ permit: borrowing Permit, _ custody: any KeyCustody
  ) throws(KMSError) {
    try custody.verify(
      signature, of: message, as: form, by: signing, context: context, with: material, permit: permit)
  }
}

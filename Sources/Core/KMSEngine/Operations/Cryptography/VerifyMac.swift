package import KMSDomain

/// Checks a message authentication code. It fails with `invalidMAC` unless the code is right.
package struct VerifyMac: MaterialUse {
  package let key: KeyReference
  package let code: [UInt8]
  package let message: Payload
  package let mac: MACAlgorithm
  package let isDryRun: Bool

  package init(
    _ key: KeyReference, code: [UInt8], message: Payload, by mac: MACAlgorithm, isDryRun: Bool
  ) {
    self.key = key
    self.code = code
    self.message = message
    self.mac = mac
    self.isDryRun = isDryRun
  }

  package let operation = "VerifyMac"
  package let action = Action.verifyMac
  package var algorithm: KeyAlgorithm { .mac(mac) }

  package func use(
    _ material: any LiveKey, _ permit: borrowing Permit, _ custody: any KeyCustody
  ) throws(KMSError) {
    try custody.verifyMac(code, of: message, by: mac, with: material, permit: permit)
  }
}

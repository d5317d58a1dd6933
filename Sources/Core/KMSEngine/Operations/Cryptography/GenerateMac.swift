package import KMSDomain

/// Makes a message authentication code.
package struct GenerateMac: MaterialUse {
  package let key: KeyReference
  package let message: Payload
  package let mac: MACAlgorithm
  package let isDryRun: Bool

  package init(_ key: KeyReference, message: Payload, by mac: MACAlgorithm, isDryRun: Bool) {
    self.key = key
    self.message = message
    self.mac = mac
    self.isDryRun = isDryRun
  }

  package let operation = "GenerateMac"
  package let action = Action.generateMac
  package var algorithm: KeyAlgorithm { .mac(mac) }

  package func use(
    _ material: any LiveKey, _ permit: borrowing Permit, _ custody: any KeyCustody
  ) throws(KMSError) -> [UInt8] {
    try custody.mac(message, by: mac, with: material, permit: permit)
  }
}

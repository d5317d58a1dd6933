import CBOR
import KMSBytes
import KMSDomain

/// What AWS documents of an attestation document of a Nitro enclave or a NitroTPM. Nothing of it is proved by reading it.
struct AttestationDocument {
  let platform: Recipient.Platform
  let module: String
  let time: Instant
  let registers: [Int: String]
  /// X.509 (DER), the signer's.
  let certificate: [UInt8]
  /// X.509 (DER), the root first, each signed by the one before it.
  let bundle: [[UInt8]]
  let publicKey: [UInt8]

  /// Further members (what a program in the environment wanted to have signed) are for those who asked for them.
  /// - Throws: `KMSError.attestation(.malformed)`, `.noPublicKey`.
  init(_ payload: [UInt8]) throws(KMSError) {
    guard let members = try CBORValue(document: payload).map else { throw .attestation(.malformed) }
    func member(_ name: String) -> CBORValue? {
      members[.text(name)].flatMap { $0 == .null ? nil : $0 }
    }
    guard let module = member("module_id")?.text, !module.isEmpty,
      module.utf8.count <= AttestationLimits.moduleName,
      member("digest")?.text == "SHA384",
      let milliseconds = member("timestamp")?.unsigned.flatMap(Int64.init(exactly:)),
      let certificate = AttestationDocument.certificate(member("certificate")),
      let bundle = member("cabundle")?.array, (1...AttestationLimits.bundle).contains(bundle.count)
    else { throw .attestation(.malformed) }
    self.module = module
    time = Instant(milliseconds: milliseconds)
    self.certificate = certificate
    self.bundle = bundle.compactMap(AttestationDocument.certificate)
    guard self.bundle.count == bundle.count else { throw .attestation(.malformed) }
    (platform, registers) = try AttestationDocument.measured(
      enclave: member("pcrs"), machine: member("nitrotpm_pcrs"))
    guard let publicKey = member("public_key") else { throw .attestation(.noPublicKey) }
    guard let key = publicKey.bytes, (1...AttestationLimits.publicKey).contains(key.count) else {
      throw .attestation(.malformed)
    }
    self.publicKey = key
  }

  private static func certificate(_ value: CBORValue?) -> [UInt8]? {
    guard let bytes = value?.bytes, (1...AttestationLimits.certificate).contains(bytes.count) else {
      return nil
    }
    return bytes
  }

  /// Which of the two has registers says what it is.
  private static func measured(
    enclave: CBORValue?, machine: CBORValue?
  ) throws(KMSError) -> (Recipient.Platform, [Int: String]) {
    switch (enclave, machine) {
    case (.some(let value), .none): return (.enclave, try registers(value))
    case (.none, .some(let value)): return (.measuredMachine, try registers(value))
    case (.some, .some), (.none, .none): throw .attestation(.malformed)
    }
  }

  /// Values are hashes of 32, 48 or 64 bytes.
  private static func registers(_ value: CBORValue) throws(KMSError) -> [Int: String] {
    guard let members = value.map, !members.isEmpty else { throw .attestation(.malformed) }
    var registers: [Int: String] = [:]
    for (key, value) in members {
      guard let number = key.unsigned.flatMap(Int.init(exactly:)),
        AttestationLimits.registers.contains(number),
        let measurement = value.bytes, [32, 48, 64].contains(measurement.count)
      else { throw .attestation(.malformed) }
      registers[number] = Hex.string(measurement)
    }
    return registers
  }
}

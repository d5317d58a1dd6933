package import KMSDomain
import KMSTestKit

// Calls that checks make with the right permits.

extension KeyCustody {
  /// Whether it can make such keys; the checks of those that it can't are about its saying so.
  func has(_ spec: KeySpec) -> Bool { availability(of: spec, for: []) == .available }

  func has(_ algorithm: SigningAlgorithm) -> Bool { availability(of: algorithm) == .available }
}

extension Subject {
  func sign(
    _ message: [UInt8], as form: MessageForm = .raw, by algorithm: SigningAlgorithm
  ) throws -> [UInt8] {
    try custody.sign(.test(message), as: form, by: algorithm, with: live, permit: permit(.sign))
  }

  /// - Parameter key: nil for the key pair itself.
  func verify(
    _ signature: [UInt8], of message: [UInt8], as form: MessageForm = .raw, by algorithm: SigningAlgorithm,
    with key: (any LiveKey)? = nil
  ) throws {
    try custody.verify(
      signature, of: .test(message), as: form, by: algorithm, with: key ?? live, permit: permit(.verify))
  }

  func encrypt(_ text: [UInt8], by algorithm: EncryptionAlgorithm) throws -> [UInt8] {
    try custody.encrypt(.test(text), by: algorithm, with: live, permit: permit(.encrypt))
  }

  func decrypt(_ ciphertext: [UInt8], by algorithm: EncryptionAlgorithm) throws -> [UInt8] {
    try custody.decrypt(ciphertext, by: algorithm, with: live, permit: permit(.decrypt)).testBytes()
  }

  func mac(_ message: [UInt8], by algorithm: MACAlgorithm) throws -> [UInt8] {
    try custody.mac(.test(message), by: algorithm, with: live, permit: permit(.generateMac))
  }

  func verifyMac(_ code: [UInt8], of message: [UInt8], by algorithm: MACAlgorithm) throws {
    try custody.verifyMac(
      code, of: .test(message), by: algorithm, with: live, permit: permit(.verifyMac))
  }

  func secret(with peer: [UInt8]) throws -> [UInt8] {
    try custody.deriveSharedSecret(with: peer, key: live, permit: permit(.deriveSharedSecret)).testBytes()
  }
}

/// Brings material in, as its owner and as the server.
package struct Importer {
  package static let expiry = Fixtures.start.advanced(seconds: 3600)
  let custody: any Custody
  let identity: VersionIdentity
  let algorithm: ImportAlgorithm
  package let parameters: ImportParameters

  package init(
    in custody: any Custody, for identity: VersionIdentity, by algorithm: ImportAlgorithm = .rsaOAEPSHA256,
    under importKey: ImportKeySpec = .rsa2048
  ) throws {
    self.custody = custody
    self.identity = identity
    self.algorithm = algorithm
    parameters = try custody.importParameters(
      for: identity.key, identity.spec, by: algorithm, under: importKey, expiry: Importer.expiry,
      permit: Permits.permit(.getParametersForImport, key: identity.key))
  }

  /// The material as its owner sends it: encrypted for the import key by custody's own public-key encryption.
  package func protected(_ material: [UInt8]) throws -> [UInt8] {
    let spec = algorithm == .sm2PKE ? KeySpec.sm2 : .rsa2048
    let identity = VersionIdentity(
      key: KeyID(Bits128(high: 0xcccc, low: 1)), version: VersionID(Bits128(high: 0xcccc, low: 2)),
      spec: spec,
      usages: [.encrypt], origin: .generated, exportable: false)
    let live = try custody.openPublic(parameters.publicKey, as: identity)
    return try custody.encrypt(
      .test(material), by: algorithm.encryption, with: live,
      permit: Permits.permit(.encrypt, key: identity.key, version: identity.version))
  }

  package func bring(_ material: [UInt8], permit: borrowing Permit) throws -> NewMaterial {
    try bring(encrypted: protected(material), permit: permit)
  }

  package func bring(
    encrypted: [UInt8], token: [UInt8]? = nil, now: Instant = Fixtures.start, permit: borrowing Permit
  ) throws -> NewMaterial {
    let material = ImportedMaterial(encrypted: encrypted, token: token ?? parameters.token)
    return try custody.importMaterial(
      material, for: identity.key, of: identity.key, identity.spec, now: now, permit: permit
    ) { (_: [UInt8]) throws(KMSError) in identity }
  }
}

extension VersionIdentity {
  /// An identity for checks.
  package static func test(_ spec: KeySpec, _ usages: KeyUsages? = nil, key: UInt64 = 1) -> VersionIdentity {
    VersionIdentity(
      key: KeyID(Bits128(high: 0xdddd, low: key)), version: VersionID(Bits128(high: 0xeeee, low: 1)),
      spec: spec, usages: usages ?? spec.usages, origin: .imported, exportable: false)
  }

  package func permit(_ action: Action) throws -> Permit {
    try Permits.permit(action, key: key, version: version)
  }

  /// To bring material into the key, whichever version it turns out to be of.
  package func importPermit() throws -> Permit { try Permits.permit(.importKeyMaterial, key: key) }
}

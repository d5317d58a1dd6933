package import KMSDomain
import KMSTestKit

// Calls with explicit parameters that checks make with the right permits.

extension Subject {
  /// A key with all usages, whose material may leave.
  package init(explicit spec: KeySpec, in custody: any Custody, key: UInt64 = 1) throws {
    try self.init(in: custody, key: key, spec, usages: spec.explicitUsages, exportable: true)
  }

  /// The same whose material may not leave, and so may be on a device.
  package init(kept spec: KeySpec, in custody: any Custody, key: UInt64 = 1) throws {
    try self.init(explicitly: spec, in: custody, key: key)
  }

  /// A key of a test's own material.
  package init(
    _ material: [UInt8], _ spec: KeySpec, as form: MaterialForm = .raw, in custody: any Custody,
    usages: KeyUsages? = nil, exportable: Bool = true, key: UInt64 = 1
  ) throws {
    try self.init(
      .encoded(.test(material), form), spec, in: custody, usages: usages, exportable: exportable, key: key)
  }

  package init(
    _ material: PlainMaterial, _ spec: KeySpec, in custody: any Custody, usages: KeyUsages? = nil,
    exportable: Bool = true, key: UInt64 = 1
  ) throws {
    self.custody = custody
    identity = VersionIdentity(
      key: KeyID(Bits128(high: 0xaaaa, low: key)), version: VersionID(Bits128(high: 0xbbbb, low: 1)),
      spec: spec, usages: usages ?? spec.explicitUsages, origin: .imported, exportable: exportable)
    let permit = try Permits.permit(.registerObject, key: identity.key, version: identity.version)
    let made = try custody.take(material, as: identity, permit: permit)
    wrapped = made.wrapped
    publicKey = made.publicKey
    live = try custody.open(wrapped, as: identity)
  }

  package func encipher(
    _ text: [UInt8], _ parameters: CipherParameters, associated: [UInt8] = [], action: Action = .encrypt
  ) throws -> Enciphered {
    try custody.encipher(
      .test(text), by: parameters, associated: associated, with: live, permit: permit(action))
  }

  package func decipher(
    _ data: [UInt8], _ parameters: CipherParameters, associated: [UInt8] = [], tag: [UInt8]? = nil,
    action: Action = .decrypt
  ) throws -> [UInt8] {
    try custody.decipher(
      .test(data), by: parameters, associated: associated, tag: tag, with: live, permit: permit(action)
    ).testBytes()
  }

  package func sign(_ message: [UInt8], _ parameters: SignatureParameters) throws -> [UInt8] {
    try custody.sign(.test(message), by: parameters, with: live, permit: permit(.sign))
  }

  package func verify(
    _ signature: [UInt8], of message: [UInt8], _ parameters: SignatureParameters,
    with key: (any LiveKey)? = nil
  ) throws {
    try custody.verify(
      signature, of: .test(message), by: parameters, with: key ?? live, permit: permit(.verify))
  }

  package func derive(_ length: Int, by derivation: KeyDerivation) throws -> [UInt8] {
    try custody.derive(length, by: derivation, with: live, permit: permit(.deriveObject)).testBytes()
  }

  package func export(as form: MaterialForm = .raw, action: Action = .getObject) throws -> [UInt8] {
    try custody.export(live, as: form, permit: permit(action)).testBytes()
  }

  package func split(by sharing: SecretSharing) throws -> [(identifier: Int, bytes: [UInt8])] {
    try custody.split(live, by: sharing, permit: permit(.createSplitKey)).map {
      ($0.identifier, try $0.bytes.testBytes())
    }
  }
}

extension MaterialCustody {
  /// Material at the usual site.
  package func generate(
    _ identity: VersionIdentity, length: Int?, permit: borrowing Permit
  ) throws(KMSError) -> NewMaterial {
    try generate(identity, length: length, at: .usual, permit: permit)
  }
}

extension CipherParameters {
  /// The same for the other direction, with what was used.
  package func opening(_ made: Enciphered) -> CipherParameters {
    CipherParameters(
      mode, padding: padding, iv: made.iv.map { .given($0) } ?? .absent, tagLength: tagLength,
      initialCounter: initialCounter)
  }
}

/// Bytes that differ, for texts of tests.
func sample(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 3) } }

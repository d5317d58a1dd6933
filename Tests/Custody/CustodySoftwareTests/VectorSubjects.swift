import CustodyConformance
import Foundation
import KMSDomain
import KMSTestKit

@testable import CustodySoftware

/// A custody that permits everything, and keys of vectors in it.
struct VectorHouse {
  let custody: SoftwareCustody

  init(legacy: LegacyAlgorithms = .all) throws { custody = try Installation().start(legacy: legacy) }

  /// A symmetric key.
  func key(_ material: [UInt8], _ spec: KeySpec) throws -> Subject {
    try Subject(material, spec, in: custody)
  }

  /// A private key.
  func pair(pkcs8: [UInt8]) throws -> Subject {
    guard let spec = custody.kind(of: try .test(pkcs8), in: .pkcs8) else {
      throw KMSError.incorrectKeyMaterial
    }
    return try Subject(pkcs8, spec, as: .pkcs8, in: custody)
  }

  /// A public key alone.
  func verifier(_ spki: [UInt8]) throws -> Verifier {
    let half = try custody.publicHalf(spki, in: .spki, nil)
    let identity = VersionIdentity(
      key: Fixtures.keyID(1), version: Fixtures.versionID(1), spec: half.spec, usages: [.verify],
      origin: .imported, exportable: false)
    return Verifier(
      custody: custody, identity: identity, live: try custody.openPublic(half.publicKey, as: identity))
  }

  struct Verifier {
    let custody: SoftwareCustody
    let identity: VersionIdentity
    let live: any LiveKey
    var spec: KeySpec { identity.spec }

    func accepts(_ signature: [UInt8], of message: [UInt8], _ parameters: SignatureParameters) throws -> Bool
    {
      do {
        try custody.verify(
          signature, of: .test(message), by: parameters, with: live, permit: identity.permit(.verify))
        return true
      } catch KMSError.invalidSignature {
        return false
      }
    }
  }
}

extension HashFunction {
  /// By the names of Wycheproof.
  init?(_ name: String?) {
    guard let found = HashFunction.allCases.first(where: { $0.standardName == name }) else { return nil }
    self = found
  }
}

extension KeySpec {
  static func aes(_ bytes: Int) -> KeySpec? {
    switch bytes {
    case 16: .aes128
    case 24: .aes192
    case 32: .aes256
    default: nil
    }
  }
}

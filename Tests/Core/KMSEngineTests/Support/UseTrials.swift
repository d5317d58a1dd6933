import KMSDomain
import KMSEngine
import KMSTestKit

/// Uses of a key with parameters of the caller's choice, and what is done with a caller's bytes alone.
extension Trial {
  private static var piece: Payload {
    let bytes = World.plaintext
    return Payload(copying: bytes.span)
  }

  private static func use(
    _ action: Action, on kind: Kind = .symmetric, _ use: @escaping @Sendable (World) -> ObjectUse
  ) -> Trial {
    Trial(action, on: kind, stateOf: action, note: " for \(action), key named") { world in
      UseObject("Use", action, world.keyReference) { _ in use(world) }
    }
  }

  private static let counter = CipherParameters(.ctr, iv: .given([UInt8](repeating: 1, count: 16)))
  private static let ecdsa = SignatureParameters(.ecdsa, hash: .sha256)

  static let useToEncrypt = use(.encrypt) { _ in .encipher(piece, counter, associated: []) }
  static let useToDecrypt = use(.decrypt) { _ in .decipher(piece, counter, associated: [], tag: nil) }
  static let useToSign = use(.sign, on: .signing) { _ in .sign(piece, ecdsa) }
  static let useToVerify = use(.verify, on: .signing) { .verify($0.proof, of: piece, ecdsa) }
  static let useToMac = use(.generateMac, on: .mac) { _ in .mac(piece, .hmac(.sha256)) }
  static let useToVerifyMac = use(.verifyMac, on: .mac) { .verifyMac($0.proof, of: piece, .hmac(.sha256)) }

  static let hash = Trial(.hash) { _ in HashData(piece, by: .sha256, in: Fixtures.account) }
  static let hashInPieces = Trial(.hash) { _ in HashPieces(.begin(.sha256), piece, in: Fixtures.account) }
  static let seedRandom = Trial(.seedRandom) { _ in SeedRandom(piece, in: Fixtures.account) }
  static let callPKCS11 = Trial(.callPKCS11) { _ in CallPKCS11("C_GetInfo", in: Fixtures.account) }
}

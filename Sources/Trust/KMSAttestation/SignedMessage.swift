import CBOR
import Crypto
import Foundation
import KMSDomain

/// A message with one signature (COSE_Sign1, RFC 9052 section 4.2), signed with ES384: what attestation documents come in.
struct SignedMessage {
  let payload: [UInt8]
  private let protected: [UInt8]
  private let signature: P384.Signing.ECDSASignature

  /// - Throws: `KMSError.attestation(.malformed)`, also for another algorithm and for headers that aren't understood.
  init(_ bytes: [UInt8]) throws(KMSError) {
    guard let parts = SignedMessage.untagged(try CBORValue(document: bytes)).array, parts.count == 4,
      let protected = parts[0].bytes, parts[1].map != nil, let payload = parts[2].bytes,
      let signature = parts[3].bytes,
      let decoded = try? P384.Signing.ECDSASignature(rawRepresentation: signature)
    else { throw .attestation(.malformed) }
    // The whole header: whatever else stood there, "crit" above all, would want to be understood.
    guard try CBORValue(document: protected) == .map([SignedMessage.algorithm: SignedMessage.es384]) else {
      throw .attestation(.malformed)
    }
    self.protected = protected
    self.payload = payload
    self.signature = decoded
  }

  /// With the tag of its kind, or without, as enclaves send it.
  private static func untagged(_ value: CBORValue) -> CBORValue {
    if case .tagged(18, let inner) = value { inner } else { value }
  }

  private static let algorithm = CBORValue.unsigned(1)
  private static let es384 = CBORValue.negative(34)

  func isSigned(by key: P384.Signing.PublicKey) -> Bool {
    var signed = CBORWriter()
    signed.array(4)
    signed.text("Signature1")
    signed.bytes(protected)
    signed.bytes([])  // nothing beside the message is signed
    signed.bytes(payload)
    return key.isValidSignature(signature, for: SHA384.hash(data: signed.bytes))
  }
}

extension CBORValue {
  /// - Throws: `KMSError.attestation(.malformed)`.
  init(document bytes: [UInt8]) throws(KMSError) {
    do throws(CBORError) {
      self = try CBORReader.read(bytes, limits: AttestationLimits.cbor)
    } catch {
      throw .attestation(.malformed)
    }
  }
}

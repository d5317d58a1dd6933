import CBOR
import Crypto
import Foundation
import KMSDomain
import KMSTestKit
import SwiftASN1
import X509

@testable import KMSAttestation

/// A chain as AWS's: a root, two authorities below it, and a signer, all P-384. Tests change one thing at a time.
struct TestAuthority {
  let root: Issued
  let bundle: [Issued]
  let signer: Issued

  struct Issued {
    let certificate: Certificate
    let key: P384.Signing.PrivateKey

    var der: [UInt8] {
      get throws {
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return serializer.serializedBytes
      }
    }
  }

  /// What a certificate is made of.
  struct Plan {
    var name: String
    var isAuthority = true
    var pathLength: Int?
    var usage: KeyUsage? = KeyUsage(keyCertSign: true, cRLSign: true)
    /// Seconds from the tests' start.
    var begins: TimeInterval = -60
    var ends: TimeInterval = 3600

    init(_ name: String) { self.name = name }

    static var signer: Plan {
      var plan = Plan("signer")
      plan.isAuthority = false
      plan.usage = KeyUsage(digitalSignature: true)
      return plan
    }
  }

  /// - Parameter plans: from the root to the signer.
  init(_ plans: [Plan] = [Plan("root"), Plan("region"), Plan("host"), .signer]) throws {
    var path: [Issued] = []
    for plan in plans { path.append(try TestAuthority.issue(plan, by: path.last)) }
    root = path[0]
    bundle = Array(path.dropLast())
    signer = path[path.count - 1]
  }

  private static let start = Date(timeIntervalSince1970: Double(Fixtures.start.milliseconds) / 1000)

  static func issue(_ plan: Plan, by issuer: Issued?) throws -> Issued {
    let key = P384.Signing.PrivateKey()
    let name = try DistinguishedName { CommonName(plan.name) }
    let certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(),
      publicKey: Certificate.PublicKey(key.publicKey),
      notValidBefore: start.addingTimeInterval(plan.begins),
      notValidAfter: start.addingTimeInterval(plan.ends),
      issuer: issuer?.certificate.subject ?? name, subject: name, signatureAlgorithm: .ecdsaWithSHA384,
      extensions: try Certificate.Extensions {
        if plan.isAuthority {
          Critical(BasicConstraints.isCertificateAuthority(maxPathLength: plan.pathLength))
        } else {
          Critical(BasicConstraints.notCertificateAuthority)
        }
        if let usage = plan.usage { Critical(usage) }
      }, issuerPrivateKey: Certificate.PrivateKey(issuer?.key ?? key))
    return Issued(certificate: certificate, key: key)
  }

  var roots: AttestationRoots {
    get throws { try AttestationRoots(pem: root.certificate.serializeAsPEM().pemString).unsafelyPresent }
  }
}

/// A document whose members and signature a test can change.
struct TestDocument {
  var members: [String: CBORValue]
  var protected = CBORValue.map([.unsigned(1): .negative(34)])
  var unprotected = CBORValue.map([:])
  var isTagged = false

  init(_ authority: TestAuthority, at time: Instant = Fixtures.start) throws {
    members = [
      "module_id": .text("i-0123-enc0123"), "digest": .text("SHA384"),
      "timestamp": .unsigned(UInt64(time.milliseconds)),
      "pcrs": .map([
        .unsigned(0): .bytes([UInt8](repeating: 0xab, count: 48)),
        .unsigned(3): .bytes([UInt8](repeating: 0, count: 48)),
      ]),
      "certificate": .bytes(try authority.signer.der),
      "cabundle": .array(try authority.bundle.map { .bytes(try $0.der) }),
      "public_key": .bytes([1, 2, 3]), "user_data": .null, "nonce": .bytes([4]),
    ]
  }

  static func encode(_ value: CBORValue) -> [UInt8] {
    var writer = CBORWriter()
    writer.write(value)
    return writer.bytes
  }

  var payload: [UInt8] {
    TestDocument.encode(
      .map(Dictionary(uniqueKeysWithValues: members.map { (CBORValue.text($0.key), $0.value) })))
  }

  /// - Parameter context: what the signature is about; another than the standard's must not count.
  func signed(
    by key: P384.Signing.PrivateKey, context: String = "Signature1", beside: [UInt8] = []
  ) throws -> [UInt8] {
    let header = TestDocument.encode(protected)
    let payload = payload
    let signed = TestDocument.encode(
      .array([.text(context), .bytes(header), .bytes(beside), .bytes(payload)]))
    let signature = try key.signature(for: SHA384.hash(data: signed))
    let message = CBORValue.array([
      .bytes(header), unprotected, .bytes(payload), .bytes(Array(signature.rawRepresentation)),
    ])
    return TestDocument.encode(isTagged ? .tagged(18, message) : message)
  }
}

extension CBORWriter {
  mutating func write(_ value: CBORValue) {
    switch value {
    case .unsigned(let number): unsigned(number)
    case .negative(let number): negative(number)
    case .bytes(let value): bytes(value)
    case .text(let value): text(value)
    case .array(let elements):
      array(elements.count)
      for element in elements { write(element) }
    case .map(let members):
      map(members.count)
      for (key, member) in members {
        write(key)
        write(member)
      }
    case .tagged(let number, let inner):
      tag(number)
      write(inner)
    case .bool(let value): bool(value)
    case .null: null()
    }
  }
}

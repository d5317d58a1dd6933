import CBOR
import Crypto
import Foundation
import KMSBytes
import KMSDomain
import KMSTestKit
import SwiftASN1
import Testing
import X509

@testable import KMSAttestation

@Suite("Attestation documents")
struct NitroAttestationTests {
  private let authority: TestAuthority
  private let clock = ManualClock()

  init() throws { authority = try TestAuthority() }

  private func verify(_ bytes: [UInt8], under roots: AttestationRoots? = nil) async throws(KMSError)
    -> Recipient
  {
    guard let roots = try? roots ?? authority.roots else { throw .attestation(.noRoots) }
    return try await NitroAttestation(roots: roots, realClock: clock).verify(bytes)
  }

  /// The document with one change, signed as it should be.
  private func changed(_ change: (inout TestDocument) -> Void) throws -> [UInt8] {
    var document = try TestDocument(authority)
    change(&document)
    return try document.signed(by: authority.signer.key)
  }

  private func fault(_ bytes: [UInt8], under roots: AttestationRoots? = nil) async -> AttestationFault? {
    do throws(KMSError) {
      _ = try await verify(bytes, under: roots)
      return nil
    } catch {
      guard case .attestation(let fault) = error else { return nil }
      return fault
    }
  }

  @Test("a sound document says what runs there and which key it has", arguments: [false, true])
  func sound(isTagged: Bool) async throws {
    let recipient = try await verify(try changed { $0.isTagged = isTagged })
    #expect(recipient.platform == .enclave && recipient.module == "i-0123-enc0123")
    #expect(recipient.publicKey == [1, 2, 3])
    #expect(recipient.image == String(repeating: "ab", count: 48))
    #expect(recipient.register(3, of: .enclave) == String(repeating: "0", count: 96))
    #expect(recipient.register(1, of: .enclave) == nil && recipient.register(0, of: .measuredMachine) == nil)
  }

  @Test("a machine with a NitroTPM has registers and no image")
  func machine() async throws {
    let recipient = try await verify(
      try changed { document in
        document.members["nitrotpm_pcrs"] = document.members.removeValue(forKey: "pcrs")
      })
    #expect(recipient.platform == .measuredMachine && recipient.image == nil)
    #expect(recipient.register(0, of: .measuredMachine) == String(repeating: "ab", count: 48))
    #expect(recipient.register(0, of: .enclave) == nil)
  }

  @Test("the members must be as documented")
  func members() async throws {
    let changes: [(String, CBORValue?)] = [
      ("module_id", nil), ("module_id", .text("")), ("module_id", .bytes([1])), ("digest", .text("SHA256")),
      ("digest", nil), ("timestamp", nil), ("timestamp", .negative(1)), ("timestamp", .unsigned(.max)),
      ("timestamp", .text("now")), ("certificate", nil), ("certificate", .bytes([])),
      ("certificate", .bytes([0x30, 0x00])), ("certificate", .bytes([UInt8](repeating: 0, count: 4097))),
      ("cabundle", nil), ("cabundle", .array([])), ("cabundle", .array([.text("x")])),
      ("cabundle", .array([CBORValue](repeating: .bytes([1]), count: 9))),
      ("cabundle", .array([.bytes([1])])),
      ("pcrs", nil), ("pcrs", .map([:])), ("pcrs", .array([])),
      ("pcrs", .map([.unsigned(32): .bytes([UInt8](repeating: 0, count: 48))])),
      ("pcrs", .map([.unsigned(.max): .bytes([UInt8](repeating: 0, count: 48))])),
      ("pcrs", .map([.text("0"): .bytes([UInt8](repeating: 0, count: 48))])),
      ("pcrs", .map([.unsigned(0): .bytes([UInt8](repeating: 0, count: 47))])),
      ("nitrotpm_pcrs", .map([.unsigned(0): .bytes([UInt8](repeating: 0, count: 48))])),
      ("public_key", .text("x")), ("public_key", .bytes([])),
      ("public_key", .bytes([UInt8](repeating: 1, count: 1025))),
    ]
    for (name, value) in changes {
      let bytes = try changed { $0.members[name] = value }
      #expect(await fault(bytes) == .malformed, "\(name) \(String(describing: value).prefix(60))")
    }
  }

  @Test("without a key there is nothing to encrypt with", arguments: [nil, CBORValue.null])
  func noKey(value: CBORValue?) async throws {
    #expect(await fault(try changed { $0.members["public_key"] = value }) == .noPublicKey)
  }

  @Test(
    "the envelope must be that of one signature by ES384, and nothing that isn't understood may stand in its header"
  )
  func envelope() async throws {
    let headers: [CBORValue] = [
      .map([.unsigned(1): .negative(6)]), .map([.unsigned(1): .negative(35)]), .map([:]), .array([]),
      .map([.unsigned(1): .negative(34), .unsigned(2): .array([.unsigned(1)])]),
      .map([.unsigned(1): .negative(34), .unsigned(4): .bytes([1])]),
    ]
    for header in headers {
      #expect(await fault(try changed { $0.protected = header }) == .malformed, "\(header)")
    }
    #expect(await fault(try changed { $0.unprotected = .array([]) }) == .malformed)
    for bytes in [[], [0x80], [0x84, 0x40, 0xa0, 0x40, 0x40], [0xd2, 0xf6], [0xa0]] as [[UInt8]] {
      #expect(await fault(bytes) == .malformed)
    }
    let sound = try changed { _ in }
    #expect(await fault(sound + [0]) == .malformed)
    #expect(await fault([0xd1] + sound) == .malformed)
    #expect(await fault([UInt8](repeating: 0, count: 65 << 10)) == .malformed)
  }

  @Test("the signature must be the signer's, over this document and nothing else")
  func signature() async throws {
    let document = try TestDocument(authority)
    for key in [authority.root.key, authority.bundle[2].key, P384.Signing.PrivateKey()] {
      #expect(await fault(try document.signed(by: key)) == .badSignature)
    }
    #expect(await fault(try document.signed(by: authority.signer.key, context: "Signature")) == .badSignature)
    #expect(await fault(try document.signed(by: authority.signer.key, beside: [1])) == .badSignature)
    var bytes = try document.signed(by: authority.signer.key)
    bytes[bytes.count - 1] ^= 1
    #expect(await fault(bytes) == .badSignature)
  }

  @Test(
    "a document counts for five minutes",
    arguments: [(0, true), (300, true), (301, false), (-300, true), (-301, false)])
  func freshness(seconds: Int64, counts: Bool) async throws {
    let document = try TestDocument(authority, at: Fixtures.start.advanced(seconds: -seconds))
    let bytes = try document.signed(by: authority.signer.key)
    #expect(await fault(bytes) == (counts ? nil : .notFresh))
  }

  @Test("a server whose clock is a little behind takes certificates that have just begun")
  func begun() async throws {
    var plans = [TestAuthority.Plan("root"), TestAuthority.Plan("host"), .signer]
    plans[2].begins = 20
    let young = try TestAuthority(plans)
    for (seconds, wanted) in [(Int64(0), AttestationFault.untrusted), (30, nil)] {
      let document = try TestDocument(young, at: Fixtures.start.advanced(seconds: seconds))
      let bytes = try document.signed(by: young.signer.key)
      #expect(await fault(bytes, under: try young.roots) == wanted)
    }
  }
}

@Suite("Certificates of attestation documents")
struct CertificatePathTests {
  private typealias Plan = TestAuthority.Plan

  private func fault(
    _ authority: TestAuthority, under roots: AttestationRoots? = nil,
    change: (inout TestDocument) throws -> Void = { _ in }
  ) async throws -> AttestationFault? {
    var document = try TestDocument(authority)
    try change(&document)
    let bytes = try document.signed(by: authority.signer.key)
    let verifier = NitroAttestation(roots: try roots ?? authority.roots, realClock: ManualClock())
    do throws(KMSError) {
      _ = try await verifier.verify(bytes)
      return nil
    } catch {
      guard case .attestation(let fault) = error else { return nil }
      return fault
    }
  }

  private func path(_ change: (inout [Plan]) -> Void) throws -> TestAuthority {
    var plans = [Plan("root"), Plan("region"), Plan("host"), .signer]
    change(&plans)
    return try TestAuthority(plans)
  }

  @Test("another root of the same name is another root")
  func otherRoot() async throws {
    #expect(try await fault(try TestAuthority(), under: try TestAuthority().roots) == .untrusted)
  }

  @Test("the bundle needn't contain the root, and the signer may stand right below it")
  func shortPaths() async throws {
    let authority = try TestAuthority()
    let error = try await fault(authority) { document throws in
      document.members["cabundle"] = .array(try authority.bundle.dropFirst().map { .bytes(try $0.der) })
    }
    #expect(error == nil)
    #expect(try await fault(try path { $0.removeSubrange(1...2) }) == nil)
  }

  @Test("each certificate must be valid now", arguments: 0..<4)
  func times(place: Int) async throws {
    #expect(try await fault(try path { $0[place].ends = -1 }) == .untrusted)
    #expect(try await fault(try path { $0[place].begins = 1 }) == .untrusted)
  }

  @Test("only authorities issue certificates, and only signers sign", arguments: 0..<3)
  func roles(place: Int) async throws {
    #expect(try await fault(try path { $0[place].isAuthority = false }) == .untrusted)
    #expect(try await fault(try path { $0[place].usage = nil }) == .untrusted)
    #expect(try await fault(try path { $0[place].usage = KeyUsage(digitalSignature: true) }) == .untrusted)
    #expect(try await fault(try path { $0[3].usage = nil }) == .untrusted)
    #expect(try await fault(try path { $0[3].usage = KeyUsage(keyCertSign: true) }) == .untrusted)
  }

  @Test("a path may not be longer than an authority allows")
  func pathLength() async throws {
    #expect(try await fault(try path { $0[1].pathLength = 0 }) == .untrusted)
    #expect(try await fault(try path { $0[1].pathLength = 1 }) == nil)
  }

  @Test("an authority can't sign documents itself")
  func authorityAsSigner() async throws {
    #expect(try await fault(try path { $0[3] = Plan("authority") }) == .untrusted)
  }

  @Test("the bundle must be the path, in its order, with one certificate a name")
  func order() async throws {
    let authority = try TestAuthority()
    let bundle = try authority.bundle.map { CBORValue.bytes(try $0.der) }
    let orders: [[CBORValue]] = [
      bundle.reversed(), [bundle[0], bundle[2]], bundle + [bundle[2]], [bundle[0]], [bundle[0]] + bundle,
      [bundle[1], bundle[0], bundle[2]],
    ]
    for order in orders {
      #expect(try await fault(authority) { $0.members["cabundle"] = .array(order) } == .untrusted)
    }
    #expect(try await fault(try path { $0[2].name = "region" }) == .untrusted)
  }

  @Test("a certificate of the right names by another hand is none")
  func forged() async throws {
    let authority = try TestAuthority()
    let forger = try TestAuthority()
    let error = try await fault(forger, under: try authority.roots) { document throws in
      document.members["cabundle"] = .array(try authority.bundle.map { .bytes(try $0.der) })
    }
    #expect(error == .untrusted)
  }

  @Test("roots are certificates in PEM, and nothing else")
  func roots() throws {
    #expect(AttestationRoots(pem: "") == nil)
    #expect(AttestationRoots(pem: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n") == nil)
    let authority = try TestAuthority()
    let pem = try authority.root.certificate.serializeAsPEM().pemString
    #expect(AttestationRoots(pem: pem + "\n" + pem)?.certificates.count == 2)
    #expect(
      AttestationRoots(pem: try Certificate.PrivateKey(authority.root.key).serializeAsPEM().pemString) == nil)
  }
}

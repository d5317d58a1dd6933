import Crypto
import CryptoExtras
import Foundation
import JWTKit
import KMSBytes
import KMSDomain
import KMSTestKit
import KMSTokens
import Synchronization

/// An issuer of a test: keys, what it publishes, and tokens, right ones and others.
final class TestIssuer: DocumentFetcher {
  static let url = "https://issuer.example/realm"
  let keys: KeyPair
  private let state: Mutex<State>

  private struct State {
    var published: [String: String] = [:]
    var fetches: [String] = []
    var isDown = false
  }

  /// Expensive to make, so every test has the same.
  struct KeyPair: Sendable {
    let rsa: _RSA.Signing.PrivateKey
    let p256: P256.Signing.PrivateKey

    static let first = make()
    static let second = make()

    private static func make() -> KeyPair {
      guard let rsa = try? _RSA.Signing.PrivateKey(keySize: .bits2048) else { preconditionFailure("no key") }
      return KeyPair(rsa: rsa, p256: P256.Signing.PrivateKey())
    }
  }

  init(_ keys: KeyPair = .first) {
    self.keys = keys
    state = Mutex(State())
    publish("/realm/.well-known/openid-configuration", TestIssuer.configuration())
    publish("/realm/keys", TestIssuer.set([rsaKey(), p256Key()]))
  }

  static func configuration(
    issuer: String = url, keys: String = "https://issuer.example/realm/keys"
  ) -> String {
    #"{"issuer":"\#(issuer)","jwks_uri":"\#(keys)","scopes_supported":["openid"]}"#
  }

  static func set(_ keys: [String]) -> String { #"{"keys":[\#(keys.joined(separator: ","))]}"# }

  func publish(_ path: String, _ document: String) { state.withLock { $0.published[path] = document } }
  func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }
  var fetches: [String] { state.withLock { $0.fetches } }

  private struct NotThere: Error {}

  func fetch(_ address: WebAddress) async throws -> [UInt8] {
    try state.withLock { state in
      state.fetches.append(address.text)
      guard !state.isDown, let found = state.published[address.path] else { throw NotThere() }
      return Array(found.utf8)
    }
  }

  // Keys

  func rsaKey(_ id: String = "rsa-1", _ more: String = #","use":"sig","alg":"RS256""#) -> String {
    guard let numbers = try? keys.rsa.publicKey.getKeyPrimitives() else { return "" }
    return """
      {"kty":"RSA","kid":"\(id)","n":"\(base64URL(Array(numbers.modulus)))",\
      "e":"\(base64URL(Array(numbers.publicExponent)))"\(more)}
      """
  }

  func p256Key(_ id: String = "ec-1", _ more: String = #","use":"sig","alg":"ES256""#) -> String {
    let raw = Array(keys.p256.publicKey.rawRepresentation)
    return """
      {"kty":"EC","crv":"P-256","kid":"\(id)","x":"\(base64URL(Array(raw[..<32])))",\
      "y":"\(base64URL(Array(raw[32...])))"\(more)}
      """
  }

  // Tokens

  func token(
    header: String = #"{"alg":"RS256","kid":"rsa-1","typ":"JWT"}"#, _ claims: String = TestIssuer.claims()
  ) throws -> String {
    let signed = base64URL(Array(header.utf8)) + "." + base64URL(Array(claims.utf8))
    let signature: [UInt8]
    if header.contains("ES256") {
      signature = Array(try keys.p256.signature(for: Data(signed.utf8)).rawRepresentation)
    } else if header.contains("PS256") {
      signature = Array(try keys.rsa.signature(for: Data(signed.utf8), padding: .PSS).rawRepresentation)
    } else {
      signature = Array(
        try keys.rsa.signature(for: Data(signed.utf8), padding: .insecurePKCS1v1_5).rawRepresentation)
    }
    return signed + "." + base64URL(signature)
  }

  /// Seconds are from the start of the test's clock.
  static func claims(
    issuer: String = url, subject: String = #""sub":"robot","#, audience: String = #""claviger""#,
    expires: Int64 = 600, issued: Int64 = 0, _ more: String = ""
  ) -> String {
    let start = Fixtures.start.milliseconds / 1000
    return """
      {"iss":"\(issuer)",\(subject)"aud":\(audience),"exp":\(start + expires),"iat":\(start + issued)\(more)}
      """
  }
}

func base64URL(_ bytes: [UInt8]) -> String {
  Base64.string(bytes).replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
}

/// The issuer, the server's view of it, and a clock.
struct TokenWorld {
  let issuer: TestIssuer
  let clock = ManualClock()
  let faults = CollectedFaults()
  let verifier: TrustedIssuers

  init(_ issuer: TestIssuer = TestIssuer(), _ change: (inout IssuerSettings) -> Void = { _ in }) {
    self.issuer = issuer
    guard let address = WebAddress(TestIssuer.url) else { preconditionFailure("no address") }
    var settings = IssuerSettings(issuer: TestIssuer.url, address: address)
    change(&settings)
    verifier = TrustedIssuers([settings], realClock: clock, faults: faults) { _ in issuer }
  }

  @discardableResult
  func verify(_ token: String, for audiences: [String] = ["claviger"]) async throws -> VerifiedToken {
    try await verifier.verify(token, for: audiences)
  }
}

import Crypto
import CryptoExtras
import Foundation
import KMSBytes
import KMSDomain
import KMSEngine
import KMSIdentity
import KMSTestKit
import TestHouse
import Testing
import WireJSON

@testable import DoorAzure

/// An application's own key, and what it signs.
private struct AssertionKey: Sendable {
  let key: _RSA.Signing.PrivateKey
  let certificate: Application.AssertionCertificate

  init(_ number: UInt8, expiresAt: Instant) throws {
    key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
    certificate = Application.AssertionCertificate(
      sha256: [UInt8](repeating: number, count: 32), sha1: [UInt8](repeating: number, count: 20),
      publicKey: Array(key.publicKey.derRepresentation), expiresAt: expiresAt)
  }

  func sign(
    _ claims: [String: Any], algorithm: String = "RS256", thumbprint: Application.AssertionCertificate? = nil
  ) throws -> String {
    let named = thumbprint ?? certificate
    let header: [String: Any] = [
      "alg": algorithm, "typ": "JWT", "x5t": Base64.urlString(named.sha1),
      "x5t#S256": Base64.urlString(named.sha256),
    ]
    let parts = try [header, claims].map {
      Base64.urlString(Array(try JSONSerialization.data(withJSONObject: $0)))
    }
    let text = parts.joined(separator: ".")
    let padding: _RSA.Signing.Padding = algorithm == "PS256" ? .PSS : .insecurePKCS1v1_5
    let signature = try key.signature(for: SHA256.hash(data: Array(text.utf8)), padding: padding)
    return text + "." + Base64.urlString(Array(signature.rawRepresentation))
  }
}

// One after the other: every place has files open.
@Suite("Assertions of applications", .serialized)
struct AssertionTests {
  private let place: Place
  private let own: AssertionKey

  init() async throws {
    place = try await Place()
    own = try AssertionKey(7, expiresAt: place.house.clock.now().advanced(days: 30))
    _ = try await place.house.engine.run(
      UpdateApplication(place.application.clientID, in: Fixtures.account, .addCertificate(own.certificate)),
      as: .system, from: Fixtures.origin(4))
    place.authority.applications.forget(application: place.application.clientID)
  }

  private func claims(_ changes: [String: Any] = [:]) -> [String: Any] {
    let now = place.house.clock.now().milliseconds / 1000
    let client = place.application.clientID.text
    return [
      "iss": client, "sub": client, "aud": "https://login.kms.example:8443/adfs/oauth2/token", "jti": "1",
      "iat": now, "nbf": now, "exp": now + 600,
    ].merging(changes) { $1 }
  }

  private func ask(_ assertion: String) async -> (status: Int, number: String?) {
    let answer = await place.ask(
      "POST", "/adfs/oauth2/v2.0/token",
      place.form([
        "client_secret": nil, "client_assertion": assertion,
        "client_assertion_type": "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer",
      ]))
    return (answer.status, answer.body?["error_codes"]?.elements.first?.numberText)
  }

  @Test("What an application signs with its certificate's key gets a token", arguments: ["RS256", "PS256"])
  func sound(_ algorithm: String) async throws {
    #expect(await ask(try own.sign(claims(), algorithm: algorithm)).status == 200)
  }

  @Test("What isn't for this authority, for now, or by its own key, gets none")
  func wrong() async throws {
    let now = place.house.clock.now().milliseconds / 1000
    let stranger = try AssertionKey(9, expiresAt: .distantFuture)
    let wrong = [
      try own.sign(claims(["aud": "https://login.elsewhere.example/adfs/oauth2/token"])),
      try own.sign(claims(["exp": now])), try own.sign(claims(["exp": now + 86_460])),
      try own.sign(claims(["nbf": now + 600])),
      try own.sign(claims(["sub": "somebody"])), try stranger.sign(claims()),
      try stranger.sign(claims(), thumbprint: own.certificate), try own.sign(claims()) + "A",
      try own.sign(claims(), algorithm: "none"),
    ]
    for assertion in wrong {
      let answer = await ask(assertion)
      #expect(answer.status == 401 && answer.number == "700027", "\(assertion)")
    }
  }

  @Test("A client vouches for itself for a day at most")
  func lasting() async throws {
    let now = place.house.clock.now().milliseconds / 1000
    #expect(await ask(try own.sign(claims(["exp": now + 86_400]))).status == 200)
  }

  @Test("A certificate whose time is over proves nothing")
  func expired() async throws {
    place.house.clock.advance(seconds: 30 * 86_400)
    #expect(await ask(try own.sign(claims())).status == 401)
  }

  @Test("Somebody else's token proves nothing where its issuer isn't trusted")
  func stranger() async throws {
    #expect(await ask(try own.sign(claims(["iss": "https://issuer.example"]))).status == 401)
  }
}

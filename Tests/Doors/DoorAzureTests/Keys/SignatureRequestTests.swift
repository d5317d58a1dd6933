import KMSDomain
import Testing
import WireJSON

@testable import DoorAzure

@Suite("Requests to sign and verify")
struct SignatureRequestTests {
  private static let mu = KeyTable.base64([UInt8](repeating: 1, count: 64))
  private static let long = KeyTable.base64([UInt8](repeating: 1, count: 256))

  @Test(
    "A context or a mu goes with ML-DSA alone, and not with each other",
    arguments: [
      #"{"value":"AA","context":"\#(long)"}"#, #"{"external_mu":"\#(mu)","context":"AA"}"#,
      #"{"external_mu":"\#(mu)","value":"AA"}"#, #"{"alg":"ES256","external_mu":"\#(mu)"}"#,
      #"{"alg":"RS256","value":"\#(KeyTable.base64([UInt8](repeating: 1, count: 32)))","context":"AA"}"#,
      #"{"value":"AA","context":5}"#, #"{"value":"AA","context":"*"}"#, #"{"external_mu":"="}"#, "{}",
      #"{"alg":"ML-DSA-44"}"#, #"{"alg":5,"value":"AA"}"#,
    ])
  func refused(body: String) throws {
    #expect(throws: KeyFault.self) { try SignatureRequest(KeyTable.json(body), verifies: false) }
  }

  @Test(
    "What ML-DSA takes",
    arguments: [
      #"{"value":"AA"}"#, #"{"value":""}"#, #"{"value":"AA","context":""}"#,
      #"{"value":"AA","context":null}"#,
      #"{"alg":"ML-DSA-65","value":"AA","context":"\#(KeyTable.base64([UInt8](repeating: 1, count: 255)))"}"#,
      #"{"external_mu":"\#(mu)"}"#, #"{"external_mu":"\#(mu)","context":""}"#,
    ])
  func taken(body: String) throws {
    _ = try SignatureRequest(KeyTable.json(body), verifies: false)
  }
}

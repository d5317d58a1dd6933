import KMSDomain
import Testing
import WireJSON

@testable import DoorAzure

@Suite("Rotation policies")
struct RotationPolicyTests {
  @Test("Spans of time have days, weeks, months and years")
  func periods() {
    #expect(Period("P30D")?.days == 30)
    #expect(Period("P2Y")?.days == 730)
    #expect(Period("P1Y6M2W1D")?.days == 560)
    for text in ["", "P", "30D", "P0D", "PT5H", "P1D1Y", "P1D1D", "P-1D", "P99999999999D", "P1.5D", "p1D"] {
      #expect(Period(text) == nil, "\(text)")
    }
  }

  private let whole =
    #"{"lifetimeActions":[{"trigger":{"timeAfterCreate":"P90D"},"action":{"type":"rotate"}},"#
    + #"{"trigger":{"timeBeforeExpiry":"P30D"},"action":{"type":"Notify"}}],"attributes":{"expiryTime":"P1Y"}}"#

  @Test("A policy is kept as it came")
  func keeping() throws {
    var policy = try RotationPolicy(KeyTable.json(whole), inHSM: false)
    policy.createdAt = Instant(milliseconds: 5_000)
    policy.updatedAt = Instant(milliseconds: 9_000)
    var json = JSONWriter()
    policy.write(id: nil, into: &json)
    #expect(
      RotationPolicy(kept: try KeyTable.json(String(decoding: json.bytes, as: UTF8.self))) == policy)
    let made = Instant(milliseconds: 0)
    #expect(policy.rotation(of: made, expiry: nil) == made.advanced(days: 90))
    #expect(policy.expiry(from: made) == made.advanced(days: 365))
  }

  @Test("Before its expiry a version is followed by another, if it expires")
  func beforeExpiry() throws {
    let text =
      #"{"lifetimeActions":[{"trigger":{"timeBeforeExpiry":"P10D"},"action":{"type":"Rotate"}}],"#
      + #""attributes":{"expiryTime":"P60D"}}"#
    let policy = try RotationPolicy(KeyTable.json(text), inHSM: true)
    let made = Instant(milliseconds: 0)
    #expect(policy.rotation(of: made, expiry: made.advanced(days: 60)) == made.advanced(days: 50))
    #expect(policy.rotation(of: made, expiry: nil) == nil)
    #expect(RotationPolicy.usual.rotation(of: made, expiry: made) == nil)
  }

  @Test(
    "What can't be kept is refused",
    arguments: [
      #"{"attributes":{"expiryTime":"P27D"}}"#, #"{"attributes":{"expiryTime":"soon"}}"#,
      #"{"lifetimeActions":[{"trigger":{"timeAfterCreate":"P6D"},"action":{"type":"Rotate"}}]}"#,
      #"{"lifetimeActions":[{"trigger":{"timeBeforeExpiry":"P30D"},"action":{"type":"Rotate"}}]}"#,
      #"{"lifetimeActions":[{"trigger":{},"action":{"type":"Rotate"}}]}"#,
      #"{"lifetimeActions":[{"trigger":{"timeAfterCreate":"P60D"},"action":{"type":"Delete"}}]}"#,
      #"{"lifetimeActions":[{"trigger":{"timeAfterCreate":"P60D","timeBeforeExpiry":"P1D"},"action":{"type":"Rotate"}}]}"#,
      #"{"lifetimeActions":[{"trigger":{"timeAfterCreate":"P60D"},"action":{"type":"Rotate"}},{"trigger":{"timeAfterCreate":"P60D"},"action":{"type":"Rotate"}}]}"#,
    ])
  func refusals(text: String) throws {
    #expect(throws: KeyFault.self) { try RotationPolicy(KeyTable.json(text), inHSM: false) }
  }

  @Test("A managed HSM rotates seldom")
  func inHSM() throws {
    let text = #"{"lifetimeActions":[{"trigger":{"timeAfterCreate":"P7D"},"action":{"type":"Rotate"}}]}"#
    _ = try RotationPolicy(KeyTable.json(text), inHSM: false)
    #expect(throws: KeyFault.self) { try RotationPolicy(KeyTable.json(text), inHSM: true) }
  }
}

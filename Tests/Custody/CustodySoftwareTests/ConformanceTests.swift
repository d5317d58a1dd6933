import CustodyConformance
import Testing

@Suite("The software custody keeps what every custody promises")
struct ConformanceTests {
  @Test(arguments: CustodyConformance.checks)
  func holds(_ check: CustodyConformance) async throws {
    try await check.run(on: Installation().start())
  }

  @Test("The list of checks is the one that we know of")
  func count() { #expect(CustodyConformance.checks.count == 149) }
}

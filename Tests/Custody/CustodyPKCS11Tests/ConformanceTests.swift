import CustodyConformance
import KMSDomain
import Testing

extension TokenSuites {
  /// What the token can't do is skipped by what it says of itself, and printed; everything else must hold as it does of keys in
  /// memory.
  @Suite("Custody with keys on a token keeps what every custody promises")
  struct ConformanceTests {
    @Test func holds() async throws {
      let custody = try DeviceHouse.custody(try TokenHouse.shared.get().open(sessions: 4))
      var skipped: [String] = []
      for check in CustodyConformance.checks {
        do {
          try await check.run(on: custody)
        } catch KMSError.unsupportedAlgorithm(let reason) {
          skipped.append("\(check): \(reason)")
        } catch let failure as ConformanceFailure where failure.description.contains("token") {
          skipped.append("\(check): \(failure)")
        } catch {
          Issue.record("\(check): \(error)")
        }
      }
      #expect(!skipped.contains { $0.contains("another's action") || $0.contains("another key") })
      print("not of this token:\n  " + skipped.joined(separator: "\n  "))
      #expect(skipped.count <= 46)
    }
  }
}

import KMSDomain
import KMSTestKit
import SeededRandom
import Testing

@testable import KMSAttestation

@Suite("Attestation documents from a random source")
struct FuzzTests {
  @Test("A changed document never traps, and never counts", arguments: 0..<4)
  func mutations(seed: UInt64) async throws {
    var source = SeededRandom(seed)
    let authority = try TestAuthority()
    let sound = try TestDocument(authority).signed(by: authority.signer.key)
    let verifier = NitroAttestation(roots: try authority.roots, realClock: ManualClock())
    for _ in 0..<60 {
      var bytes = sound
      for _ in 0..<Int.random(in: 1...3, using: &source) {
        let place = Int.random(in: 0..<bytes.count, using: &source)
        switch Int.random(in: 0..<3, using: &source) {
        case 0: bytes[place] ^= UInt8.random(in: 1...255, using: &source)
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &source), at: place)
        default: bytes.remove(at: place)
        }
      }
      guard bytes != sound else { continue }
      let recipient = try? await verifier.verify(bytes)
      #expect(recipient == nil)
    }
  }
}

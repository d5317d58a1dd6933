import KMSDomain
import KMSTestKit
import Testing

@testable import KMSAttestation

@Suite("Attestation documents from a random source")
struct FuzzTests {
  /// SplitMix64: the same sequence for the same seed, everywhere.
  private struct Source: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var word = state
      word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
      word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
      return word ^ (word >> 31)
    }
  }

  @Test("A changed document never traps, and never counts", arguments: 0..<4)
  func mutations(seed: UInt64) async throws {
    var source = Source(state: seed)
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

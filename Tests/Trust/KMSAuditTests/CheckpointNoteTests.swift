import KMSAudit
import KMSBytes
import KMSDomain
import KMSTestKit
import Testing

@Suite("A checkpoint's note")
struct CheckpointNoteTests {
  private func note() async throws -> [UInt8] {
    let folder = try await Samples.log(checkpointsAt: [10])
    return try folder.read("checkpoint")
  }

  private func key(_ signer: TestSigner = TestSigner(), name: String = Samples.origin) throws -> VerifierKey {
    try #require(VerifierKey(name: name, publicKey: signer.publicKey))
  }

  @Test("has the lines of the C2SP format")
  func format() async throws {
    let lines = String(decoding: try await note(), as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    try #require(lines.count == 6)
    #expect(lines[0] == "claviger/00112233")
    #expect(lines[1] == "10")
    #expect(Base64.bytes(String(lines[2]))?.count == 32)
    #expect(lines[3].isEmpty)
    #expect(lines[4].hasPrefix("— claviger/00112233 "))
    let blob = try #require(Base64.bytes(String(lines[4].split(separator: " ")[2])))
    #expect(blob.count == 68)
    #expect(Array(blob.prefix(4)) == (try key()).id)
    #expect(lines[5].isEmpty)
  }

  @Test("is signed by the key and by no other")
  func signature() async throws {
    let signed = try #require(SignedCheckpoint(try await note()))
    #expect(signed.checkpoint.size == 10)
    #expect(signed.isSigned(by: try key()))
    #expect(!signed.isSigned(by: try key(TestSigner(8))))
    #expect(!signed.isSigned(by: try key(name: "claviger/other")))
  }

  @Test("is worthless with any byte changed")
  func tampering() async throws {
    let note = try await note()
    let key = try key()
    for index in note.indices {
      for bit in [UInt8(0x01), 0x20, 0x80] {
        var changed = note
        changed[index] ^= bit
        let isGood = SignedCheckpoint(changed)?.isSigned(by: key) ?? false
        #expect(!isGood, "byte \(index)")
      }
    }
  }

  @Test(
    "is refused when it is not canonical",
    arguments: [
      "", "\n", "o\n1\n", "o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n",
      "o\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— o AAAAAAAA\n",
      "o\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— o AAAAAAAA\n",
      "o\n1\nAAAA\n\n— o AAAAAAAA\n", "o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n- o AAAAAAAA\n",
      "o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— o AAAAAAAA",
    ])
  func malformed(_ text: String) {
    #expect(SignedCheckpoint(Array(text.utf8)) == nil)
  }

  @Test("has a verifier key that survives its text form, and only whole")
  func verifierKeyText() throws {
    let key = try key()
    #expect(VerifierKey(text: key.text) == key)
    #expect(VerifierKey(text: key.text + "\n") == key)
    #expect(VerifierKey(text: String(key.text.dropLast())) == nil)
    #expect(VerifierKey(text: key.text.replacing("claviger", with: "clavigee")) == nil)
    #expect(VerifierKey(name: "two words", publicKey: key.publicKey) == nil)
    #expect(VerifierKey(name: "a+b", publicKey: key.publicKey) == nil)
    #expect(VerifierKey(name: "", publicKey: key.publicKey) == nil)
  }
}

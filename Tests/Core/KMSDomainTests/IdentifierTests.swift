import KMSDomain
import KMSTestKit
import Testing

@Suite struct IdentifierTests {
  @Test func `128 bits survive their bytes and their hex form`() {
    let bits = Bits128(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210)
    #expect(bits.hex == "0123456789abcdeffedcba9876543210")
    #expect(Bits128(hex: bits.hex) == bits)
    let bytes = bits.bytes
    let readBack = Bits128(bytes.span)
    #expect(readBack == bits)
    #expect(Bits128(hex: "0123") == nil)
    let tooFew = [UInt8](repeating: 0, count: 15)
    let unread = Bits128(tooFew.span)
    #expect(unread == nil)
  }

  @Test func `the UUID form has version 4 and variant 1`() {
    let text = Bits128(high: .max, low: .max).uuid
    #expect(text == "ffffffff-ffff-4fff-bfff-ffffffffffff")
    #expect(Bits128(high: 0, low: 0).uuid == "00000000-0000-4000-8000-000000000000")
  }

  @Test(arguments: ["", "12345678901", "1234567890123", "12345678901a", "１２３４５６７８９０１２"])
  func `an account is twelve decimal digits`(text: String) {
    #expect(AccountID(text) == nil)
  }

  @Test func `time does not overflow`() {
    #expect(Instant(milliseconds: .max - 5).advanced(days: 7) == .distantFuture)
    #expect(Fixtures.start.advanced(days: .max) == .distantFuture)
    #expect(Fixtures.start.advanced(days: 7).milliseconds - Fixtures.start.milliseconds == 604_800_000)
  }

  @Test func `an encryption context is sorted by bytes and refuses a name twice`() {
    let context = EncryptionContext([.init(name: "b", value: "1"), .init(name: "a", value: "2")])
    #expect(context?.pairs.map(\.name) == ["a", "b"])
    #expect(EncryptionContext([.init(name: "a", value: "1"), .init(name: "a", value: "1")]) == nil)
    let composed = EncryptionContext([.init(name: "é", value: ""), .init(name: "e\u{301}", value: "")])
    #expect(composed?.pairs.count == 2, "names are compared by bytes, not as Unicode equivalents")
  }

  @Test func `a context has one byte form whose borders can't be moved`() {
    var one: [UInt8] = []
    var other: [UInt8] = []
    EncryptionContext([.init(name: "ab", value: "c")])?.appendCanonical(to: &one)
    EncryptionContext([.init(name: "a", value: "bc")])?.appendCanonical(to: &other)
    #expect(one == [0, 0, 0, 2, 0x61, 0x62, 0, 0, 0, 1, 0x63])
    #expect(one != other)
  }

  @Test func `every change of a record changes its canonical bytes`() {
    let base = Fixtures.key()
    let variants: [(inout KeyRecord) -> Void] = [
      { $0.state = .suspended }, { $0.deletionDate = Fixtures.start }, { $0.description = "x" },
      { $0.tags = [Tag(key: "a", value: "b")] }, { $0.policy = [1] }, { $0.generation = 2 },
      { $0.versions[0].state = .deactivated },
      { $0.versions[0].material = WrappedKey(epoch: EpochID(1), bytes: []) },
      { $0.current = Fixtures.versionID(9) },
      {
        $0.versions.append(KeyVersion(id: $0.current, state: .active, createdAt: $0.createdAt, material: nil))
      },
    ]
    var seen: Set<[UInt8]> = [base.canonicalBytes, Fixtures.key(2).canonicalBytes]
    for change in variants {
      var record = base
      change(&record)
      #expect(seen.insert(record.canonicalBytes).inserted)
    }
  }

  @Test func `a ciphertext header is read only when the length and the version fit`() throws {
    var bytes: [UInt8] = [1]
    Fixtures.keyID(7).bits.append(to: &bytes)
    Fixtures.versionID(8).bits.append(to: &bytes)
    bytes += [UInt8](repeating: 0, count: SymmetricCiphertext.overhead - bytes.count)
    let header = try read(bytes)
    #expect(header.key == Fixtures.keyID(7) && header.version == Fixtures.versionID(8))
    #expect(throws: KMSError.invalidCiphertext) { try read(bytes.dropLast()) }
    bytes[0] = 2
    #expect(try read(bytes).version == Fixtures.versionID(8))
    for unknown in [0, 3, 255] as [UInt8] {
      bytes[0] = unknown
      #expect(throws: KMSError.invalidCiphertext) { try read(bytes) }
    }
  }

  private func read(_ bytes: [UInt8]) throws -> SymmetricCiphertext { try SymmetricCiphertext(bytes.span) }

  @Test func `a payload is read once`() throws {
    let payload = try #require(
      Payload(count: 3) { room in
        room[1] = 7
        return true
      })
    let first = payload.readOnce { bytes in bytes[1] }
    let second = payload.readOnce { bytes in bytes[1] }
    #expect(first == 7)
    #expect(second == nil)
    let refused = Payload(count: 3) { _ in false } == nil
    #expect(refused)
  }
}

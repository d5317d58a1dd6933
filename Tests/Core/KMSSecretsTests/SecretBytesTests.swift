import KMSSecrets
import KMSSystem
import Testing

@Suite("Secret bytes")
struct SecretBytesTests {
  private struct Refused: Error {}

  private func filled(_ count: Int, with value: UInt8) -> SecretBytes {
    SecretBytes(count: count) { room in
      for index in room.indices { room[index] = value }
    }
  }

  @Test(
    "They hold what was put in, at every length",
    arguments: [0, 1, 16, 17, 1024, 65_519, 65_520, 65_521, 300_000])
  func content(count: Int) {
    let secret = filled(count, with: 0x5a)
    #expect(secret.count == count)
    let intact = secret.withBytes { bytes in
      var intact = bytes.count == count
      for index in bytes.indices { intact = intact && bytes[index] == 0x5a }
      return intact
    }
    #expect(intact)
  }

  @Test("Copies are equal, and one bit or byte makes them differ")
  func equality() {
    let bytes: [UInt8] = [1, 2, 3, 4]
    let secret = SecretBytes(copying: bytes.span)
    let same = isEqual(secret, bytes)
    #expect(same)
    for other in [[1, 2, 3, 5], [1, 2, 3], [1, 2, 3, 4, 0], [], [0x81, 2, 3, 4]] as [[UInt8]] {
      let same = isEqual(secret, other)
      #expect(!same)
    }
  }

  private func isEqual(_ secret: borrowing SecretBytes, _ bytes: [UInt8]) -> Bool {
    secret.equals(SecretBytes(copying: bytes.span))
  }

  @Test("A block that is used again was wiped in between")
  func wiped() {
    // Of a size that nothing else in this process asks for, so that the arena hands the same block out again.
    let count = 40_000
    var before: UInt?
    do {
      let secret = filled(count, with: 0xaa)
      before = address(secret)
    }
    var sum = 0
    let next = SecretBytes(count: count) { room in
      for index in room.indices { sum += Int(room[index]) }
    }
    let after = address(next)
    #expect(after == before)
    #expect(sum == 0)
  }

  @Test("Memory that a failing fill leaves behind is wiped too")
  func wipedAfterFailure() {
    let count = 20_000
    #expect(throws: Refused.self) {
      _ = try SecretBytes(count: count) { (room: inout MutableSpan<UInt8>) throws(Refused) in
        for index in room.indices { room[index] = 0xbb }
        throw Refused()
      }
    }
    var sum = 0
    _ = SecretBytes(count: count) { room in
      for index in room.indices { sum += Int(room[index]) }
    }
    #expect(sum == 0)
  }

  private func address(_ secret: borrowing SecretBytes) -> UInt? {
    unsafe secret.unsafeWithPointer { UInt(bitPattern: $0.baseAddress) }
  }
}

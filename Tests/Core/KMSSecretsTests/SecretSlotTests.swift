import KMSSecrets
import Testing

@Suite("A slot for secret bytes")
struct SecretSlotTests {
  /// Of a size that nothing else in this process asks for, so that the arena hands the same block out again.
  private static let count = 30_000

  private final class Shared: Sendable {
    let slot: SecretSlot
    init(_ secret: consuming SecretBytes) { slot = SecretSlot(secret) }
  }

  private func filled(_ count: Int) -> SecretBytes {
    SecretBytes(count: count) { room in
      for index in room.indices { room[index] = 0x5a }
    }
  }

  /// What a new block of that size holds before it is filled.
  private func sumOfNewBlock() -> Int {
    var sum = 0
    _ = SecretBytes(count: Self.count) { room in
      for index in room.indices { sum += Int(room[index]) }
    }
    return sum
  }

  @Test("It gives its bytes away once, at every length", arguments: [0, 1, 1024])
  func once(count: Int) {
    let slot = SecretSlot(filled(count))
    let first = slot.take()?.withBytes { bytes in
      var intact = bytes.count == count
      for index in bytes.indices { intact = intact && bytes[index] == 0x5a }
      return intact
    }
    let isEmpty = slot.take() == nil
    #expect(first == true && isEmpty && slot.count == count)
  }

  @Test("What nobody took is wiped with it")
  func untaken() {
    do { _ = SecretSlot(filled(Self.count)) }
    #expect(sumOfNewBlock() == 0)
  }

  @Test("What was taken is wiped by whoever took it, not before")
  func taken() {
    var intact = false
    do {
      let bytes: SecretBytes?
      do {
        let slot = SecretSlot(filled(Self.count))
        bytes = slot.take()
      }
      if let bytes { intact = bytes.withBytes { $0[0] == 0x5a && $0[Self.count - 1] == 0x5a } }
    }
    #expect(intact)
    #expect(sumOfNewBlock() == 0)
  }

  @Test("Of many that want it at once, one gets it")
  func contended() async {
    for _ in 0..<200 {
      let shared = Shared(filled(64))
      let winners = await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<4 { group.addTask { shared.slot.take() != nil } }
        return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(winners == 1)
    }
  }
}

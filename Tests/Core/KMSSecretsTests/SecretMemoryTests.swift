import KMSSecrets
import KMSSystem
import Testing

@Suite("The arena for secrets")
struct SecretMemoryTests {
  @Test("It grows by what is asked for and uses freed blocks again")
  func statistics() {
    let before = SecretMemory.statistics
    for _ in 0..<1000 { _ = SecretBytes(count: 12_000) { _ in } }
    let after = SecretMemory.statistics
    // One block at a time: a chunk for it, and whatever other tests took meanwhile, but not a thousand
    // blocks.
    #expect(after.reserved >= before.reserved)
    #expect(after.reserved - before.reserved < 6 << 20)
    #expect(after.beyondLock == (after.reserved > after.locked ? after.reserved - after.locked : 0))
  }

  @Test("Blocks are zeroed, aligned and apart, whatever many tasks do at once")
  func stress() async {
    await withTaskGroup(of: Bool.self) { group in
      for task in UInt64(0)..<12 { group.addTask { churn(seed: task + 1) } }
      for await sound in group { #expect(sound) }
    }
  }
}

/// A block that a task holds for a while, with a pattern of its own.
private final class Held: Sendable {
  let secret: SecretBytes
  let mark: UInt8

  init?(count: Int, mark: UInt8) {
    var zeroed = true
    secret = SecretBytes(count: count) { room in
      for index in room.indices {
        zeroed = zeroed && room[index] == 0
        room[index] = mark
      }
    }
    self.mark = mark
    let aligned = unsafe secret.unsafeWithPointer { UInt(bitPattern: $0.baseAddress) % 16 == 0 }
    guard zeroed && aligned else { return nil }
  }

  var isIntact: Bool {
    let mark = mark
    return secret.withBytes { bytes in
      var intact = true
      for index in bytes.indices { intact = intact && bytes[index] == mark }
      return intact
    }
  }
}

/// Takes and frees blocks of many sizes, and looks at each when it gets and when it frees it.
private func churn(seed: UInt64) -> Bool {
  var state = seed
  var held: [Held] = []
  for round in 0..<400 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let size = Int(state >> 40) % (round.isMultiple(of: 50) ? 80_000 : 3_000)
    guard let block = Held(count: size, mark: UInt8(truncatingIfNeeded: state >> 20) | 1) else {
      return false
    }
    held.append(block)
    if held.count > 16 {
      let gone = held.remove(at: Int(state >> 33) % held.count)
      guard gone.isIntact else { return false }
    }
  }
  return held.allSatisfy(\.isIntact)
}

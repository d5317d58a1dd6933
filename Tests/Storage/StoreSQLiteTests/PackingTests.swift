import Testing

@testable import StoreSQLite

struct PackingTests {
  @Test(
    "what was packed is unpacked",
    arguments: [[], [[]], [[1]], [[], [1, 2, 3], []], [Array(repeating: 9, count: 300)]])
  func roundTrip(items: [[UInt8]]) {
    #expect(Packing.unpack(Packing.pack(items)) == items)
  }

  @Test(
    "anything else is refused",
    arguments: [
      [], [0], [0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0, 2, 7], [255, 255, 255, 255],
      [0, 0, 0, 1, 255, 255, 255, 255, 1], [0, 0, 0, 1, 0, 0, 0, 1, 7, 7],
    ] as [[UInt8]])
  func malformed(bytes: [UInt8]) {
    #expect(Packing.unpack(bytes) == nil)
  }
}

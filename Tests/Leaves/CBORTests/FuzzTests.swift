import SeededRandom
import Testing

@testable import CBOR

@Suite("CBOR from a random source")
struct FuzzTests {
  private static let limits = CBORReader.Limits(depth: 8, items: 512)

  private static func value(_ depth: Int, _ source: inout SeededRandom) -> CBORValue {
    switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &source) {
    case 0: .unsigned(source.next() >> UInt64.random(in: 0..<64, using: &source))
    case 1: .negative(source.next() >> UInt64.random(in: 0..<64, using: &source))
    case 2: .bytes(bytes(&source))
    case 3: .text(String(decoding: bytes(&source), as: UTF8.self))
    case 4: .bool(Bool.random(using: &source))
    case 5: .null
    case 6: .array((0..<Int.random(in: 0..<5, using: &source)).map { _ in value(depth - 1, &source) })
    case 7: .tagged(source.next(), value(depth - 1, &source))
    default:
      .map(
        (0..<Int.random(in: 0..<5, using: &source)).reduce(into: [:]) { members, _ in
          members[value(depth - 1, &source)] = value(depth - 1, &source)
        })
    }
  }

  private static func bytes(_ source: inout SeededRandom) -> [UInt8] {
    (0..<Int.random(in: 0..<40, using: &source)).map { _ in UInt8.random(in: 0...255, using: &source) }
  }

  private static func mutate(_ bytes: inout [UInt8], _ source: inout SeededRandom) {
    let place = Int.random(in: 0...bytes.count, using: &source)
    let byte = UInt8.random(in: 0...255, using: &source)
    switch Int.random(in: 0..<4, using: &source) {
    case 0: bytes.insert(byte, at: place)
    case 1 where place < bytes.count: bytes[place] = byte
    case 2 where place < bytes.count: bytes.remove(at: place)
    default: bytes.removeSubrange(place...)
    }
  }

  @Test("What was written is read again as it was", arguments: 0..<8)
  func roundTrip(seed: UInt64) throws {
    var source = SeededRandom(seed)
    for _ in 0..<500 {
      let value = Self.value(3, &source)
      var writer = CBORWriter()
      writer.write(value)
      #expect(try CBORReader.read(writer.bytes, limits: Self.limits) == value)
    }
  }

  @Test(
    "Changed bytes never trap, and what is read of them is read again from its own writing", arguments: 8..<24
  )
  func mutations(seed: UInt64) throws {
    var source = SeededRandom(seed)
    for _ in 0..<500 {
      var writer = CBORWriter()
      writer.write(Self.value(3, &source))
      var bytes = writer.bytes
      for _ in 0..<Int.random(in: 1...4, using: &source) { Self.mutate(&bytes, &source) }
      guard let read = try? CBORReader.read(bytes, limits: Self.limits) else { continue }
      var again = CBORWriter()
      again.write(read)
      #expect(try CBORReader.read(again.bytes, limits: Self.limits) == read)
    }
  }

  @Test("Noise never traps", arguments: 24..<32)
  func noise(seed: UInt64) {
    var source = SeededRandom(seed)
    for _ in 0..<2000 {
      let bytes = Self.bytes(&source)
      let read = try? CBORReader.read(bytes, limits: Self.limits)
      #expect(read == nil || !bytes.isEmpty)
    }
  }
}

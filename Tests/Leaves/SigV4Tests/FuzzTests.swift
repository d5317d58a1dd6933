import SigV4
import SeededRandom
import Testing

@Suite("Requests from a random source")
struct FuzzTests {
  private static let alphabet = Array(
    "AWS4-HMAC-SHA256 Credential=/,;SignedHeaders=host;x-amz-date&?%2F0129afTZ\t\r\n\u{0}\u{ff}".utf8)

  private func mutate(_ text: String, from source: inout SeededRandom) -> String {
    var bytes = Array(text.utf8)
    for _ in 0..<Int.random(in: 1...4, using: &source) {
      let place = Int.random(in: 0...bytes.count, using: &source)
      let byte = Self.alphabet.randomElement(using: &source) ?? 0
      switch Int.random(in: 0..<4, using: &source) {
      case 0: bytes.insert(byte, at: place)
      case 1 where place < bytes.count: bytes[place] = byte
      case 2 where place < bytes.count: bytes.remove(at: place)
      case 3: bytes.removeSubrange(min(place, bytes.count)...)
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(
    "A mutated Authorization header or target never traps, and never verifies another request",
    arguments: 0..<8)
  func mutations(_ seed: UInt64) throws {
    var source = SeededRandom(seed)
    for _ in 0..<400 {
      let vector = try #require(Vector.botocore.randomElement(using: &source))
      // Under a foreign key nothing may verify, not even what the mutation left as it was.
      let key = try vector.key(secret: Array("another".utf8))
      let changed = vector.with {
        $0.target = mutate($0.target, from: &source)
        $0["authorization"] = mutate($0["authorization"], from: &source)
      }
      #expect(!changed.isAccepted(under: key))
    }
  }

  @Test("A changed body is refused whatever else is mutated", arguments: 8..<12)
  func bodies(_ seed: UInt64) throws {
    var source = SeededRandom(seed)
    for _ in 0..<400 {
      let vector = try #require(Vector.botocore.randomElement(using: &source))
      let key = try vector.key()
      let changed = vector.with {
        $0.body.append(UInt8.random(in: 0...255, using: &source))
        $0.target = mutate($0.target, from: &source)
        $0.headers = $0.headers.map { header in
          Bool.random(using: &source)
            ? header : (name: header.name, value: mutate(header.value, from: &source))
        }
      }
      #expect(!changed.isAccepted(under: key))
    }
  }

  @Test("Pure noise is refused", arguments: 12..<16)
  func noise(_ seed: UInt64) throws {
    var source = SeededRandom(seed)
    let key = try Vector.call.key()
    for _ in 0..<400 {
      let changed = Vector.call.with {
        let count = Int.random(in: 0..<64, using: &source)
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &source) }
        let text = String(decoding: bytes, as: UTF8.self)
        $0["authorization"] = Bool.random(using: &source) ? text : "AWS4-HMAC-SHA256 " + text
        $0.add(mutate("x-amz-", from: &source), text)
        $0.target = "/" + text
      }
      #expect(!changed.isAccepted(under: key))
    }
  }
}

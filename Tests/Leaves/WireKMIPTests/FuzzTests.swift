import KMSBytes
import SeededRandom
import Testing

@testable import WireKMIP

/// Changed messages from a fixed source: nothing traps, what is read is read again from its own writing, and a form gives no
/// more than its limits.
@Suite struct FuzzTests {
  private static let limits = TTLVDocument.Limits(bytes: 4096, depth: 8, items: 100)

  /// An Encrypt request as clients send it.
  static let request: [UInt8] = {
    var writer = TTLVWriter()
    writer.structure(.requestMessage) { message in
      message.structure(.requestHeader) { header in
        header.structure(.protocolVersion) { version in
          version.integer(.protocolVersionMajor, 1)
          version.integer(.protocolVersionMinor, 4)
        }
        header.integer(.batchCount, 1)
      }
      message.structure(.batchItem) { item in
        item.enumeration(KMIP.Operation.encrypt)
        item.byteString(.uniqueBatchItemID, [1, 2, 3, 4])
        item.structure(.requestPayload) { payload in
          payload.text(.uniqueIdentifier, "49a1ca88-6bea-4fb2-b450-7e58802c3038")
          payload.structure(.cryptographicParameters) { parameters in
            parameters.enumeration(KMIP.BlockCipherMode.gcm)
            parameters.boolean(.randomIV, true)
          }
          payload.byteString(.data, [UInt8](repeating: 0x5a, count: 64))
        }
      }
    }
    return writer.bytes
  }()

  private static func mutate(_ bytes: inout [UInt8], _ source: inout SeededRandom) {
    let place = source.below(bytes.count + 1)
    let byte = UInt8.random(in: 0...255, using: &source)
    switch source.below(6) {
    case 0: bytes.insert(byte, at: place)
    case 1 where place < bytes.count: bytes.remove(at: place)
    case 2: bytes.removeSubrange(place...)
    case 3 where !bytes.isEmpty: bytes[place % bytes.count] ^= 1 << UInt8(source.below(8))
    case 4 where !bytes.isEmpty:
      // A piece of it somewhere else.
      let from = source.below(bytes.count)
      bytes.insert(contentsOf: bytes[from..<min(bytes.count, from + source.below(24))], at: place)
    default: if place < bytes.count { bytes[place] = byte }
    }
  }

  @Test(arguments: 0..<20)
  func `changed TTLV never traps`(seed: UInt64) throws {
    var source = SeededRandom(seed)
    var trees = RandomTrees(seed)
    var original = Self.request
    for round in 0..<5000 {
      if round % 50 == 0 { original = round % 100 == 0 ? trees.next() : Self.request }
      var bytes = original
      for _ in 0..<(1 + source.below(3)) { Self.mutate(&bytes, &source) }
      guard let document = try? TTLVDocument(bytes, limits: Self.limits) else { continue }
      var writer = TTLVWriter()
      write(document.root, to: &writer)
      #expect(writer.bytes == bytes)
    }
  }

  @Test(arguments: 0..<10)
  func `changed XML never traps, and what is read is TTLV`(seed: UInt64) throws {
    try changedText(seed, write: { XMLForm.encode($0) }, read: { try? fromXML($0, limits: Self.limits) })
  }

  @Test(arguments: 0..<10)
  func `changed JSON never traps, and what is read is TTLV`(seed: UInt64) throws {
    try changedText(seed, write: { JSONForm.encode($0) }, read: { try? fromJSON($0, limits: Self.limits) })
  }

  private func changedText(
    _ seed: UInt64, write: (TTLVItem) -> [UInt8], read: ([UInt8]) -> [UInt8]?
  ) throws {
    var source = SeededRandom(seed)
    var trees = RandomTrees(seed)
    var text: [UInt8] = []
    for round in 0..<2000 {
      if round % 20 == 0 {
        let tree = round % 40 == 0 ? trees.next() : Self.request
        text = write(try TTLVDocument(tree, limits: .wide).root)
      }
      var changed = text
      for _ in 0..<(1 + source.below(3)) { Self.mutate(&changed, &source) }
      guard let bytes = read(changed) else { continue }
      #expect(bytes.count <= 2 * Self.limits.bytes)
      let document = try TTLVDocument(bytes, limits: .wide)
      #expect(read(write(document.root)) == bytes)
    }
  }

  @Test func `bombs of XML and JSON cost a limit, not the stack`() {
    let levels = 20_000
    let xml = String(repeating: "<Name>", count: levels) + String(repeating: "</Name>", count: levels)
    #expect(throws: KMIPFormError.self) { try fromXML(Array(xml.utf8)) }
    let json =
      String(repeating: #"{"tag":"Name","value":["#, count: levels) + String(repeating: "]}", count: levels)
    #expect(throws: KMIPFormError.self) { try fromJSON(Array(json.utf8)) }
  }
}

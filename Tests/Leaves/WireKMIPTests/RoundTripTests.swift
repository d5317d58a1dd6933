import Testing

@testable import WireKMIP

@Suite struct RoundTripTests {
  @Test(arguments: 0..<8)
  func `any tree is the same after each form`(seed: UInt64) throws {
    var trees = RandomTrees(seed)
    for _ in 0..<150 {
      let tree = trees.next()
      for (form, bytes) in try throughAllForms(tree) { #expect(bytes == tree, "\(form)") }
    }
  }

  @Test func `an item is copied as it stands, also under another tag`() throws {
    var trees = RandomTrees(99)
    for _ in 0..<100 {
      let document = try TTLVDocument(trees.next(), limits: .wide)
      for child in document.root.children {
        var writer = TTLVWriter(capacity: 1)
        writer.structure(.requestPayload) { writer in
          writer.copy(child)
          writer.copy(child, as: .attributeValue)
        }
        let copy = try TTLVDocument(writer.bytes, limits: .wide)
        let items = Array(copy.root.children)
        let original = child.withEncoding { $0.extracting(3...).bytesCopy }
        #expect(items.map(\.tag) == [child.tag, .attributeValue])
        for item in items { #expect(item.withEncoding { $0.extracting(3...).bytesCopy } == original) }
      }
    }
  }
}

extension Span<UInt8> {
  var bytesCopy: [UInt8] {
    var result: [UInt8] = []
    for index in indices { result.append(self[index]) }
    return result
  }
}

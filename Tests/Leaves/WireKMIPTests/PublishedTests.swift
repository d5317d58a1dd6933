import Foundation
import KMSBytes
import Testing

@testable import WireKMIP

/// The published messages, where they lie beside the checkout.
@Suite(.enabled(if: Checkout.hasPublished, "the published test cases are not beside this checkout"))
struct PublishedTests {
  struct Vector: Decodable {
    let source: String
    let xml: String
    let ttlv: String
    /// False where the document's XML and hex show different time stamps.
    let match: Bool
    let json: JSONItem?
  }

  /// An object of the JSON form, with its value as text.
  struct JSONItem: Codable {
    let tag: String
    let type: String?
    let value: Value

    enum Value: Codable {
      case text(String)
      case flag(Bool)
      case items([JSONItem])

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
          self = .text(text)
        } else if let flag = try? container.decode(Bool.self) {
          self = .flag(flag)
        } else {
          self = .items(try container.decode([JSONItem].self))
        }
      }

      func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .flag(let flag): try container.encode(flag)
        case .items(let items): try container.encode(items)
        }
      }
    }
  }

  private func vectors() throws -> [Vector] {
    let data = try Data(contentsOf: Checkout.published.appending(path: "codec-vectors.json"))
    return try JSONDecoder().decode([Vector].self, from: data)
  }

  /// With its time stamps set to zero.
  private func timeless(_ bytes: [UInt8]) throws -> [UInt8] {
    var copy = bytes
    func clear(_ item: TTLVItem) {
      if item.tag == .timeStamp { for place in item.place.dropFirst(8) { copy[place] = 0 } }
      for child in item.children { clear(child) }
    }
    clear(try TTLVDocument(bytes, limits: .wide).root)
    return copy
  }

  @Test func `the published encodings are ours, byte for byte`() throws {
    let vectors = try vectors()
    #expect(vectors.count == 36)
    #expect(vectors.count { $0.json != nil } == 12)
    #expect(vectors.count { !$0.match } == 6)
    for vector in vectors {
      let ttlv = try #require(Hex.bytes(vector.ttlv))
      let read = try fromXML(Array(vector.xml.utf8))
      if vector.match {
        #expect(read == ttlv, "\(vector.source)")
      } else {
        #expect(try timeless(read) == timeless(ttlv), "\(vector.source)")
      }
      for (form, bytes) in try throughAllForms(ttlv) { #expect(bytes == ttlv, "\(vector.source) \(form)") }
      guard let json = vector.json else { continue }
      let text = try JSONEncoder().encode(json)
      #expect(try timeless(fromJSON(Array(text))) == timeless(ttlv), "\(vector.source) JSON")
    }
  }

  @Test func `every message of the published test cases is the same after each form`() throws {
    let files = try #require(FileManager.default.enumerator(atPath: Checkout.published.path)).compactMap {
      ($0 as? String).flatMap { $0.hasSuffix(".xml") ? $0 : nil }
    }
    #expect(files.count == 415)
    var messages = 0
    for file in files.sorted() {
      let text = try Data(contentsOf: Checkout.published.appending(path: file))
      for message in Transcript.messages(Array(text)) {
        messages += 1
        guard let ttlv = try? fromXML(message) else {
          Issue.record("\(file) isn't read")
          continue
        }
        for (form, bytes) in try throughAllForms(ttlv) where bytes != ttlv { Issue.record("\(file) \(form)") }
      }
    }
    #expect(messages > 3000)
  }
}

/// A test case: messages in turn, with placeholders for what the server chooses.
private enum Transcript {
  /// Each message as XML of its own, placeholders replaced by values of their types.
  static func messages(_ text: [UInt8]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var rest = withoutComments(text)[...]
    while let start = rest.range(of: "<Re", before: "Message") {
      let name = rest[start].dropFirst()
      guard let end = rest.firstRange(of: Array("</".utf8) + name + Array(">".utf8)) else { break }
      result.append(resolved(Array(rest[start.lowerBound..<end.upperBound])))
      rest = rest[end.upperBound...]
    }
    return result
  }

  private static func withoutComments(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = text[...]
    while let start = rest.firstRange(of: "<!--".utf8) {
      result += rest[..<start.lowerBound]
      guard let end = rest.firstRange(of: "-->".utf8) else { return result }
      rest = rest[end.upperBound...]
    }
    return result + rest
  }

  private static func resolved(_ message: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for element in message.split(separator: UInt8(ascii: "<"), omittingEmptySubsequences: true) {
      result.append(UInt8(ascii: "<"))
      guard let value = element.firstRange(of: "value=\"$".utf8), let type = type(of: element),
        let quote = element[value.upperBound...].firstIndex(of: UInt8(ascii: "\""))
      else {
        result += element
        continue
      }
      result += element[..<value.lowerBound] + Array("value=\"\(stand(in: type))".utf8) + element[quote...]
    }
    return result
  }

  private static func type(of element: ArraySlice<UInt8>) -> String? {
    guard let start = element.firstRange(of: "type=\"".utf8),
      let end = element[start.upperBound...].firstIndex(of: UInt8(ascii: "\""))
    else { return nil }
    return String(decoding: element[start.upperBound..<end], as: UTF8.self)
  }

  private static func stand(in type: String) -> String {
    switch type {
    case "ByteString", "BigInteger": "0123456789abcdef"
    case "DateTime": "2020-02-29T12:00:00+00:00"
    case "TextString": "chosen by the server"
    default: "1"
    }
  }
}

extension ArraySlice<UInt8> {
  /// Of the first name that begins and ends so.
  fileprivate func range(of start: String, before end: String) -> Range<Int>? {
    guard let first = firstRange(of: start.utf8),
      let last = self[first.upperBound...].firstRange(of: end.utf8)
    else {
      return nil
    }
    return first.lowerBound..<last.upperBound
  }
}

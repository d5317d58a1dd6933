import Foundation
import KMSBytes
import SeededRandom

@testable import WireKMIP

/// Files of the checkout and beside it, found from where this file was compiled.
enum Checkout {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static let sources = root.appending(path: "Sources/Leaves/WireKMIP")

  /// The published test cases: `CLAVIGER_KMIP_VECTORS`, or beside the checkout.
  static let published: URL = {
    if let path = ProcessInfo.processInfo.environment["CLAVIGER_KMIP_VECTORS"] { return URL(filePath: path) }
    return root.deletingLastPathComponent().appending(path: "shared/vectors/kmip")
  }()

  static var hasPublished: Bool {
    FileManager.default.fileExists(atPath: published.appending(path: "codec-vectors.json").path)
  }
}

extension TTLVDocument.Limits {
  static let wide = TTLVDocument.Limits(bytes: 1 << 20, depth: 32, items: 20_000)
}

extension SeededRandom {
  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
  }
}

extension WipedBytes {
  var copy: [UInt8] { withBytes { [UInt8](copying: $0) } }
}

/// The TTLV that another form's text means.
func fromXML(_ text: [UInt8], limits: TTLVDocument.Limits = .wide) throws(KMIPFormError) -> [UInt8] {
  try XMLForm.decode(WipedBytes(text), limits: limits).copy
}

func fromJSON(_ text: [UInt8], limits: TTLVDocument.Limits = .wide) throws(KMIPFormError) -> [UInt8] {
  try JSONForm.decode(WipedBytes(text), limits: limits).copy
}

/// What all three forms and the writer make of TTLV: each is what came in.
func throughAllForms(_ bytes: [UInt8]) throws -> [(form: String, bytes: [UInt8])] {
  let document = try TTLVDocument(bytes, limits: .wide)
  var writer = TTLVWriter()
  write(document.root, to: &writer)
  return [
    ("TTLV", writer.bytes), ("XML", try fromXML(XMLForm.encode(document.root))),
    ("JSON", try fromJSON(JSONForm.encode(document.root))),
  ]
}

/// Writes an item value by value.
func write(_ item: TTLVItem, to writer: inout TTLVWriter) {
  let tag = item.tag
  switch item.type {
  case .structure:
    writer.structure(tag) { writer in for child in item.children { write(child, to: &writer) } }
  case .integer: writer.integer(tag, item.integer ?? 0)
  case .longInteger: writer.longInteger(tag, item.longInteger ?? 0)
  case .bigInteger: writer.bigInteger(tag, item.bigInteger ?? [])
  case .enumeration: writer.enumeration(tag, item.enumeration ?? 0)
  case .boolean: writer.boolean(tag, item.boolean ?? false)
  case .textString: writer.text(tag, item.text ?? "")
  case .byteString: writer.byteString(tag, item.byteString ?? [])
  case .dateTime: writer.dateTime(tag, item.dateTime ?? 0)
  case .interval: writer.interval(tag, item.interval ?? 0)
  case .dateTimeExtended: writer.dateTimeExtended(tag, item.dateTimeExtended ?? 0)
  }
}

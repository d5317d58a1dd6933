import CustodyConformance
import Foundation
import KMSDomain
import Testing

@testable import CustodySoftware

/// The keys that KMIP's published test cases register, beside the checkout.
private enum PublishedKeys {
  static let folder = Checkout.wycheproof.deletingLastPathComponent().appending(path: "kmip")

  struct Key: Hashable {
    let format: String
    let bytes: [UInt8]
  }

  /// Keys in blocks of this name, each once.
  static func keys(in block: String) throws -> Set<Key> {
    let blocks = try NSRegularExpression(
      pattern: "<\(block)>.*?</\(block)>", options: .dotMatchesLineSeparators)
    var all: Set<Key> = []
    for case let file as URL in FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
      ?? .init()
    where file.pathExtension == "xml" {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in blocks.matches(in: text, range: NSRange(text.startIndex..., in: text)) {
        guard let range = Range(match.range, in: text),
          let format = value(of: "KeyFormatType", in: text[range]),
          let material = value(of: "KeyMaterial", in: text[range]), !text[range].contains("KeyWrappingData")
        else { continue }
        all.insert(Key(format: format, bytes: hex(material.lowercased())))
      }
    }
    return all
  }

  private static func value(of tag: String, in text: Substring) -> String? {
    guard let match = text.range(of: "<\(tag)[^>]*value=\"[^\"]*\"", options: .regularExpression),
      let quote = text[match].range(of: "value=\"")
    else { return nil }
    return String(text[quote.upperBound..<text.index(before: match.upperBound)])
  }
}

@Suite(
  "Keys of KMIP's published cases",
  .enabled(
    if: FileManager.default.fileExists(atPath: PublishedKeys.folder.path),
    "SKIPPED: KMIP's published cases aren't beside the checkout"))
struct PublishedKeyTests {
  let house: VectorHouse

  init() throws { house = try VectorHouse() }

  @Test func `every private key comes in and goes out byte for byte, but for those that are none`() throws {
    let forms: [String: MaterialForm] = ["PKCS_1": .pkcs1, "PKCS_8": .pkcs8, "ECPrivateKey": .sec1]
    var (sound, unsound) = (0, 0)
    for key in try PublishedKeys.keys(in: "PrivateKey") {
      guard let form = forms[key.format], !key.bytes.isEmpty else { continue }
      guard let spec = house.custody.kind(of: try .test(key.bytes), in: form) else {
        unsound += 1
        continue
      }
      do {
        let subject = try Subject(key.bytes, spec, as: form, in: house.custody)
        #expect(try subject.export(as: form) == key.bytes)
        #expect(try subject.export(as: .pkcs8).count > 0)
        sound += 1
      } catch KMSError.incorrectKeyMaterial {
        unsound += 1
      }
    }
    // Three are encrypted by a password that nobody tells, one is in another form than it says.
    #expect(sound >= 12 && unsound <= 4)
  }

  @Test func `every public key is read and written byte for byte`() throws {
    let forms: [String: PublicForm] = ["PKCS_1": .pkcs1, "X_509": .spki]
    var run = 0
    for key in try PublishedKeys.keys(in: "PublicKey") {
      guard let form = forms[key.format], !key.bytes.isEmpty else { continue }
      let half = try house.custody.publicHalf(key.bytes, in: form, nil)
      #expect(try house.custody.write(half, as: form) == key.bytes)
      run += 1
    }
    #expect(run >= 4)
  }
}

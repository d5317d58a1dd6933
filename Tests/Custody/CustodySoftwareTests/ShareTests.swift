import Foundation
import KMSDomain
import KMSSecrets
import KMSTestKit
import Testing

@testable import CustodySoftware

@Suite("Printed shares")
struct ShareTests {
  private let store = Installation.store

  private func made(_ threshold: Int, of parts: Int) throws -> (
    holder: SealHolder, root: [UInt8], texts: [String]
  ) {
    let parameters = try #require(SharedParameters(threshold: threshold, parts: parts))
    let new = try ShamirSeal(parameters).make(for: store)
    let root = try #require(new.root as? SoftwareRoot)
    return (new.holder, root.secret.bytes.bytes, new.shares.map(text))
  }

  private func text(_ share: Payload) -> String {
    share.lend { bytes in String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self) } ?? ""
  }

  private func payload(_ text: String) -> Payload { Payload(SecretBytes(Array(text.utf8))) }

  private func opened(_ holder: SealHolder, _ texts: [String]) throws -> [UInt8] {
    let box = try ShareBox(for: holder, in: store)
    for text in texts { try box.add(payload(text)) }
    let seal = ShamirSeal(try SharedParameters(holder), box: box)
    let root = try #require(try seal.unseal(holder, for: store) as? SoftwareRoot)
    return root.secret.bytes.bytes
  }

  @Test(
    "Any k of n give the root, in any order; k - 1 give nothing",
    arguments: [(1, 1), (2, 3), (3, 5), (16, 16)])
  func thresholds(threshold: Int, parts: Int) throws {
    let (holder, root, texts) = try made(threshold, of: parts)
    #expect(texts.count == parts && Set(texts).count == parts && holder.sealed.isEmpty)
    #expect(try opened(holder, Array(texts.prefix(threshold))) == root)
    #expect(try opened(holder, Array(texts.suffix(threshold).reversed())) == root)
    #expect(throws: SealError.needsPeople(.shamir)) {
      _ = try opened(holder, Array(texts.prefix(threshold - 1)))
    }
  }

  @Test("A share is 88 letters in groups, and is read in small letters, without hyphens and with line breaks")
  func forms() throws {
    let (holder, root, texts) = try made(2, of: 2)
    for text in texts {
      #expect(
        text.filter { $0 != "-" }.count == 88 && text.split(separator: "-").allSatisfy { $0.count == 8 })
    }
    let other = [
      texts[0].lowercased().replacing("-", with: ""), " " + texts[1].replacing("-", with: "\n") + "\n",
    ]
    #expect(try opened(holder, other) == root)
  }

  @Test("Every wrong letter is found")
  func mistakes() throws {
    let (holder, _, texts) = try made(2, of: 3)
    let letters = Array(texts[0])
    let box = try ShareBox(for: holder, in: store)
    for index in letters.indices where letters[index] != "-" {
      for wrong in ["A", "7", "1", "é", "="] where String(letters[index]) != wrong {
        var changed = letters
        changed.replaceSubrange(index...index, with: Array(wrong))
        #expect(throws: ShareBox.Refusal.malformed, "letter \(index)") {
          try box.add(payload(String(changed)))
        }
      }
      #expect(throws: ShareBox.Refusal.malformed) { try box.add(payload(String(letters[..<index]))) }
    }
    #expect(throws: ShareBox.Refusal.malformed) { try box.add(payload(texts[0] + "A")) }
    #expect(throws: ShareBox.Refusal.malformed) { try box.add(payload("")) }
    #expect(box.progress.given == 0)
  }

  @Test("Shares of another seal or store aren't taken, and none twice")
  func foreign() throws {
    let (holder, _, texts) = try made(2, of: 3)
    let box = try ShareBox(for: holder, in: store)
    let other = try made(2, of: 3)
    #expect(throws: ShareBox.Refusal.foreign) { try box.add(payload(other.texts[0])) }
    let parameters = try #require(SharedParameters(threshold: 2, parts: 3))
    let elsewhere = try RecoverySeal(parameters).make(for: Bits128(high: 1, low: 1))
    #expect(throws: ShareBox.Refusal.foreign) { try box.add(elsewhere.shares[0]) }
    try box.add(payload(texts[1]))
    #expect(throws: ShareBox.Refusal.repeated) { try box.add(payload(texts[1])) }
    #expect(box.progress == ShareBox.Progress(kind: .shamir, given: 1, needed: 2, parts: 3))
    box.empty()
    #expect(box.progress.given == 0)
  }

  @Test("Base 32 is that of RFC 4648")
  func letters() throws {
    let bytes = (0..<40).map { UInt8(truncatingIfNeeded: $0 * 57 + 11) }
    let encoded = ShareLetters.encode(SecretBytes(bytes), group: 8)
    let text = String(decoding: encoded.bytes, as: UTF8.self)
    // Python: base64.b32encode(bytes((i * 57 + 11) % 256 for i in range(40)))
    #expect(text.replacing("-", with: "") == ShareTests.expected)
    #expect(ShareLetters.decode(encoded.bytes.span, count: 40)?.bytes.bytes == bytes)
  }

  private static let expected =
    "BNCH3NXPFBQZVUYMIV7LP4BJMKN5IDKGP64PCKTDTTKQ4R4AXHZCWZE52YHURAN2"
}

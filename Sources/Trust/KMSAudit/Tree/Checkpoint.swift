import KMSBytes
import KMSDomain

/// What the log held at a moment: how many records, and the root over them. Its text is a C2SP
/// tlog-checkpoint.
package struct Checkpoint: Hashable, Sendable {
  package let origin: String
  package let size: UInt64
  package let root: MerkleHash

  package init(origin: String, size: UInt64, root: MerkleHash) {
    self.origin = origin
    self.size = size
    self.root = root
  }

  /// Three lines, each with its line feed.
  var body: [UInt8] { Array("\(origin)\n\(size)\n\(Base64.string(root.bytes))\n".utf8) }

  /// The signed note (C2SP signed-note): the body, an empty line and one signature line.
  /// - Throws: what the signer throws.
  func signed(by signer: any Signer, as key: VerifierKey) throws(KMSError) -> [UInt8] {
    let body = body
    let signature = try signer.sign(body)
    return body + Array("\n— \(key.name) \(Base64.string(key.id + signature))\n".utf8)
  }
}

/// A checkpoint with its signatures as they were read; nothing about it is believed before `isSigned(by:)`.
package struct SignedCheckpoint: Hashable, Sendable {
  /// Longer notes are refused.
  package static let byteLimit = 64 << 10
  /// The lines of the notes that this log writes.
  static let lineCount = 5

  package let checkpoint: Checkpoint
  /// The whole note.
  package let note: [UInt8]
  private let body: [UInt8]
  private let signatures: [Signature]

  private struct Signature: Hashable, Sendable {
    let name: String
    let keyID: [UInt8]
    let bytes: [UInt8]
  }

  /// Reads a note strictly: canonical size and base 64, at least one signature, a line feed at the end.
  /// Extension lines and signatures of others are kept as they are.
  package init?(_ note: [UInt8]) {
    guard note.count <= SignedCheckpoint.byteLimit, note.last == 0x0a else { return nil }
    let lines = note.dropLast().split(separator: 0x0a, omittingEmptySubsequences: false)
    guard let blank = lines.firstIndex(where: \.isEmpty), blank >= 3, blank + 1 < lines.count else {
      return nil
    }
    guard let checkpoint = SignedCheckpoint.checkpoint(Array(lines[..<blank])) else { return nil }
    var signatures: [Signature] = []
    for line in lines[(blank + 1)...] {
      guard let signature = SignedCheckpoint.signature(line) else { return nil }
      signatures.append(signature)
    }
    self.checkpoint = checkpoint
    self.note = note
    self.signatures = signatures
    body = Array(note[..<lines[blank].startIndex])
  }

  package func isSigned(by key: VerifierKey) -> Bool {
    guard checkpoint.origin == key.name else { return false }
    return signatures.contains { signature in
      signature.name == key.name && signature.keyID == key.id && key.isValid(signature.bytes, for: body)
    }
  }

  private static func checkpoint(_ lines: [ArraySlice<UInt8>]) -> Checkpoint? {
    guard let origin = String(validating: lines[0], as: UTF8.self),
      let digits = String(validating: lines[1], as: UTF8.self), let size = UInt64(digits),
      String(size) == digits,
      let root = Base64.bytes(Array(lines[2]).span).flatMap({ MerkleHash($0) })
    else { return nil }
    return Checkpoint(origin: origin, size: size, root: root)
  }

  /// "— name base64(key id ‖ signature)".
  private static func signature(_ line: ArraySlice<UInt8>) -> Signature? {
    guard let text = String(validating: line, as: UTF8.self) else { return nil }
    let parts = text.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].utf8.elementsEqual("—".utf8), !parts[1].isEmpty,
      let blob = Base64.bytes(String(parts[2])), blob.count > 4
    else { return nil }
    return Signature(
      name: String(parts[1]), keyID: Array(blob.prefix(4)), bytes: Array(blob.dropFirst(4)))
  }
}

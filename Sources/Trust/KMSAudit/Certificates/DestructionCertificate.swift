import KMSBytes
import WireJSON

/// What shows somebody without the log that a key was destroyed, and that no backup brings it back: the records that say so,
/// each with its proof, and the checkpoint that they are proved against. `docs/audit-log.md` has the format.
package struct DestructionCertificate: Hashable, Sendable {
  /// What a record is in it for, in the order in which they come in the log.
  package enum Role: String, CaseIterable, Sendable {
    /// The key's material was destroyed.
    case destroyed
    /// What was on a device was removed there. Only of keys that were on one.
    case removed
    /// The erasure was begun that reaches it.
    case erasureBegun
    /// That erasure's old secret was destroyed.
    case erasureFinished
  }

  struct Entry: Hashable, Sendable {
    let role: Role
    /// As it stands in the log, without its line feed.
    let line: [UInt8]
    let proof: InclusionProof
  }

  static let format = "claviger-destruction-certificate/1"
  package static let byteLimit = 16 << 20

  /// Internal id of the key, 32 hex digits.
  package let key: String
  /// What policies call it.
  package let name: String
  let entries: [Entry]
  /// Signed note.
  let checkpoint: [UInt8]
}

// MARK: - JSON

extension DestructionCertificate {
  package var text: [UInt8] {
    var output = Array(#"{"format":"\#(DestructionCertificate.format)","key":"\#(key)","name":""#.utf8)
    JSONWriter.append(escaping: name, to: &output)
    output += Array(#"","records":["#.utf8)
    for (place, entry) in entries.enumerated() {
      if place > 0 { output.append(UInt8(ascii: ",")) }
      let path = entry.proof.path.map { "\"\(Base64.string($0.bytes))\"" }.joined(separator: ",")
      output += Array(#"{"role":"\#(entry.role.rawValue)","index":\#(entry.proof.index),"record":""#.utf8)
      JSONWriter.append(escaping: String(decoding: entry.line, as: UTF8.self), to: &output)
      output += Array(#"","proof":[\#(path)]}"#.utf8)
    }
    output += Array(#"],"checkpoint":""#.utf8)
    JSONWriter.append(escaping: String(decoding: checkpoint, as: UTF8.self), to: &output)
    output += Array("\"}\n".utf8)
    return output
  }

  /// nil for what isn't one; nothing that it says is believed before it was verified.
  package init?(_ text: [UInt8]) {
    guard text.count <= DestructionCertificate.byteLimit,
      let root = try? JSONDocument(text, limits: JSONDocument.Limits(depth: 8, nodes: 10_000)).root,
      root["format"]?.string == DestructionCertificate.format, let key = root["key"]?.string,
      let name = root["name"]?.string, let note = root["checkpoint"]?.string
    else { return nil }
    var entries: [Entry] = []
    for value in root["records"]?.elements ?? [] {
      guard let entry = Entry(value) else { return nil }
      entries.append(entry)
    }
    self.init(key: key, name: name, entries: entries, checkpoint: Array(note.utf8))
  }
}

extension DestructionCertificate.Entry {
  fileprivate init?(_ value: JSONValue) {
    guard let role = value["role"]?.string.flatMap(DestructionCertificate.Role.init(rawValue:)),
      let index = value["index"]?.integer.flatMap({ UInt64(exactly: $0) }),
      let line = value["record"]?.string,
      let proof = value["proof"]
    else { return nil }
    var path: [MerkleHash] = []
    for element in proof.elements {
      guard let hash = element.string.flatMap({ Base64.bytes($0) }).flatMap({ MerkleHash($0) }) else {
        return nil
      }
      path.append(hash)
    }
    self.init(role: role, line: Array(line.utf8), proof: InclusionProof(index: index, path: path))
  }
}

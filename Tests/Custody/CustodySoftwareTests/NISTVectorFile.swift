import Foundation

/// A file of records in NIST's form: `[SECTION = value]` and `NAME = value`. A record ends where a name comes again.
struct NISTVectorFile {
  struct Record {
    var sections: [String: String]
    var values: [String: String]

    func bytes(_ name: String) -> [UInt8] { hex((values[name] ?? "").lowercased()) }
    func number(_ name: String) -> Int? { values[name].flatMap { Int($0) } }
  }

  let records: [Record]

  init(_ path: String) throws {
    guard let folder = Checkout.cryptographyVectors else { throw CocoaError(.fileNoSuchFile) }
    let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
    var all: [Record] = []
    var sections: [String: String] = [:]
    var values: [String: String] = [:]
    func end() {
      if !values.isEmpty { all.append(Record(sections: sections, values: values)) }
      values = [:]
    }
    for line in text.split(whereSeparator: \.isNewline) {
      // Indented lines are steps on the way to a result.
      if line.hasPrefix("#") || line.hasPrefix("\t") { continue }
      let line = line.trimmingCharacters(in: .whitespaces)
      let pair = line.trimmingCharacters(in: CharacterSet(charactersIn: "[]")).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false
      ).map { $0.trimmingCharacters(in: .whitespaces) }
      if line.hasPrefix("[") {
        end()
        if pair.count == 1 { sections["DIRECTION"] = pair[0] } else { sections[pair[0]] = pair[1] }
      } else if pair.count == 2 {
        if values[pair[0]] != nil || pair[0].uppercased() == "COUNT" { end() }
        values[pair[0]] = pair[1]
      }
    }
    end()
    records = all
  }

  /// The files of a folder whose names begin so.
  static func names(_ folder: String, _ prefix: String = "") -> [String] {
    guard let vectors = Checkout.cryptographyVectors else { return [] }
    let all =
      (try? FileManager.default.contentsOfDirectory(atPath: vectors.appending(path: folder).path)) ?? []
    return all.filter { $0.hasPrefix(prefix) && !$0.hasSuffix(".txt~") }.sorted().map { "\(folder)/\($0)" }
  }
}

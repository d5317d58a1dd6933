import WireJSON

/// What a line of the log says, as far as certificates ask.
struct DestructionRecord {
  let operation: String
  let time: String
  /// Keys whose material it destroyed, by their internal ids.
  let destroyed: [Destroyed]
  /// Those of them whose material was on a device still.
  let onDevice: [Destroyed]
  /// Destroyed keys of which it removed from a device what was left there.
  let removed: [Destroyed]
  /// The secret of the erasure that it is about; empty where it is about none.
  let erasure: String

  struct Destroyed: Hashable {
    let key: String
    let name: String
  }

  private static let limits = JSONDocument.Limits(depth: 8, nodes: 200_000)

  /// nil for a line that is no record of a success that certificates are about.
  init?(_ line: [UInt8]) {
    guard let root = try? JSONDocument(line, limits: DestructionRecord.limits).root,
      root["outcome"]?.string == "success", let operation = root["operation"]?.string,
      let time = root["time"]?.string, let details = root["details"]
    else { return nil }
    self.operation = operation
    self.time = time
    erasure = details["erasure"]?.string ?? ""
    destroyed = DestructionRecord.keys(details["destroyedKeys"])
    onDevice = DestructionRecord.keys(details["keysOnDevice"])
    removed = DestructionRecord.keys(details["removedKeys"])
    guard !erasure.isEmpty || !destroyed.isEmpty || !removed.isEmpty else { return nil }
  }

  private static func keys(_ value: JSONValue?) -> [Destroyed] {
    (value?.string ?? "").split(separator: "\n").compactMap { entry in
      let parts = entry.split(separator: " ", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      return Destroyed(key: String(parts[0]), name: String(parts[1]))
    }
  }

  var begins: Bool { operation == "BeginErasure" && !erasure.isEmpty }
  var finishes: Bool { operation == "FinishErasure" && !erasure.isEmpty }
}

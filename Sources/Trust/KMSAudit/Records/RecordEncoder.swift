import KMSDomain
import WireJSON

/// Writes records as lines of JSON: fields in a fixed order, no white space, empty fields left out. A line has no line
/// feed in it, because every control character inside a string is escaped. The fields are described in
/// docs/audit-log.md.
///
/// Names and punctuation are written together and digits without going through strings: this runs once per request.
struct RecordEncoder {
  private var time = AuditTime()

  /// Appends one line without its line feed.
  mutating func append(_ record: AuditRecord, to output: inout [UInt8]) {
    output.append(contentsOf: "{\"id\":\"".utf8)
    record.id.appendHex(to: &output)
    output.append(contentsOf: "\",\"time\":\"".utf8)
    time.append(record.time, to: &output)
    output.append(contentsOf: "\",\"request\":\"".utf8)
    record.origin.id.bits.appendUUID(to: &output)
    output.append(UInt8(ascii: "\""))
    member(",\"door\":\"", record.origin.door, &output)
    member(",\"operation\":\"", record.operation, &output)
    if let who = record.who { append(who, &output) }
    member(",\"source\":\"", record.origin.source, &output)
    output.append(contentsOf: (record.origin.isEncrypted ? ",\"tls\":true" : ",\"tls\":false").utf8)
    member(",\"userAgent\":\"", record.origin.userAgent, &output)
    append(record.demands, &output)
    append(record.outcome, &output)
    if let context = record.encryptionContext { append(context, &output) }
    append(record.details, &output)
    output.append(UInt8(ascii: "}"))
  }

  /// `opening` is the name with its punctuation, up to the value's first quote.
  private func member(_ opening: String, _ value: String, _ output: inout [UInt8]) {
    guard !value.isEmpty else { return }
    output.append(contentsOf: opening.utf8)
    JSONWriter.append(escaping: value, to: &output)
    output.append(UInt8(ascii: "\""))
  }

  private func append(_ who: AuditRecord.Who, _ output: inout [UInt8]) {
    output.append(contentsOf: ",\"who\":{\"account\":\"".utf8)
    JSONWriter.append(escaping: who.account, to: &output)
    output.append(UInt8(ascii: "\""))
    member(",\"principal\":\"", who.principal, &output)
    member(",\"principalId\":\"", who.principalID, &output)
    member(",\"credential\":\"", who.credential, &output)
    output.append(UInt8(ascii: "}"))
  }

  private func append(_ demands: [AuditRecord.Demand], _ output: inout [UInt8]) {
    guard !demands.isEmpty else { return }
    output.append(contentsOf: ",\"demands\":".utf8)
    var separator = UInt8(ascii: "[")
    for demand in demands {
      output.append(separator)
      append(demand, &output)
      separator = UInt8(ascii: ",")
    }
    output.append(UInt8(ascii: "]"))
  }

  private func append(_ demand: AuditRecord.Demand, _ output: inout [UInt8]) {
    output.append(contentsOf: "{\"action\":\"".utf8)
    output.append(contentsOf: demand.action.auditName.utf8)
    output.append(UInt8(ascii: "\""))
    member(",\"named\":\"", demand.named, &output)
    member(",\"resolved\":\"", demand.resolved, &output)
    if let key = demand.key {
      output.append(contentsOf: ",\"key\":\"".utf8)
      key.bits.appendHex(to: &output)
      output.append(UInt8(ascii: "\""))
    }
    if let version = demand.version {
      output.append(contentsOf: ",\"version\":\"".utf8)
      version.bits.appendHex(to: &output)
      output.append(UInt8(ascii: "\""))
    }
    if let decision = demand.decision {
      let opening =
        decision.isAllowed ? ",\"decision\":\"allow\",\"by\":\"" : ",\"decision\":\"deny\",\"by\":\""
      output.append(contentsOf: opening.utf8)
      append(decision.ground, &output)
      output.append(UInt8(ascii: "\""))
    }
    output.append(UInt8(ascii: "}"))
  }

  private func append(_ ground: Decision.Ground, _ output: inout [UInt8]) {
    switch ground {
    case .keyPolicy(let statement):
      output.append(contentsOf: "keyPolicy ".utf8)
      JSONWriter.append(escaping: statement, to: &output)
    case .identityPolicy(let policy, let statement):
      output.append(contentsOf: "identityPolicy ".utf8)
      JSONWriter.append(escaping: policy, to: &output)
      output.append(UInt8(ascii: " "))
      JSONWriter.append(escaping: statement, to: &output)
    case .accountRoot: output.append(contentsOf: "accountRoot".utf8)
    case .everyone: output.append(contentsOf: "everyone".utf8)
    case .system: output.append(contentsOf: "system".utf8)
    case .noKeyPolicyStatement: output.append(contentsOf: "noKeyPolicyStatement".utf8)
    case .noIdentityStatement: output.append(contentsOf: "noIdentityStatement".utf8)
    }
  }

  private func append(_ outcome: AuditRecord.Outcome, _ output: inout [UInt8]) {
    switch outcome {
    case .success: output.append(contentsOf: ",\"outcome\":\"success\"".utf8)
    case .dryRun: output.append(contentsOf: ",\"outcome\":\"dryRun\"".utf8)
    case .denied: output.append(contentsOf: ",\"outcome\":\"denied\"".utf8)
    case .failed(let code):
      output.append(contentsOf: ",\"outcome\":\"failed\"".utf8)
      member(",\"code\":\"", code, &output)
    case .rejected(let code, let count):
      output.append(contentsOf: ",\"outcome\":\"rejected\"".utf8)
      member(",\"code\":\"", code, &output)
      output.append(contentsOf: ",\"count\":".utf8)
      output.append(contentsOf: String(count).utf8)
    }
  }

  private func append(_ context: EncryptionContext, _ output: inout [UInt8]) {
    guard !context.pairs.isEmpty else { return }
    output.append(contentsOf: ",\"encryptionContext\":".utf8)
    var separator = UInt8(ascii: "{")
    for pair in context.pairs {
      append(separator, pair.name, pair.value, &output)
      separator = UInt8(ascii: ",")
    }
    output.append(UInt8(ascii: "}"))
  }

  private func append(_ details: [AuditRecord.Detail], _ output: inout [UInt8]) {
    guard !details.isEmpty else { return }
    output.append(contentsOf: ",\"details\":".utf8)
    var separator = UInt8(ascii: "{")
    for (index, detail) in details.enumerated() {
      // A line with the same member twice could not be read back.
      let isRepeated = details[..<index].contains { $0.name == detail.name }
      append(separator, isRepeated ? "\(detail.name)#\(index)" : detail.name, detail.value, &output)
      separator = UInt8(ascii: ",")
    }
    output.append(UInt8(ascii: "}"))
  }

  private func append(_ separator: UInt8, _ name: String, _ value: String, _ output: inout [UInt8]) {
    output.append(separator)
    output.append(UInt8(ascii: "\""))
    JSONWriter.append(escaping: name, to: &output)
    output.append(contentsOf: "\":\"".utf8)
    JSONWriter.append(escaping: value, to: &output)
    output.append(UInt8(ascii: "\""))
  }
}

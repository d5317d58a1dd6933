import KMSDomain
import WireJSON

/// Writes records as lines of JSON: fields in a fixed order, no white space, empty fields left out. A line
/// has no line feed in it, because every control character inside a string is escaped. The fields are
/// described in docs/audit-log.md.
///
/// Names and punctuation are written together and digits without going through strings: this runs once per
/// request.
struct RecordEncoder {
  private let text = RecordText.shared
  private var time = AuditTime()

  /// Appends one line without its line feed.
  mutating func append(_ record: AuditRecord, to output: inout [UInt8]) {
    output.append(contentsOf: text.id)
    record.id.appendHex(to: &output)
    output.append(contentsOf: text.time)
    time.append(record.time, to: &output)
    output.append(contentsOf: text.request)
    record.origin.id.bits.appendUUID(to: &output)
    output.append(UInt8(ascii: "\""))
    member(text.door, record.origin.door, &output)
    member(text.operation, record.operation, &output)
    if let who = record.who { append(who, &output) }
    member(text.source, record.origin.source, &output)
    output.append(contentsOf: record.origin.isEncrypted ? text.encrypted : text.unencrypted)
    member(text.userAgent, record.origin.userAgent, &output)
    append(record.demands, &output)
    append(record.outcome, &output)
    if let context = record.encryptionContext { append(context, &output) }
    append(record.details, &output)
    output.append(UInt8(ascii: "}"))
  }

  /// `opening` is the name with its punctuation, up to the value's first quote.
  private func member(_ opening: [UInt8], _ value: String, _ output: inout [UInt8]) {
    guard !value.isEmpty else { return }
    output.append(contentsOf: opening)
    JSONWriter.append(escaping: value, to: &output)
    output.append(UInt8(ascii: "\""))
  }

  private func append(_ who: Caller, _ output: inout [UInt8]) {
    output.append(contentsOf: text.who)
    JSONWriter.append(escaping: who.account?.text ?? "", to: &output)
    output.append(UInt8(ascii: "\""))
    member(text.principal, who.principal, &output)
    member(text.principalID, who.principalID, &output)
    member(text.credential, who.credential, &output)
    output.append(UInt8(ascii: "}"))
  }

  private func append(_ demands: [AuditRecord.Demand], _ output: inout [UInt8]) {
    guard !demands.isEmpty else { return }
    output.append(contentsOf: text.demands)
    var separator = UInt8(ascii: "[")
    let demands = demands.span  // lends them, where a loop would copy each
    for index in demands.indices {
      output.append(separator)
      append(demands[index], &output)
      separator = UInt8(ascii: ",")
    }
    output.append(UInt8(ascii: "]"))
  }

  private func append(_ demand: AuditRecord.Demand, _ output: inout [UInt8]) {
    output.append(contentsOf: text.action)
    output.append(contentsOf: demand.action.auditName.utf8)
    output.append(UInt8(ascii: "\""))
    member(text.named, demand.named, &output)
    member(text.resolved, demand.resolved, &output)
    if let key = demand.key {
      output.append(contentsOf: text.key)
      key.bits.appendHex(to: &output)
      output.append(UInt8(ascii: "\""))
    }
    if let version = demand.version {
      output.append(contentsOf: text.version)
      version.bits.appendHex(to: &output)
      output.append(UInt8(ascii: "\""))
    }
    if let decision = demand.decision {
      output.append(contentsOf: decision.isAllowed ? text.allowedBy : text.deniedBy)
      append(decision.ground, &output)
      output.append(UInt8(ascii: "\""))
    }
    output.append(UInt8(ascii: "}"))
  }

  private func append(_ ground: Decision.Ground, _ output: inout [UInt8]) {
    switch ground {
    case .keyPolicy(let statement):
      output.append(contentsOf: text.keyPolicy)
      JSONWriter.append(escaping: statement, to: &output)
    case .identityPolicy(let policy, let statement):
      output.append(contentsOf: text.identityPolicy)
      JSONWriter.append(escaping: policy, to: &output)
      output.append(UInt8(ascii: " "))
      JSONWriter.append(escaping: statement, to: &output)
    case .grant(let id):
      output.append(contentsOf: text.grant)
      output.append(contentsOf: id.utf8)
    case .accountRoot: output.append(contentsOf: text.accountRoot)
    case .everyone: output.append(contentsOf: text.everyone)
    case .system: output.append(contentsOf: text.system)
    case .noKeyPolicyStatement: output.append(contentsOf: text.noKeyPolicyStatement)
    case .noIdentityStatement: output.append(contentsOf: text.noIdentityStatement)
    }
  }

  private func append(_ outcome: AuditRecord.Outcome, _ output: inout [UInt8]) {
    switch outcome {
    case .success: output.append(contentsOf: text.success)
    case .dryRun: output.append(contentsOf: text.dryRun)
    case .denied: output.append(contentsOf: text.denied)
    case .failed(let code):
      output.append(contentsOf: text.failed)
      member(text.code, code, &output)
    case .rejected(let code, let count):
      output.append(contentsOf: text.rejected)
      member(text.code, code, &output)
      output.append(contentsOf: text.count)
      output.append(contentsOf: String(count).utf8)
    }
  }

  private func append(_ context: EncryptionContext, _ output: inout [UInt8]) {
    guard !context.pairs.isEmpty else { return }
    output.append(contentsOf: text.encryptionContext)
    var separator = UInt8(ascii: "{")
    let pairs = context.pairs.span
    for index in pairs.indices {
      append(separator, pairs[index].name, pairs[index].value, &output)
      separator = UInt8(ascii: ",")
    }
    output.append(UInt8(ascii: "}"))
  }

  private func append(_ details: [AuditRecord.Detail], _ output: inout [UInt8]) {
    guard !details.isEmpty else { return }
    output.append(contentsOf: text.details)
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
    output.append(contentsOf: text.between)
    JSONWriter.append(escaping: value, to: &output)
    output.append(UInt8(ascii: "\""))
  }
}

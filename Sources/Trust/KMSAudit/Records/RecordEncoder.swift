import KMSBytes
import KMSDomain
import WireJSON

/// Writes records as lines of JSON: fields in a fixed order, no white space, empty fields left out. A line
/// has no line feed in it, because every control character inside a string is escaped. The fields are
/// described in docs/audit-log.md.
///
/// Names and punctuation are written together and digits without going through strings: this runs once per
/// request.
struct RecordEncoder {
  private typealias Text = RecordText
  private var time = AuditTime()

  /// Appends one line without its line feed.
  mutating func append(_ record: AuditRecord, to output: inout [UInt8]) {
    output.append(text: Text.id)
    record.id.appendHex(to: &output)
    output.append(text: Text.time)
    time.append(record.time, to: &output)
    output.append(text: Text.request)
    record.origin.id.bits.appendUUID(to: &output)
    output.append(UInt8(ascii: "\""))
    member(Text.door, record.origin.door, &output)
    member(Text.operation, record.operation, &output)
    if let who = record.who { append(who, &output) }
    member(Text.source, record.origin.source, &output)
    output.append(text: record.origin.isEncrypted ? Text.encrypted : Text.unencrypted)
    member(Text.userAgent, record.origin.userAgent, &output)
    append(record.demands, &output)
    append(record.outcome, &output)
    if let context = record.encryptionContext { append(context, &output) }
    append(record.details, &output)
    output.append(UInt8(ascii: "}"))
  }

  /// `opening` is the name with its punctuation, up to the value's first quote.
  private func member(_ opening: StaticString, _ value: String, _ output: inout [UInt8]) {
    guard !value.isEmpty else { return }
    output.append(text: opening)
    JSONWriter.append(escaping: value, to: &output)
    output.append(UInt8(ascii: "\""))
  }

  private func append(_ who: Caller, _ output: inout [UInt8]) {
    output.append(text: Text.who)
    JSONWriter.append(escaping: who.account?.text ?? "", to: &output)
    output.append(UInt8(ascii: "\""))
    member(Text.principal, who.principal, &output)
    member(Text.principalID, who.principalID, &output)
    member(Text.credential, who.credential, &output)
    output.append(UInt8(ascii: "}"))
  }

  private func append(_ demands: [AuditRecord.Demand], _ output: inout [UInt8]) {
    guard !demands.isEmpty else { return }
    output.append(text: Text.demands)
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
    output.append(text: Text.action)
    output.append(text: demand.action.auditName)
    output.append(UInt8(ascii: "\""))
    member(Text.named, demand.named, &output)
    member(Text.resolved, demand.resolved, &output)
    if let key = demand.key {
      output.append(text: Text.key)
      key.bits.appendHex(to: &output)
      output.append(UInt8(ascii: "\""))
    }
    if let version = demand.version {
      output.append(text: Text.version)
      version.bits.appendHex(to: &output)
      output.append(UInt8(ascii: "\""))
    }
    if let decision = demand.decision {
      output.append(text: decision.isAllowed ? Text.allowedBy : Text.deniedBy)
      append(decision.ground, &output)
      output.append(UInt8(ascii: "\""))
      append(decision.conditions, &output)
    }
    output.append(UInt8(ascii: "}"))
  }

  /// As the policy has them: operator and key.
  private func append(_ conditions: [Condition], _ output: inout [UInt8]) {
    guard !conditions.isEmpty else { return }
    output.append(text: Text.conditions)
    var separator: StaticString = #"[""#
    for condition in conditions {
      output.append(text: separator)
      JSONWriter.append(escaping: condition.label, to: &output)
      separator = #"",""#
    }
    output.append(text: #""]"#)
  }

  private func append(_ ground: Decision.Ground, _ output: inout [UInt8]) {
    switch ground {
    case .keyPolicy(let statement): append(Text.keyPolicy, statement, &output)
    case .trust(let statement): append(Text.trust, statement, &output)
    case .identityPolicy(let policy, let statement): append(Text.identityPolicy, policy, statement, &output)
    case .boundary(let policy, let statement): append(Text.boundary, policy, statement, &output)
    case .sessionPolicy(let policy, let statement): append(Text.sessionPolicy, policy, statement, &output)
    case .grant(let id):
      output.append(text: Text.grant)
      id.high.appendHex(to: &output)
      id.low.appendHex(to: &output)
    case .accountRoot: output.append(text: Text.accountRoot)
    case .everyone: output.append(text: Text.everyone)
    case .system: output.append(text: Text.system)
    case .noKeyPolicyStatement: output.append(text: Text.noKeyPolicyStatement)
    case .noTrustStatement: output.append(text: Text.noTrustStatement)
    case .noIdentityStatement: output.append(text: Text.noIdentityStatement)
    case .noBoundaryStatement: output.append(text: Text.noBoundaryStatement)
    case .noSessionStatement: output.append(text: Text.noSessionStatement)
    case .credentialKind: output.append(text: Text.credentialKind)
    case .otherHolder: output.append(text: Text.otherHolder)
    }
  }

  private func append(_ kind: StaticString, _ statement: String, _ output: inout [UInt8]) {
    output.append(text: kind)
    JSONWriter.append(escaping: statement, to: &output)
  }

  private func append(
    _ kind: StaticString, _ policy: String, _ statement: String, _ output: inout [UInt8]
  ) {
    append(kind, policy, &output)
    output.append(UInt8(ascii: " "))
    JSONWriter.append(escaping: statement, to: &output)
  }

  private func append(_ outcome: AuditRecord.Outcome, _ output: inout [UInt8]) {
    switch outcome {
    case .success: output.append(text: Text.success)
    case .dryRun: output.append(text: Text.dryRun)
    case .denied: output.append(text: Text.denied)
    case .failed(let code):
      output.append(text: Text.failed)
      member(Text.code, code, &output)
    case .rejected(let code, let count):
      output.append(text: Text.rejected)
      member(Text.code, code, &output)
      output.append(text: Text.count)
      output.append(contentsOf: String(count).utf8)
    }
  }

  private func append(_ context: EncryptionContext, _ output: inout [UInt8]) {
    guard !context.pairs.isEmpty else { return }
    output.append(text: Text.encryptionContext)
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
    output.append(text: Text.details)
    var separator = UInt8(ascii: "{")
    var names: Set<[UInt8]> = []
    for (index, detail) in details.enumerated() {
      // A line with the same member twice could not be read back.
      let isNew = names.insert(Array(detail.name.utf8)).inserted
      append(separator, isNew ? detail.name : "\(detail.name)#\(index)", detail.value, &output)
      separator = UInt8(ascii: ",")
    }
    output.append(UInt8(ascii: "}"))
  }

  private func append(_ separator: UInt8, _ name: String, _ value: String, _ output: inout [UInt8]) {
    output.append(separator)
    output.append(UInt8(ascii: "\""))
    JSONWriter.append(escaping: name, to: &output)
    output.append(text: Text.between)
    JSONWriter.append(escaping: value, to: &output)
    output.append(UInt8(ascii: "\""))
  }
}

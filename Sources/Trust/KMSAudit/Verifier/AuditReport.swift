/// What a verification found. Records are numbered from 0, in the order of the log.
package struct AuditReport: Equatable, Sendable {
  package struct Finding: Equatable, Sendable {
    package enum Weight: Equatable, Sendable {
      /// Evidence that the log is not what was written.
      case damage
      /// Worth knowing; explained by a crash or a running server.
      case notice
    }

    package let weight: Weight
    /// Where it shows: a record, and a file with an offset in bytes, as far as they are known.
    package let record: UInt64?
    package let file: String?
    package let offset: Int64?
    /// One sentence without a full stop.
    package let sentence: String
  }

  /// More findings than these are only counted.
  package static let findingLimit = 100

  package internal(set) var findings: [Finding] = []
  package internal(set) var omittedFindings = 0
  /// Whole lines in the segments.
  package internal(set) var records: UInt64 = 0
  package internal(set) var segments = 0
  /// Checkpoints and anchors whose signature and root are right.
  package internal(set) var goodCheckpoints = 0
  /// So many records, from the first, are exactly those that were signed for.
  package internal(set) var vouchedRecords: UInt64 = 0
  /// What vouches for them: "checkpoint 12", "the anchor".
  package internal(set) var voucher: String?
  /// The key came from the log's own folder, where whoever can change the log can change it too.
  package internal(set) var isKeyFromFolder = false
  package internal(set) var hasAnchor = false
  private var isDamaged = false

  init() {}

  /// No damage was found. It says nothing about records beyond `vouchedRecords`.
  package var isSound: Bool { !isDamaged }

  mutating func add(_ finding: Finding) {
    if finding.weight == .damage { isDamaged = true }
    guard findings.count < AuditReport.findingLimit else {
      omittedFindings += 1
      return
    }
    findings.append(finding)
  }
}

extension AuditReport {
  /// The report for people: the verdict, what it covers, each finding, what to do about the limits of it.
  package var text: String {
    var lines = [isSound ? "The audit log is sound." : "THE AUDIT LOG IS DAMAGED."]
    lines.append("records: \(records) in \(segments) segment\(segments == 1 ? "" : "s")")
    lines.append(vouching)
    lines += findings.map(AuditReport.line)
    if omittedFindings > 0 { lines.append("and \(omittedFindings) more findings") }
    if isKeyFromFolder {
      lines.append("note: the verifier key is the log folder's own; compare it with a copy kept elsewhere")
    }
    if !hasAnchor {
      lines.append(
        "note: without an anchor nobody can tell whether later records and checkpoints were cut off")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var vouching: String {
    guard let voucher, vouchedRecords > 0 else {
      return "vouched: none; no signed checkpoint covers any record"
    }
    let covered = "vouched: records 0 to \(vouchedRecords - 1), by \(voucher)"
    let rest = records > vouchedRecords ? records - vouchedRecords : 0
    guard isSound, rest > 0 else { return covered }
    return covered + "; the \(rest) after them are well-formed but not signed yet"
  }

  private static func line(_ finding: Finding) -> String {
    var place: [String] = []
    if let record = finding.record { place.append("record \(record)") }
    if let file = finding.file { place.append(finding.offset.map { "\(file) at byte \($0)" } ?? file) }
    let weight = finding.weight == .damage ? "damage" : "notice"
    return place.isEmpty
      ? "\(weight): \(finding.sentence)" : "\(weight): \(place.joined(separator: ", ")): \(finding.sentence)"
  }
}

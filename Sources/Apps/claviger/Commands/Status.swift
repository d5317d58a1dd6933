import AdminAPI
import ArgumentParser
import KMSServer

struct Status: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ask a running server how it is.",
    discussion:
      "Run it as the user that runs the server: the socket in the data directory is for its owner only.")

  @OptionGroup var place: PlaceOptions

  @Flag(name: .long, help: "Print the whole answer as JSON.")
  var json = false

  func run() async throws {
    let client = AdminClient(try place.dataDirectory())
    let answer = try await client.get(AdminAPI.status)
    if json {
      print(String(decoding: answer, as: UTF8.self))
    } else {
      let report: StatusReport = try AdminClient.decode(answer)
      print(StatusText.lines(report).joined(separator: "\n"))
    }
  }
}

/// The status for people.
enum StatusText {
  static func lines(_ report: StatusReport) -> [String] {
    var lines = [
      "claviger \(report.version), process \(report.processID), \(report.mode), up \(age(report.uptimeSeconds))",
      field("data directory", report.dataDirectory),
      field("clock", clock(report.clock)),
      field("seal", seal(report.seal)), field("recovery", recovery(report.seal.recovery)),
      field("custody", "\(report.custody.kind) (\(report.custody.provider)), epoch \(report.custody.epoch)"),
      field("key memory", memory(report.custody)),
      field("store", "\(report.store.kind) \(report.store.path), \(report.store.keys) keys"),
      field("erasure", erasure(report.erasure)),
      field("audit", audit(report.audit)),
      field("quotas", quotas(report.quotas)),
    ]
    lines += report.listeners.map { field($0.kind, $0.url) }
    lines += report.warnings.map { "warning: \($0)" }
    return lines
  }

  private static func field(_ name: String, _ value: String) -> String {
    name + String(repeating: " ", count: max(1, 16 - name.count)) + value
  }

  private static func clock(_ clock: StatusReport.Clock) -> String {
    clock.aheadSeconds == 0 ? clock.now : "\(clock.now), moved \(age(clock.aheadSeconds)) ahead"
  }

  private static func seal(_ seal: StatusReport.Seal) -> String {
    seal.isBesideData ? "\(seal.kind), beside the data it protects" : seal.kind
  }

  private static func recovery(_ recovery: StatusReport.Recovery?) -> String {
    guard let recovery else { return "none: what opens the seal must not get lost" }
    let shares = "\(recovery.needed) of \(recovery.shares) shares"
    return recovery.opensEverything ? shares + " open everything" : shares + " don't open everything"
  }

  private static func memory(_ custody: StatusReport.Custody) -> String {
    let locked = "\(custody.lockedBytes >> 10) KiB locked"
    return custody.unlockedBytes == 0 ? locked : locked + ", \(custody.unlockedBytes >> 10) KiB not locked"
  }

  private static func erasure(_ erasure: StatusReport.Erasure) -> String {
    guard let from = erasure.opensFrom else { return "off" }
    var parts = [erasure.lastAt.map { "last \($0)" } ?? "never yet"]
    if erasure.isUnderWay { parts.append("one is under way") }
    parts.append("backups from before \(from) don't open")
    parts.append(
      "\(erasure.pending) \(erasure.pending == 1 ? "key" : "keys") destroyed since, still in later backups")
    parts.append(erasure.intervalSeconds.map { "every \(age($0))" } ?? "never by itself")
    return parts.joined(separator: ", ")
  }

  private static func audit(_ audit: StatusReport.Audit) -> String {
    let signed = audit.checkpoint.map { "signed up to \($0)" } ?? "not yet signed"
    return "\(audit.mode), \(audit.records) records, \(signed), \(audit.path)"
  }

  private static func quotas(_ quotas: StatusReport.Quotas) -> String {
    guard quotas.isEnabled else { return "off" }
    return
      "on, \(quotas.throttled) calls throttled, \(quotas.turnedAway) with unknown access keys or tokens turned away"
  }

  static func age(_ seconds: Int64) -> String {
    switch seconds {
    case ..<60: "\(seconds) s"
    case ..<3600: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3600) h"
    default: "\(seconds / 86_400) days"
    }
  }
}

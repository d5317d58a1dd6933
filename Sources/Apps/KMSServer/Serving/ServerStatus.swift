import AdminAPI
import CustodySoftware
import DoorAdmin
import KMSAudit
import KMSDomain
import KMSEngine
import KMSIdentity
import KMSSystem
import StoreSQLite

/// What the assembly adds to the engine's facts.
struct ServerStatus: StatusSource {
  let house: House
  let doors: OpenDoors
  let started: Instant

  func report(_ facts: ReadStatus.Answer) async -> StatusReport {
    let configuration = house.configuration
    let uptime = (SystemTime().now().milliseconds - started.milliseconds) / 1000
    return StatusReport(
      version: Version.text, processID: ThisProcess.id, startedAt: started.rfc3339,
      uptimeSeconds: max(0, uptime),
      mode: DataDirectory.Mode(isDevelopment: configuration.isDevelopment).rawValue,
      dataDirectory: house.directory.absolute(house.directory.path),
      clock: StatusReport.Clock(
        now: facts.now.rfc3339, aheadSeconds: house.movableClock?.aheadSeconds ?? 0),
      seal: await seal(),
      custody: StatusReport.Custody(
        kind: facts.custody.kind, provider: facts.custody.provider, epoch: facts.custody.epoch.number,
        lockedBytes: facts.custody.lockedBytes, unlockedBytes: facts.custody.unlockedBytes,
        awaitingRemoval: facts.awaitingRemoval, tokenFault: house.token?.fault),
      store: StatusReport.Store(
        kind: "sqlite", path: house.directory.absolute(house.directory.database), keys: facts.keys),
      erasure: erasure(facts), audit: audit, quotas: quotas, listeners: listeners, warnings: warnings(facts))
  }

  private func seal() async -> StatusReport.Seal {
    StatusReport.Seal(
      kind: house.custody.roots.file.keepers.first?.holder.kind.name ?? "",
      isBesideData: sealIsBesideData, recovery: await recovery())
  }

  private var sealIsBesideData: Bool { house.roots.source.isBeside(house.directory) }

  private func recovery() async -> StatusReport.Recovery? {
    guard let holder = house.custody.roots.file.recovery?.holder,
      let parameters = try? SharedParameters(holder)
    else { return nil }
    let epochs = try? await house.store.epochs()
    return StatusReport.Recovery(
      needed: parameters.threshold, shares: parameters.parts,
      opensEverything: epochs.map { house.custody.recoverable($0) == $0.count } ?? false)
  }

  private func erasure(_ facts: ReadStatus.Answer) -> StatusReport.Erasure {
    StatusReport.Erasure(
      lastAt: facts.erasure.finished?.at.rfc3339,
      opensFrom: house.custody.erasureFacts.first?.createdAt.rfc3339, isUnderWay: facts.erasure.isUnderWay,
      pending: facts.erasure.destroyed + facts.erasure.destroying,
      intervalSeconds: house.configuration.erasure.interval?.components.seconds,
      isBesideData: house.directory.contains(SealDomain(house.configuration, house.directory).path))
  }

  private var audit: StatusReport.Audit {
    let records = house.audit.records
    let unsigned = house.audit.recordsSinceCheckpoint
    return StatusReport.Audit(
      mode: house.configuration.audit.mode.rawValue, path: house.directory.absolute(house.directory.audit),
      records: records, checkpoint: unsigned < records ? records - unsigned : nil)
  }

  private var quotas: StatusReport.Quotas {
    StatusReport.Quotas(
      isEnabled: house.configuration.hasQuotas,
      throttled: (house.engine.meter?.throttled ?? 0) &+ (house.engine.vaultMeter?.throttled ?? 0),
      turnedAway: house.identity.turnedAway + house.webIdentity.turnedAway)
  }

  private var listeners: [StatusReport.Listener] {
    let configuration = house.configuration
    return [
      doors.url(.http, configuration.listen).map { StatusReport.Listener(kind: "http", url: $0) },
      doors.url(.https, configuration.listenTLS).map { StatusReport.Listener(kind: "https", url: $0) },
      doors.url(.kmip, configuration.listenKMIP).map { StatusReport.Listener(kind: "kmip", url: $0) },
    ].compactMap { $0 }
  }

  private func warnings(_ facts: ReadStatus.Answer) -> [String] {
    var warnings: [String] = []
    if sealIsBesideData {
      warnings.append(
        "the seal is a key file beside the data: it protects nothing against a copied directory or disk")
    }
    if !house.configuration.isDevelopment, erasure(facts).isBesideData {
      warnings.append(
        "the erasure secret lies in the data directory: leave it out of backups, or what they hold is never erased"
      )
    }
    if facts.custody.unlockedBytes > 0 {
      warnings.append(
        "\(facts.custody.unlockedBytes >> 10) KiB of key memory is not locked: raise the limit of locked memory"
      )
    }
    if let fault = house.token?.fault { warnings.append("the token can't be used, nor keys on it: \(fault)") }
    if facts.awaitingRemoval > 0 {
      let versions =
        facts.awaitingRemoval == 1
        ? "1 version of a destroyed key is" : "\(facts.awaitingRemoval) versions of destroyed keys are"
      warnings.append("\(versions) on the token still: what is there is removed once the token answers")
    }
    if let ahead = house.movableClock?.aheadSeconds, ahead > 0 {
      warnings.append("the clock was moved \(ahead) s ahead")
    }
    if let obstacle = doors.obstacle(to: .kmip) { warnings.append("KMIP is off: " + obstacle) }
    if house.configuration.isDevelopment {
      warnings.append(
        "this is a development server: the first access key lies in clear in the data directory")
    }
    return warnings
  }
}

import CustodySoftware
import Foundation
import KMSAudit
import KMSDomain
import KMSSystem
import StoreSQLite

/// The checks of `claviger doctor`. Nothing is changed.
package struct Examination: Sendable {
  let configuration: Configuration
  let directory: DataDirectory

  package init(_ configuration: Configuration) throws {
    self.configuration = configuration
    directory = try Startup.dataDirectory(of: configuration)
  }

  package func run() async -> (findings: [Finding], isRunning: Bool) {
    Startup.secretVariables.pin.ask(for: configuration.pkcs11)
    var findings = machine
    guard let lock = examineDirectory(&findings) else { return (findings, false) }
    findings += files
    findings += SealExamination(configuration: configuration, directory: directory).findings
    findings += token
    findings += certificate
    findings += kmip
    switch lock {
    case .free(let hold):
      findings += await keys()
      findings += await ports()
      withExtendedLifetime(hold) {}
      return (findings, false)
    case .held:
      findings.append(
        Finding(.ok, "in use", "a server is running; seal, database, log and ports are its own to check"))
      return (findings, true)
    }
  }

  private enum Lock {
    /// nil where no server ever ran.
    case free(DirectoryLock?)
    case held
  }

  /// - Returns: nil when there is no directory to go on with.
  private func examineDirectory(_ findings: inout [Finding]) -> Lock? {
    do {
      guard let status = try FileStatus.of(directory.path) else {
        findings.append(Finding(.fail, "directory", "\(directory.path) is not there: run claviger init"))
        return nil
      }
      findings.append(Examination.judge(status, directory.path, "directory", most: 0o700))
      switch try directory.state() {
      case .made(let mode): findings.append(Finding(.ok, "mode", mode.rawValue))
      case .vacant, .foreign:
        findings.append(
          Finding(
            .fail, "mode", "\(directory.path) holds no finished server: run claviger init on an empty one"))
        return nil
      }
    } catch {
      findings.append(Finding(.fail, "directory", "\(error)"))
      return nil
    }
    do throws(SystemError) {
      return .free(try DirectoryLock.existing(in: directory.path))
    } catch {
      guard !error.isHeldElsewhere else { return .held }
      findings.append(Finding(.fail, "in use", "\(error)"))
      return nil
    }
  }

  /// Rights and owner of a file or folder of ours.
  static func judge(_ status: FileStatus, _ path: String, _ subject: String, most: UInt32) -> Finding {
    if status.isOpenToOthers {
      return Finding(
        .fail, subject, "group or others may access \(path): chmod \(String(most, radix: 8)) \(path)")
    }
    guard status.owner == ThisProcess.effectiveUserID else {
      return Finding(.fail, subject, "\(path) belongs to another user: run as that user, or chown it")
    }
    return Finding(.ok, subject, path)
  }

  private var files: [Finding] {
    var wanted = [("seal", directory.seal), ("database", directory.database), ("account", directory.owner)]
    switch configuration.seal {
    case .keyFile(let path): wanted.append(("key file", path ?? directory.sealKey))
    case .passphraseFile(let path): wanted.append(("passphrase", path))
    case .passphraseVariable, .passphrasePrompt, .shamir, .token: break
    case .awskms(let key):
      if let path = key.credentialsFile { wanted.append(("seal credentials", path)) }
    }
    var findings = wanted.map { subject, path in
      do {
        guard let status = try FileStatus.of(path) else {
          return Finding(.fail, subject, "\(path) is not there: restore it from a backup")
        }
        return Examination.judge(status, path, subject, most: 0o600)
      } catch {
        return Finding(.fail, subject, "\(error)")
      }
    }
    if configuration.seal.isBeside(directory) {
      findings.append(
        Finding(
          .warn, "seal",
          "what opens it lies beside the data and protects nothing against a copied directory: keep it elsewhere"
        ))
    }
    return findings
  }
}

// MARK: - What needs the files to itself

extension Examination {
  private func keys() async -> [Finding] {
    let store: SQLiteStore
    do {
      store = try SQLiteStore.examine(path: directory.database)
    } catch {
      return [Finding(.fail, "database", "\(error)")]
    }
    let findings = await contents(of: store)
    await store.close()
    return findings
  }

  private func contents(of store: SQLiteStore) async -> [Finding] {
    do {
      let keys = try await store.keyCount()
      let outbox =
        try await store.outbox(limit: 1).isEmpty
        ? "" : "; the next start will write what waits for the audit log"
      let witness = try await StoreWitness.ask(store, configuration, directory)
      let erasure = await ErasureExamination(configuration: configuration, directory: directory).match(store)
      let history = await SealExamination(configuration: configuration, directory: directory).match(store)
      // Without the erasure secret, or with another seal file, the seal wasn't tried.
      let seal = [erasure, history].contains { $0.grade == .fail } ? [] : [Examination.seal(witness)]
      return [Finding(.ok, "database", "opens, \(keys) keys" + outbox), erasure, history] + seal
        + [AuditExamination.finding(configuration, witness)]
    } catch {
      return [Finding(.fail, "database", Startup.describe(error))]
    }
  }

  private static func seal(_ witness: StoreWitness) -> Finding {
    if let problem = witness.sealProblem {
      return Finding(witness.sealCanBeWaitedFor ? .warn : .fail, "seal", problem)
    }
    return Finding(.ok, "seal", "opens")
  }

  private func ports() async -> [Finding] {
    var findings: [Finding] = []
    for (option, endpoint) in [
      ("listen", configuration.listen), ("listen-tls", configuration.listenTLS),
      ("listen-kmip", configuration.listenKMIP),
    ] {
      guard let endpoint, endpoint.port != 0 else { continue }
      if let reason = await Ports.obstacle(to: endpoint) {
        let isOptional = option == "listen-kmip" && !configuration.isKMIPDemanded
        findings.append(
          Finding(
            isOptional ? .warn : .fail, "port",
            "\(endpoint.authority): \(reason): stop what uses it, or change \(option)"))
      } else {
        findings.append(Finding(.ok, "port", "\(endpoint.authority) is free"))
      }
    }
    return findings
  }
}

// MARK: - The machine

extension Examination {
  /// Locked memory that is comfortable, in bytes: the arena's own size.
  private static let comfortableLock: UInt64 = 64 << 20
  /// 2025-01-01T00:00:00Z in milliseconds: an earlier time is a clock that was never set.
  private static let earliestClock: Int64 = 1_735_689_600_000

  private var machine: [Finding] {
    [libcrypto, lockedMemory, coreDumps, openFiles, clock]
  }

  private var libcrypto: Finding {
    OpenSSL.start()
      ? Finding(.ok, "libcrypto", OpenSSL.version)
      : Finding(.fail, "libcrypto", "can't be used: install OpenSSL 3.0 or later (Debian: libssl3)")
  }

  private var lockedMemory: Finding {
    let limit = ResourceLimits.lockedMemory
    guard limit < Examination.comfortableLock else {
      return Finding(.ok, "locked memory", limit == .max ? "unlimited" : "\(limit >> 20) MiB")
    }
    return Finding(
      .warn, "locked memory",
      "\(limit >> 10) KiB may be locked; keys beyond that could reach swap: raise LimitMEMLOCK (ulimit -l)")
  }

  private var coreDumps: Finding {
    Finding(.ok, "core dumps", "a server switches them off for itself")
  }

  private var openFiles: Finding {
    let wanted = UInt64(configuration.limits.connections)
    guard ResourceLimits.openFiles < wanted else {
      return Finding(.ok, "open files", "\(ResourceLimits.openFiles)")
    }
    return Finding(
      .warn, "open files",
      "\(ResourceLimits.openFiles) are fewer than limits.connections (\(wanted)): raise LimitNOFILE (ulimit -n)"
    )
  }

  private var clock: Finding {
    let now = SystemTime().now()
    guard now.milliseconds >= Examination.earliestClock else {
      return Finding(
        .fail, "clock", "it was never set: signatures can't be judged; set it, or run an NTP client")
    }
    return Finding(.ok, "clock", now.text)
  }

  private var certificate: [Finding] {
    guard configuration.listenTLS != nil || configuration.listenKMIP != nil, configuration.certificate == nil
    else { return [] }
    do {
      guard try FileStatus.of(directory.certificate) != nil else { return [] }
      let isSound = try ServerCertificate.isSound(directory, now: SystemTime().now())
      return [
        isSound
          ? Finding(.ok, "certificate", directory.certificate)
          : Finding(
            .warn, "certificate", "it ends soon or doesn't fit its key: restart the server to renew it")
      ]
    } catch {
      return [Finding(.fail, "certificate", "\(error): remove \(directory.tls) to have it made anew")]
    }
  }
}

extension Examination {
  /// A wrong PIN costs one of the attempts that the token allows.
  private var token: [Finding] {
    do {
      try HardwareToken.requirePIN(configuration.pkcs11, Startup.secretVariables)
      let summary = try HardwareToken.summary(configuration, variables: Startup.secretVariables)
      return summary.map { [Finding(.ok, "token", $0)] } ?? []
    } catch SealError.needsPeople {
      return [Finding(.warn, "token", "its PIN is to be typed, and nobody is at a terminal: not tried")]
    } catch {
      return [Finding(.fail, "token", "\(error)")]
    }
  }

  private var kmip: [Finding] {
    guard let endpoint = configuration.listenKMIP, !endpoint.isLoopback, configuration.certificate == nil
    else {
      return []
    }
    return [
      Finding(
        .warn, "kmip",
        "\(endpoint.authority) is for other machines, and the private CA vouches for this one only: set tls.certificate and tls.key"
      )
    ]
  }
}

extension Instant {
  /// RFC 3339 in UTC, in whole seconds.
  var text: String { Date(timeIntervalSince1970: Double(milliseconds / 1000)).ISO8601Format() }
}

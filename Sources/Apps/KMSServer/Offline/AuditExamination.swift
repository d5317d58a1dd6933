import CustodySoftware
import Foundation
import KMSAudit
import KMSDomain
import KMSSystem
import StoreSQLite

/// `claviger audit verify`: the log's files against their signatures, the store's copy of the last checkpoint and an anchor
/// that was kept elsewhere.
package struct AuditExamination: Sendable {
  private let configuration: Configuration
  private let directory: DataDirectory

  package init(_ configuration: Configuration) throws {
    self.configuration = configuration
    directory = try Startup.dataDirectory(of: configuration)
  }

  package struct Result: Sendable {
    package let isSound: Bool
    /// For people.
    package let lines: [String]
    let records: UInt64
    let vouched: UInt64
  }

  /// - Parameter anchor: the path of a signed checkpoint.
  /// - Parameter key: the path of a verifier key that was kept elsewhere; nil takes the seal's, or else the log's own.
  /// - Throws: `Problem`, `SystemError` when there is nothing to verify; then nothing is known.
  package func run(anchor: String?, key: String? = nil) async throws -> Result {
    guard try FileStatus.of(directory.audit)?.kind == .folder else {
      throw Problem(
        "there is no audit log in \(directory.path)", remedy: "name the data directory of a server")
    }
    var notes: [String] = []
    var anchors: [AuditVerifier.Anchor] = []
    if let anchor { anchors.append(try AuditExamination.read(anchor)) }
    let given = try key.map(AuditExamination.readKey)
    let store = await StoreWitness.ask(configuration, directory, wantsKey: given == nil, &notes)
    if let copy = store.checkpoint {
      anchors.append(AuditVerifier.Anchor(name: "the store's copy", note: copy))
    }
    let report = try AuditVerifier(folder: directory.audit, key: given ?? store.key, anchors: anchors)
      .verify()
    let lines = report.text.split(separator: "\n").map(String.init) + notes
    return Result(
      isSound: report.isSound, lines: lines, records: report.records, vouched: report.vouchedRecords)
  }

  private static func read(_ path: String) throws -> AuditVerifier.Anchor {
    guard let data = FileManager.default.contents(atPath: path), data.count <= SignedCheckpoint.byteLimit
    else {
      throw Problem(
        "cannot read the anchor \(path)", remedy: "name a signed checkpoint that was kept elsewhere")
    }
    return AuditVerifier.Anchor(name: "the anchor \(path)", note: Array(data))
  }

  private static func readKey(_ path: String) throws -> VerifierKey {
    guard let data = FileManager.default.contents(atPath: path), data.count <= keyLimit,
      let key = VerifierKey(text: String(decoding: data, as: UTF8.self))
    else {
      throw Problem(
        "cannot read the verifier key \(path)", remedy: "name a copy of the file verifier-key of the log")
    }
    return key
  }

  /// In bytes; a verifier key has about 130.
  private static let keyLimit = 4096

  /// The same in one line, for `claviger doctor`. The caller holds the directory's lock.
  static func finding(_ configuration: Configuration, _ witness: StoreWitness) -> Finding {
    do {
      let folder = try Startup.dataDirectory(of: configuration).audit
      let anchors =
        witness.checkpoint.map { [AuditVerifier.Anchor(name: "the store's copy", note: $0)] } ?? []
      let report = try AuditVerifier(folder: folder, key: witness.key, anchors: anchors).verify()
      guard report.isSound else {
        return Finding(
          .fail, "audit log", "it is damaged: run claviger audit verify, and restore a backup elsewhere")
      }
      return Finding(
        .ok, "audit log", "\(report.records) records, \(report.vouchedRecords) of them signed for")
    } catch {
      return Finding(.fail, "audit log", "\(error)")
    }
  }
}

/// What the database and the seal say of the log, as far as they can be opened.
struct StoreWitness: Sendable {
  /// The store's copy of the last checkpoint.
  var checkpoint: [UInt8]?
  /// The key that the seal gives; without it the log's own folder is believed.
  var key: VerifierKey?
  /// Why the seal gives none.
  var sealProblem: String?
  /// Whether it will, once people or another machine do their part.
  var sealCanBeWaitedFor = false

  static func ask(
    _ configuration: Configuration, _ directory: DataDirectory, wantsKey: Bool, _ notes: inout [String]
  ) async -> StoreWitness {
    do {
      let lock = try DirectoryLock.existing(in: directory.path)
      let store = try SQLiteStore.examine(path: directory.database)
      let witness = try await ask(store, configuration, directory, wantsKey: wantsKey)
      await store.close()
      withExtendedLifetime(lock) {}
      if let problem = witness.sealProblem {
        notes.append("note: the seal was not opened to check the verifier key: \(problem)")
      }
      return witness
    } catch let error as SystemError where error.isHeldElsewhere {
      notes.append("note: a server is running, so the store's copy of the last checkpoint was not compared")
    } catch {
      notes.append(
        "note: the store's copy of the last checkpoint was not compared: \(Startup.describe(error))")
    }
    return StoreWitness()
  }

  /// - Throws: `KMSError` when the database can't be read.
  static func ask(
    _ store: SQLiteStore, _ configuration: Configuration, _ directory: DataDirectory, wantsKey: Bool = true
  ) async throws -> StoreWitness {
    var witness = StoreWitness(checkpoint: try await store.auditCheckpoint())
    guard wantsKey else { return witness }
    do {
      let seal = Seals.make(configuration.seal, directory, variables: Startup.secretVariables)
      let erasure = try await SealDomain(configuration, directory).open(for: store)
      let custody = try await House.openCustody(seal, directory, store, erasure: erasure)
      witness.key = VerifierKey(name: House.auditOrigin(store), publicKey: custody.publicKey)
    } catch {
      witness.sealProblem = Startup.describe(error)
      witness.sealCanBeWaitedFor = (error as? SealError)?.canBeWaitedFor ?? false
    }
    return witness
  }
}

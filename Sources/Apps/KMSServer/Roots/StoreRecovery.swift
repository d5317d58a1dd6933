import CustodySoftware
import DoorAWS
import KMSAudit
package import KMSBytes
import KMSDomain
import KMSEngine
import KMSSystem
import StoreSQLite

/// Opens a directory by recovery shares, without the seal that it had, and puts it under the seal of the configuration. No
/// server runs on it meanwhile; one that ends in between is begun anew, for the shares stay good.
package final class StoreRecovery {
  private let configuration: Configuration
  private let directory: DataDirectory
  private let lock: DirectoryLock
  private let shares: GivenShares
  private let accepted: AcceptedSeal?

  /// - Parameter accepted: an older seal file that is taken all the same.
  /// - Throws: `Problem` where a server runs, or where nobody made recovery shares.
  package init(_ configuration: Configuration, accepting accepted: AcceptedSeal?) throws {
    self.configuration = configuration
    self.accepted = accepted
    directory = try Startup.dataDirectory(of: configuration)
    lock = try Startup.hold(directory)
    shares = try GivenShares(for: directory)
  }

  /// How many shares were handed in, and how many are needed.
  package var progress: (given: Int, needed: Int) { shares.progress }
  package var store: String { shares.store }

  /// - Throws: `Problem` for what is no share of this recovery.
  package func add(_ share: WipedBytes) throws { try shares.add(share) }

  /// Puts the store under a new root, sealed as the configuration says.
  /// - Returns: how many epochs were moved, and shares to print where people open the new seal.
  package func run() async throws -> (epochs: Int, shares: String) {
    let opened = try shares.open()
    let store = try SQLiteStore.open(path: directory.database, onFault: { _ in })
    do {
      let custody = try await open(store, opened)
      let new = try makeSeal()
      let epochs = try await reseal(store, custody, new)
      await store.close()
      let shares = try PrintedShares(new, of: shares.file.store)?.lines() ?? ""
      return (epochs, shares)
    } catch {
      await store.close()
      throw error
    }
  }

  /// The shares open what is under the root. Without the erasure secret that is nothing, so that an erasure stays one.
  private func open(_ store: SQLiteStore, _ opened: OpenSeal) async throws -> SoftwareCustody {
    let erasure = try await SealDomain(configuration, directory).open(for: store)
    return try await House.openCustody(opened, directory, store, accepting: accepted, erasure: erasure)
  }

  private func makeSeal() throws -> NewRoot {
    try Startup.secretVariables.pin.demand(for: configuration.seal.token)
    let seal = Seals.make(
      configuration.seal, directory, variables: Startup.secretVariables,
      typed: try .new(for: configuration.seal))
    return try seal.make(for: shares.file.store)
  }

  private func reseal(_ store: SQLiteStore, _ custody: SoftwareCustody, _ new: NewRoot) async throws -> Int {
    try await giveCodes(store, custody)
    let epochs = try await store.epochs()
    let next = try custody.roots.adding(new)
    try PrivateFile.write(next.file.encoded, to: directory.seal)
    custody.adopt(next)
    let moved = try custody.rewrapped(epochs)
    let audit = try await House.openAudit(
      directory, configuration.audit, custody, store, clock: SystemTime(), faults: Unheard())
    // The next server writes the record into the log, as it does with every change.
    try await store.commit(
      .together([.rewrapEpochs(moved), .noteSeal(custody.sealNote)]),
      outbox: audit.encode(record(custody, moved.count)))
    return moved.count
  }

  /// A store from before there were codes: the file that is written next demands one of each epoch.
  private func giveCodes(_ store: SQLiteStore, _ custody: SoftwareCustody) async throws {
    guard custody.roots.file.generation == 0 else { return }
    let coded = try custody.coded(try await store.epochs())
    try await store.commit(.together([.rewrapEpochs(coded), .noteSeal(custody.sealNote)]), outbox: nil)
  }

  private func record(_ custody: SoftwareCustody, _ epochs: Int) -> AuditRecord {
    let id = custody.bits128()
    let origin = RequestOrigin(
      id: RequestID(id), door: "system", source: "recovery", isEncrypted: true, userAgent: "")
    let request = AccessRequest(
      action: .replaceRoot, caller: .system, origin: origin, resource: .server, facts: .none)
    let verdict = authorise(request, version: nil, vocabulary: AWSVocabulary())
    return AuditRecord(
      id: id, time: SystemTime().now(), origin: origin, who: .system, operation: "Recover",
      demands: [
        AuditRecord.Demand(
          action: .replaceRoot, named: "server", resolved: request.resource.name, key: nil, version: nil,
          decision: verdict.decision)
      ], outcome: .success, encryptionContext: nil,
      details: [
        AuditRecord.Detail(name: "seal", value: configuration.seal.kind),
        AuditRecord.Detail(name: "epochs", value: String(epochs)),
      ] + (accepted.map { [AuditRecord.Detail(name: "accepted", value: $0.text)] } ?? []))
  }
}

/// While nothing is served there is nobody to hide a cause from: errors are thrown.
private struct Unheard: FaultLog {
  func record(_ cause: String, request: RequestID?) {}
}

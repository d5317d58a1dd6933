import CustodySoftware
import Foundation
import KMSDomain
import KMSSystem
import StoreSQLite

/// The folder of what must never be in a backup: the erasure secret. Where it lies is configuration.
struct SealDomain {
  private let directory: DataDirectory
  private let folder: String

  init(_ configuration: Configuration, _ directory: DataDirectory) {
    self.directory = directory
    folder = configuration.erasure.directory ?? directory.sealDomain
  }

  var path: String { folder + "/erasure" }

  /// The first secret of a new store.
  /// - Throws: `Problem` when there is one already; `SystemError`, `SealError`.
  func make(for storeID: Bits128, now: Instant) throws -> ErasureSecrets {
    guard try FileStatus.of(path) == nil else {
      throw Problem(
        "\(path) is there already, and may be what another server's keys need",
        remedy: "name another folder with seal.directory, or move the file away")
    }
    try Directory.makePrivate(folder)
    return try ErasureSecrets.make(ErasureFile(path: path), for: storeID, now: now)
  }

  /// The secrets of a store that is to be served. One from before there were any gets its first; the epochs that it has are
  /// under it once they were renewed.
  func openOrMake(for store: SQLiteStore, now: Instant) async throws -> ErasureSecrets {
    try ErasureFile(path: path).tidy()
    if let found = try await open(for: store) { return found }
    return try make(for: store.storeID, now: now)
  }

  /// Changes nothing.
  /// - Returns: nil for a store from before there were any.
  /// - Throws: `Problem` when the store needs a secret that isn't there.
  func open(for store: SQLiteStore) async throws -> ErasureSecrets? {
    let needed = try await needs(of: store)
    let begun = try await store.erasure().begun?.secret
    guard let found = try read(for: store.storeID, begun: begun) else {
      guard needed.isEmpty else {
        throw Problem(
          "\(path) is missing, and without it no key opens",
          remedy: "put back the newest copy of it, or name its folder with seal.directory")
      }
      return nil
    }
    let there = Set(found.facts.map(\.id))
    if let missing = needed.first(where: { !there.contains($0.secret) }) {
      throw problem(missing, found.facts)
    }
    return found
  }

  /// - Parameter begun: see `ErasureSecrets.open`.
  /// - Returns: nil when there is no file.
  func read(for storeID: Bits128, begun: Bits128?) throws -> ErasureSecrets? {
    do {
      return try ErasureSecrets.open(ErasureFile(path: path), for: storeID, begun: begun)
    } catch SealError.malformed {
      throw Problem(
        "\(path) is damaged, or a later version made it", remedy: "put back the newest copy of it")
    } catch SealError.otherStore {
      throw Problem(
        "\(path) belongs to another data directory",
        remedy: "put back the newest copy of this one's, or name its folder with seal.directory")
    }
  }

  private struct Need {
    let secret: Bits128
    /// Of the epoch, as far as it is known.
    let since: Instant?
  }

  private func needs(of store: SQLiteStore) async throws -> [Need] {
    let epochs = try await store.epochs().compactMap { epoch in
      epoch.erasure.map { Need(secret: $0, since: epoch.createdAt) }
    }
    let retired = try await store.retiredEpochs().compactMap { epoch in
      epoch.erasure.map { Need(secret: $0, since: nil) }
    }
    return epochs + retired
  }

  private func problem(_ missing: Need, _ there: [ErasureSecretFacts]) -> Problem {
    guard let newest = there.last, missing.since.map({ $0 < newest.createdAt }) ?? true else {
      return Problem(
        "\(path) is older than \(directory.database), whose keys need the secret that came after it",
        remedy: "put back the newest copy of it")
    }
    return Problem(
      "\(directory.database) is from before the erasure of \(newest.createdAt.text): what opened it was destroyed, "
        + "and no key in it comes back",
      remedy: "restore a backup that was made after that erasure")
  }
}

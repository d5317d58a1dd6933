import CustodySoftware
package import KMSBytes
import KMSDomain
import StoreSQLite

/// Tries whether recovery shares open a store, and changes nothing: neither the files nor the log. A server may run on the
/// directory meanwhile. It never gets the shares: they come together in this process only, which listens nowhere and ends.
package final class RecoveryDrill {
  /// What the shares open.
  package struct Findings: Sendable {
    /// Wrapping-key epochs, every one of the store.
    package let epochs: Int
    package let keys: Int
  }

  private let configuration: Configuration
  private let directory: DataDirectory
  private let shares: GivenShares

  /// - Throws: `Problem` where nobody made recovery shares.
  package init(_ configuration: Configuration) throws {
    self.configuration = configuration
    directory = try Startup.dataDirectory(of: configuration)
    shares = try GivenShares(for: directory)
  }

  package var progress: (given: Int, needed: Int) { shares.progress }
  package var store: String { shares.store }

  /// - Throws: `Problem` for what is no share of this recovery.
  package func add(_ share: WipedBytes) throws { try shares.add(share) }

  /// Opens everything that a recovery opens.
  /// - Throws: what a recovery would say where it couldn't.
  package func run() async throws -> Findings {
    let opened = try shares.open()
    let store = try SQLiteStore.examine(path: directory.database)
    do {
      let findings = try await open(store, opened)
      await store.close()
      return findings
    } catch let error as KMSError {
      await store.close()
      throw Problem(
        Startup.describe(error),
        remedy: "keep what opens the seal, and make new shares with claviger recovery create")
    } catch {
      await store.close()
      throw error
    }
  }

  private func open(_ store: SQLiteStore, _ opened: OpenSeal) async throws -> Findings {
    let epochs = try await store.epochs()
    let erasure = try await SealDomain(configuration, directory).open(for: store)
    // Custody opens each of them, or throws.
    _ = try await House.openCustody(opened, directory, store, erasure: erasure)
    return Findings(epochs: epochs.count, keys: try await store.keyCount())
  }
}

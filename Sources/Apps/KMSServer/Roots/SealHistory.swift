import CustodySoftware
import KMSDomain
import StoreSQLite

/// Whether the seal file of a directory is the one that its database knows. An older one is as genuine as the present one, and
/// opens for whom it opened then: so it isn't taken unless the operator says so.
struct SealHistory {
  private let directory: DataDirectory
  private let file: SealFile
  private let note: Authenticated<SealNote>?
  /// The last that anything in the database is of.
  private let known: UInt64

  init(_ file: SealFile, _ directory: DataDirectory, _ store: SQLiteStore) async throws {
    self.file = file
    self.directory = directory
    note = try await store.sealNote()
    let epochs = try await store.epochs().map(\.seal)
    known = ([note?.record.generation ?? 0] + epochs).max() ?? 0
  }

  /// Why the file isn't taken; nil when it is, also when it is newer than the database: that is what a kill between the two leaves.
  var problem: Problem? {
    guard let complaint else { return nil }
    return Problem(
      complaint,
      remedy:
        "put back the newest one; if this one is meant, start once with --accept-seal \(wanted.text) "
        + "(docs/operations/seal.md)")
  }

  /// Before people are asked to open the file: what the database says of it without the seal. A database that can't be looked at as
  /// it is is judged once the seal is open.
  /// - Throws: `Problem` for a file that isn't taken.
  static func requireTaken(
    _ file: SealFile, _ directory: DataDirectory, accepting accepted: AcceptedSeal?
  ) async throws {
    guard let store = try? SQLiteStore.examine(path: directory.database) else { return }
    let history = try? await SealHistory(file, directory, store)
    await store.close()
    guard let history, let problem = history.problem, accepted != history.wanted else { return }
    throw problem
  }

  private var complaint: String? {
    if file.generation < known {
      return
        "\(directory.seal) is older than \(directory.database) (\(file.generation), and \(known) is known): "
        + "who opened the store then could open it again"
    }
    guard let note else {
      // Servers note each file of theirs before the first that has a generation.
      return file.generation == 0
        ? nil : "\(directory.database) doesn't know \(directory.seal), nor any before it"
    }
    guard file.generation == note.record.generation, file.note != note.record else { return nil }
    return "\(directory.seal) is not the one that \(directory.database) knows, but of the same age"
  }

  /// What accepts it.
  private var wanted: AcceptedSeal { AcceptedSeal(file: file.generation, known: known) }

  /// - Returns: the seal, as it is to be in force: the same, or, where an older one was accepted, in a generation of its own.
  /// - Throws: `Problem` for one that isn't taken, and for a database whose note was changed; `SealError`.
  func judge(_ opened: OpenSeal, accepting accepted: AcceptedSeal?) throws -> OpenSeal {
    if let note, try !opened.vouches(for: note) {
      throw Problem(
        "what \(directory.database) knows of \(directory.seal) was changed",
        remedy: "restore the data directory from a backup")
    }
    guard let problem else { return opened }
    guard accepted == wanted else { throw problem }
    return try opened.again(after: known)
  }
}

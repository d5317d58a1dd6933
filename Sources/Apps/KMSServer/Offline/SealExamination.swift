import CustodySoftware
import StoreSQLite

/// What can be said of a seal without opening it.
struct SealExamination: Sendable {
  let configuration: Configuration
  let directory: DataDirectory

  var findings: [Finding] {
    let file: SealFile
    do {
      file = try SealFile(in: directory)
    } catch {
      return [Finding(.fail, "seal", "\(error)")]
    }
    return kinds(file) + [holders(file), recovery(file)]
      + ErasureExamination(configuration: configuration, directory: directory).findings(for: file.store)
  }

  /// With the database: whether it is the file that is known there.
  func match(_ store: SQLiteStore) async -> Finding {
    do {
      let file = try SealFile(in: directory)
      if let problem = try await SealHistory(file, directory, store).problem {
        return Finding(.fail, "seal file", "\(problem)")
      }
      return Finding(.ok, "seal file", "the one that the database knows, or newer")
    } catch {
      return Finding(.fail, "seal file", Startup.describe(error))
    }
  }

  /// Who can open the store, as far as the file says it.
  private func holders(_ file: SealFile) -> Finding {
    let names = file.entries.map { entry in
      guard let parameters = try? SharedParameters(entry.holder) else { return entry.holder.kind.name }
      return "\(entry.holder.kind.name) (\(parameters.threshold) of \(parameters.parts))"
    }
    return Finding(
      .ok, "holders", "\(names.joined(separator: ", ")); seal file of format \(file.format)")
  }

  private func kinds(_ file: SealFile) -> [Finding] {
    let names = file.keepers.map(\.holder.kind.name)
    let given = configuration.seal.kind
    guard names.contains(given) else {
      return [
        Finding(
          .fail, "seal",
          "the root key is sealed by \(names.joined(separator: " or ")), but the configuration has seal.kind \(given): change it"
        )
      ]
    }
    guard file.isBetweenRoots else { return [] }
    return [
      Finding(.warn, "seal", "a change of the root key was interrupted: the next start finishes it")
    ]
  }

  private func recovery(_ file: SealFile) -> Finding {
    guard let holder = file.recovery?.holder else {
      return Finding(
        .warn, "recovery",
        "none: if the seal is lost, all is lost; claviger recovery create makes shares")
    }
    guard let parameters = try? SharedParameters(holder) else {
      return Finding(.fail, "recovery", "the seal file's part for it is damaged")
    }
    return Finding(.ok, "recovery", "\(parameters.threshold) of \(parameters.parts) shares")
  }
}

import CustodySoftware
import Foundation
import KMSDomain
import KMSSystem
import StoreSQLite

/// What can be said of the erasure secret's file.
struct ErasureExamination: Sendable {
  let configuration: Configuration
  let directory: DataDirectory

  private static let subject = "erasure"
  private var domain: SealDomain { SealDomain(configuration, directory) }

  /// Without the database: whether the file is there, is this user's alone and of this store.
  func findings(for store: Bits128) -> [Finding] {
    do {
      guard let status = try FileStatus.of(domain.path) else {
        return [
          Finding(
            .warn, ErasureExamination.subject,
            "\(domain.path) is not there: needed, unless the server is from before erasures")
        ]
      }
      let judged = Examination.judge(status, domain.path, ErasureExamination.subject, most: 0o600)
      guard judged.grade == .ok else { return [judged] }
      return [try content(for: store)] + place
    } catch {
      return [Finding(.fail, ErasureExamination.subject, "\(error)")]
    }
  }

  private func content(for store: Bits128) throws -> Finding {
    guard let secrets = try domain.read(for: store, begun: nil) else {
      return Finding(.fail, ErasureExamination.subject, "\(domain.path) is gone")
    }
    let since = secrets.facts.first.map { ", backups from before \($0.createdAt.text) don't open" } ?? ""
    let isUnderWay = secrets.facts.count > 1 ? "; an erasure is under way" : ""
    return Finding(.ok, ErasureExamination.subject, "\(domain.path)\(since)\(isUnderWay)")
  }

  private var place: [Finding] {
    guard !configuration.isDevelopment, directory.contains(domain.path) else { return [] }
    return [
      Finding(
        .warn, ErasureExamination.subject,
        "it lies in the data directory: leave it out of backups, or what they hold is never erased")
    ]
  }

  /// With the database: whether it is what the epochs there need.
  func match(_ store: SQLiteStore) async -> Finding {
    do {
      guard try await domain.open(for: store) != nil else {
        return Finding(.warn, ErasureExamination.subject, "none yet: the next start of serve makes it")
      }
      return Finding(.ok, ErasureExamination.subject, "fits the database")
    } catch {
      return Finding(.fail, ErasureExamination.subject, "\(error)")
    }
  }
}

import KMSDomain
import KMSEngine
import WireJSON

/// `/backup`, `/restore` and what belongs to them: copies of a whole managed HSM in Azure's blob storage. There is none here, and a backup
/// of one HSM alone isn't what protects an operator: `claviger backup` is. So each of these operations has failed by the time that its
/// state is asked for, in the form in which clients wait for the end of one. The first answer says that it is under way: clients
/// take an end that comes at once for a good one.
struct FullBackups: VaultCollection {
  private enum Kind: String {
    case backup
    case restore

    var start: (operation: String, action: Action) {
      switch self {
      case .backup: ("StartBackup", .backUpVault)
      case .restore: ("StartRestore", .restoreVault)
      }
    }

    var status: (operation: String, action: Action) {
      switch self {
      case .backup: ("ReadBackupStatus", .readVaultBackup)
      case .restore: ("ReadRestoreStatus", .readVaultRestore)
      }
    }
  }

  private static let message =
    "This server keeps no backups in blob storage. Its operator makes and restores whole backups with "
    + "`claviger backup`; single keys are backed up by their own operation."

  func answer(_ call: VaultCall) async throws(AzureError) -> VaultAnswer {
    guard call.vault.home.kind == .managedHSM else { throw .notOffered("Full backups of vaults") }
    let segments = call.segments.last == "" ? call.segments.dropLast() : call.segments[...]
    switch (segments.first ?? "", segments.count) {
    case ("backup", 1), ("prebackup", 1): return try await start(.backup, "POST", call)
    case ("restore", 1), ("prerestore", 1): return try await start(.restore, "PUT", call)
    case ("backup", 3): return try await status(.backup, call)
    case ("restore", 3): return try await status(.restore, call)
    default: throw .notFound
    }
  }

  /// Of one key out of a backup of the whole.
  static func restoreKey(_ call: VaultCall) async throws(AzureError) -> VaultAnswer {
    guard call.vault.home.kind == .managedHSM else { throw .methodNotAllowed }
    return try await FullBackups().start(.restore, "PUT", call)
  }

  private func start(_ kind: Kind, _ method: String, _ call: VaultCall) async throws(AzureError)
    -> VaultAnswer
  {
    guard call.method == method else { throw .methodNotAllowed }
    _ = try call.document()
    _ = try await call.read(kind.start.operation, kind.start.action, at: nil)
    let job = call.origin.id.text.split(separator: "-").joined()
    var answer = state(of: job, failed: false, 202, call)
    answer.fields = [
      ("azure-asyncoperation", "\(call.base)/\(kind.rawValue)/\(job)/pending"), ("retry-after", "1"),
    ]
    return answer
  }

  private func status(_ kind: Kind, _ call: VaultCall) async throws(AzureError) -> VaultAnswer {
    guard call.segment(2)?.lowercased() == "pending", let job = call.segment(1)?.lowercased(),
      ItemNames.isVersion(job)  // the same form
    else { throw .notFound }
    guard call.method == "GET" else { throw .methodNotAllowed }
    _ = try await call.read(kind.status.operation, kind.status.action, at: nil)
    return state(of: job, failed: true, 200, call)
  }

  private func state(
    of job: String, failed: Bool, _ status: Int, _ call: VaultCall
  ) -> VaultAnswer {
    let now = call.engine.desk.clock.now().milliseconds / 1000
    return .json(status: status) { json in
      json.beginObject()
      json.member("status", failed ? "Failed" : "InProgress")
      json.member("jobId", job)
      json.member("startTime", now)
      json.name("azureStorageBlobContainerUri")
      json.null()
      if failed {
        json.member("endTime", now)
        json.member("statusDetails", FullBackups.message)
        json.name("error")
        json.beginObject()
        json.member("code", "NotImplemented")
        json.member("message", FullBackups.message)
        json.endObject()
      } else {
        json.name("endTime")
        json.null()
        json.name("statusDetails")
        json.null()
        json.name("error")
        json.null()
      }
      json.endObject()
    }
  }
}

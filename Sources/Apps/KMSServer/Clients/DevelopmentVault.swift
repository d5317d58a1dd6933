import AzureRoles
import Foundation
import KMSDomain
import KMSEngine
import KMSSystem
import StoreSQLite

/// Lets the first user of a development server come to a vault too: an application of the same user that has the first access key, its
/// secret in the data directory, and a vault in which it may do everything, so that `claviger env` can name them.
struct DevelopmentVault {
  private static let name = "dev"
  /// Longer than anybody keeps a development server.
  private static let secretDays = 3650

  private let house: House

  init(_ house: House) { self.house = house }

  private var account: AccountID { house.owner.account }
  private var engine: Engine { house.engine }

  /// Keeps what is there as long as it opens the door; makes it anew otherwise.
  func prepare() async throws {
    guard let name = VaultName(DevelopmentVault.name) else { return }
    guard let application = try await application(), let vault = try await vault(name) else { return }
    let isAdministrator = vault.assignments.contains { $0.principal == application.objectID.text }
    guard !isAdministrator, let role = AzureRole.builtIn("Key Vault Administrator", in: .vault) else {
      return
    }
    let assignment = RoleAssignment(
      id: GUID.random(engine.desk.randomness).text, role: role.id, principal: application.objectID.text,
      scope: "/")
    _ = try await run(ChangeVault.assign(assignment, in: name, of: account))
  }

  /// - Returns: nil when somebody else has the name, or deleted the vault: then there is none.
  private func vault(_ name: VaultName) async throws -> Vault? {
    if let vault = try await engine.desk.vault(name) {
      return vault.deletedAt == nil && vault.home.account == account ? vault : nil
    }
    let home = Keyring(account: account, region: house.configuration.region, kind: .vault)
    return try await run(
      CreateVault(name, in: home, retentionDays: 90, isPurgeProtected: false, authorization: .roles))
  }

  private func application() async throws -> Application? {
    let path = house.directory.devAzure
    if FileManager.default.fileExists(atPath: path),
      let known = try KeyValueFile(reading: path)["client-id"].flatMap({ GUID($0) }),
      let stored = try await house.store.application(known)
    {
      return try engine.desk.unseal(stored, .application)
    }
    let made = try await run(CreateApplication(DevelopmentVault.name, for: try await user(), in: account))
    let id = made.application.clientID
    let changed = try await run(
      UpdateApplication(id, in: account, .addSecret(days: DevelopmentVault.secretDays)))
    let text = changed.secret?.text.readOnce { letters in
      String(decoding: letters.indices.map { letters[$0] }, as: UTF8.self)
    }
    guard let text else { throw KMSError.custodyUnavailable }
    try KeyValueFile([("client-id", id.text), ("client-secret", text)]).write(to: path)
    return made.application
  }

  private func user() async throws -> String {
    guard let stored = try await house.store.identity(house.owner.principal) else {
      throw KMSError.corrupt(.principal)
    }
    return try engine.desk.unseal(stored, .principal).name
  }

  private func run<Op: KMSEngine.Operation>(_ operation: Op) async throws -> Op.Answer {
    let origin = RequestOrigin(
      id: house.requestIDs.next(), door: "system", source: "dev", isEncrypted: true, userAgent: "")
    return try await engine.run(operation, as: .system, from: origin)
  }

  /// What a program on this machine is that doesn't say which application it is.
  static func usual(in directory: DataDirectory) -> GUID? {
    guard let file = try? KeyValueFile(reading: directory.devAzure) else { return nil }
    return file["client-id"].flatMap { GUID($0) }
  }

  /// - Parameter https: where the server speaks TLS.
  /// - Returns: nil where there is none.
  static func exports(in directory: DataDirectory, https: String, domain: String) -> Exports.Azure? {
    guard let file = try? KeyValueFile(reading: directory.devAzure), let client = file["client-id"],
      let secret = file["client-secret"]
    else { return nil }
    let port = https.split(separator: ":").last.flatMap { UInt16($0) }.map { ":\($0)" } ?? ""
    return Exports.Azure(
      vault: Exports.Vault(
        url: "https://\(name).vault.\(domain)\(port)", authority: "https://login.\(domain)\(port)"),
      clientID: client, clientSecret: secret)
  }
}

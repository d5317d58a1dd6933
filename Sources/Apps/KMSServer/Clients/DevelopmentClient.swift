import DoorAdmin
import Foundation
import KMSDomain
import KMSEngine
import KMSSystem
import StoreSQLite

/// Lets the first user of a development server speak KMIP too: a certificate for the same user that has the first access key, with its
/// files in the data directory, so that `claviger env` can name them.
struct DevelopmentClient {
  private let house: House
  private let authority: ClientAuthority
  private let files: ClientFiles
  private static let limit = 64 << 10

  init(_ house: House) {
    self.house = house
    authority = ClientAuthority(house.directory, clock: house.engine.desk.clock)
    files = ClientFiles(in: house.directory.devKMIP)
  }

  /// Keeps what is there as long as it opens the door; makes it anew otherwise.
  func prepare() async throws {
    if try await isUsable() { return }
    files.remove()
    let user = try await user()
    let request = try files.makeKey(name: user)
    guard let issued = try authority.issue(request, name: user, days: nil) else {
      throw KMSError.custodyUnavailable
    }
    let certificate = NewClientCertificate(
      fingerprint: issued.facts.fingerprint, label: issued.facts.label,
      notBefore: issued.facts.notBefore, notAfter: issued.facts.notAfter)
    let operation = AddClientCertificate(certificate, to: user, in: house.owner.account)
    _ = try await house.engine.run(operation, as: .system, from: origin)
    try files.write(certificate: issued.certificate)
  }

  private func isUsable() async throws -> Bool {
    guard FileManager.default.fileExists(atPath: files.key),
      FileManager.default.fileExists(atPath: files.certificate)
    else { return false }
    let text = String(
      decoding: try PrivateFile.read(files.certificate, limit: DevelopmentClient.limit), as: UTF8.self)
    guard let facts = authority.facts(of: text),
      let stored = try await house.store.clientCertificate(facts.fingerprint)
    else { return false }
    return try house.engine.desk.unseal(stored, .clientCertificate).isUsable(
      at: house.engine.desk.clock.now())
  }

  private func user() async throws -> String {
    guard let stored = try await house.store.identity(house.owner.principal) else {
      throw KMSError.corrupt(.principal)
    }
    return try house.engine.desk.unseal(stored, .principal).name
  }

  private var origin: RequestOrigin {
    RequestOrigin(
      id: house.requestIDs.next(), door: "system", source: "dev", isEncrypted: true, userAgent: "")
  }
}

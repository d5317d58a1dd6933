import KMSDomain
import KMSEngine
import KMSSystem
import Logging
import StoreSQLite

/// Brings what a seed asks for into a house that nobody is served from yet.
struct Planting {
  private let house: House
  private let seed: Seed
  private let now: Instant

  init(_ house: House, _ seed: Seed) {
    self.house = house
    self.seed = seed
    now = SystemTime().now()
  }

  /// - Throws: `Problem` at the first entry that contradicts what is there; entries before it are planted.
  func run() async throws {
    for account in seed.accounts {
      let principal = try await principal(of: account.id)
      for accessKey in account.accessKeys { try await plant(accessKey, principal) }
    }
    var made = 0
    for key in seed.keys { made += try await plant(key) }
    house.logger.info(
      "seeded",
      metadata: ["file": "\(seed.name)", "entries": "\(seed.keys.count)", "keys-made": "\(made)"])
  }

  /// The server's own administrator, or one of the account's.
  private func principal(of account: AccountID) async throws -> IdentityRecord {
    guard account == house.owner.account else {
      return FirstStart.administrator(
        SeedIdentity.principal(of: account).text, account, now)
    }
    guard let stored = try await house.store.identity(house.owner.principal) else {
      throw KMSError.corrupt(.principal)
    }
    return try house.engine.desk.unseal(stored, .principal)
  }

  private func plant(_ accessKey: Seed.AccessKey, _ principal: IdentityRecord) async throws {
    let id = accessKey.credentials.accessKeyID
    guard let secret = Seals.payload(accessKey.credentials.secretAccessKey) else {
      throw KMSError.custodyUnavailable
    }
    let operation = SeedAccessKey(id, secret: secret, for: principal, vault: house.custody)
    do throws(KMSError) {
      try await house.engine.run(operation, as: .system, from: origin())
    } catch {
      throw explained(error, "access key \(id)", accessKey.line)
    }
  }

  /// - Returns: how many keys were made.
  private func plant(_ key: Seed.Key) async throws -> Int {
    let home = key.seed.primary.home
    let name = "key \(key.seed.identifier) of \(home.account.text) in \(home.region)"
    do throws(KMSError) {
      let answer = try await house.engine.run(SeedKey(key.seed), as: .system, from: origin())
      for left in answer.left { report(left, key.line) }
      return answer.made.count
    } catch {
      throw explained(error, name, key.line)
    }
  }

  private func origin() -> RequestOrigin {
    RequestOrigin(
      id: house.requestIDs.next(), door: "system", source: "seed", isEncrypted: true, userAgent: "")
  }

  private func report(_ left: SeedKey.LeftAlone, _ line: Int) {
    let (name, reason) =
      switch left {
      case .deletedKey(let key): (key, "it was deleted")
      case .keyPendingDeletion(let key): (key, "its deletion is pending")
      case .movedAlias(let alias): (alias, "it stands for another key by now")
      }
    house.logger.notice(
      "left alone", metadata: ["name": "\(name)", "reason": "\(reason)", "entry": "\(seed.name):\(line)"])
  }

  private func explained(_ error: KMSError, _ name: String, _ line: Int) -> any Error {
    let place = "\(seed.name):\(line): \(name)"
    if case .seedContradiction(let what) = error {
      return Problem(
        "\(place) is there already, but \(what.words)",
        remedy: "change the entry back, give it another id, or start with another data directory")
    }
    if case .unsupportedAlgorithm(let reason) = error {
      return Problem("\(place): \(reason)", remedy: "take the entry out")
    }
    if error == .incorrectKeyMaterial {
      return Problem(
        "\(place): the material is no sound key of that spec", remedy: "correct 'material' or 'spec'")
    }
    guard error.isOurFault else {
      return Problem("\(place) cannot be made (\(error.code))", remedy: "correct the entry")
    }
    return error
  }
}

extension SeedContradiction {
  fileprivate var words: String {
    switch self {
    case .identity: "was not made from such an entry, or with another primary Region"
    case .spec: "with another spec"
    case .usages: "with another usage"
    case .origin: "with another origin"
    case .material: "with other material"
    case .accessKeyOwner: "of another account"
    case .accessKeySecret: "with another secret"
    }
  }
}

import CustodySoftware
import KMSDomain
import KMSEngine
import KMSSystem
import Logging
import StoreSQLite

extension House {
  private static let intentionsAtOnce = 100

  /// Where custody writes down what it is about to make on a token; nil where the store can't be told from its copies, which must
  /// not remove each other's keys.
  static func book(_ store: SQLiteStore, _ directory: DataDirectory) -> IntentionBook? {
    FileSeat.of(directory.database).map { IntentionBook(store, seat: $0) }
  }

  /// Finds what an earlier server was about to make on the token and stored no key for, for the job that removes it. To be called
  /// before this server makes anything.
  func noteLeftIntentions() async throws(KMSError) {
    guard custody.hasDevice else { return }
    var marker: VersionID?
    while true {
      let found = try await store.intentions(after: marker, limit: House.intentionsAtOnce)
      for intention in found { try await noteLeft(intention) }
      guard found.count == House.intentionsAtOnce, let last = found.last else { return }
      marker = last.version
    }
  }

  private func noteLeft(_ intention: DeviceIntention) async throws(KMSError) {
    let left: LeftIntention
    do throws(KMSError) {
      left = try custody.left(intention)
    } catch {
      // Nobody knows what it says, so nothing is done about it.
      let version = intention.version.bits.hex
      return logger.error("a note of a key on the token is damaged", metadata: ["version": "\(version)"])
    }
    switch left {
    case .ours(let identity, let material):
      engine.desk.unmade.note(
        UnmadeMaterial.Entry(identity: identity, material: material, account: owner.account))
    case .others(let identity):
      logger.warning(
        """
        the token may keep an object of no key; it stays, because it was made before this machine was started, or for \
        the database of which this one is a copy, and may be in use there
        """,
        metadata: ["label": "claviger key \(identity.key.bits.hex) version \(identity.version.bits.hex)"])
      try await store.forgetIntention(of: identity.version)
    }
  }
}

package import KMSDomain
package import KMSEngine
import WireKMIP

/// What its owner wants done to a symmetric key from time to time without asking: the equivalent of Re-key (KMIP 2.1 sections 4.48 to
/// 4.54).
package struct Renewal: Sendable {
  private let desk: Desk

  package init(_ desk: Desk) { self.desk = desk }

  /// Owners may say any number of seconds; what is too often would fill the store with keys.
  static let shortestInterval: UInt32 = 3600

  /// What the background job does to a key whose time has come. The account's constraints hold for it as for a client.
  package func work(for key: ProtectedKey) async throws(KMSError) -> ObjectWork {
    let record = key.record
    let home = Keyring(account: record.home.account, region: record.home.region, kind: .kmip)
    let reference = KeyReference(.id(record.id), asWritten: record.identifier)
    let work = ObjectWork(
      "Renew", in: home, on: [ObjectWork.Input(.renewObject, on: reference)], making: [.renewObject]
    ) { scene throws(KMSError) in
      try KMIPFault.passing { () throws(KMIPFault) in try Renewal.plan(scene) }
    }
    return try await constrained(record.object?.holder.map { work.held(by: $0) } ?? work, in: home)
  }

  private func constrained(_ work: ObjectWork, in home: Keyring) async throws(KMSError) -> ObjectWork {
    guard let item = try await AccountSettings(home: home, desk: desk).value(.constraints) else {
      return work
    }
    return try KMIPFault.passing { () throws(KMIPFault) in work.held(to: try Constraints(item)) }
  }

  /// - Throws: `wrongKeyLifecycleState` when somebody has changed the key since the job saw it.
  private static func plan(_ scene: ObjectScene) throws(KMIPFault) -> ObjectPlan {
    guard let key = scene.inputs.first, let identifier = scene.identifiers.first else { throw .noObject }
    let old = KMIPObject(key, at: scene.now)
    guard old.state == .active, let due = key.record.object?.renewal, due <= scene.now else {
      throw KMIPFault(.wrongKeyLifecycleState, "The key isn't due.")
    }
    let offset = old.kept.value(.rotateOffset)?.interval ?? 0
    let replacement = Replacement(old: old, offset: Int64(offset), given: AttributeList())
    return try replacement.symmetricKey(identifier, at: scene.now, in: .v2_1)
  }
}

extension AttributeList {
  /// When another key is to take the place of this one; nil: when somebody asks for it.
  /// - Parameter made: the moment from which on the first interval counts.
  func renewal(of type: KMIP.ObjectType, since made: Instant, _ dates: ObjectDates) -> Instant? {
    guard type == .symmetricKey, boolean(.rotateAutomatic) == true, boolean(.rotateLatest) != false,
      boolean(.keyValuePresent) != false, dates.archive == nil,
      let interval = value(.rotateInterval)?.interval, interval > 0
    else { return nil }
    return (date(.rotateDate) ?? made).advanced(seconds: Int64(max(interval, Renewal.shortestInterval)))
  }
}

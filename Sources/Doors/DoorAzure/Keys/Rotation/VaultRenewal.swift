package import KMSDomain
package import KMSEngine

/// What its rotation policy wants done to a key without asking.
package enum VaultRenewal {
  /// What the background job does to a version whose time has come.
  package static func work(for key: ProtectedKey) -> ObjectWork {
    let record = key.record
    let reference = KeyReference(.id(record.id), asWritten: record.identifier)
    return ObjectWork(
      "Renew", in: record.home, on: [ObjectWork.Input(.renewObject, on: reference)], making: [.renewObject]
    ) { scene throws(KMSError) in
      guard let latest = scene.inputs.first?.record, let place = latest.object?.place,
        let due = latest.object?.renewal, due <= scene.now, latest.state == .active,
        let identifier = scene.identifiers.first
      else { throw KMSError.object(.wrongState(record.resourceName)) }
      var edit = ObjectEdit(latest.object)
      edit.object?.renewal = nil
      edit.object?.names.removeAll { $0 == ItemNames.latestName(place) }
      let next = try RotateKey.successor(of: latest, at: scene.now)
      return ObjectPlan(makes: [next.following(latest, at: place, identifier)], edits: [edit])
    }
  }
}

extension NewObject {
  /// In the place of another, as the latest now and under the terms that it had.
  fileprivate func following(
    _ latest: KeyRecord, at place: VaultPlace, _ identifier: String
  ) -> NewObject {
    var next = self
    next.place = place
    next.names = [
      ItemNames.latestName(place), ItemNames.versionName(ItemNames.version(identifier), of: place),
    ]
    next.terms = latest.object?.terms ?? []
    next.heirOf = 0
    return next
  }
}

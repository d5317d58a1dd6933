import KMSDomain
import WireKMIP

extension KMIPCall {
  /// A draft with the account's defaults, if the account's constraints let it be made.
  /// - Throws: `constraintViolation`.
  func settled(_ draft: ObjectDraft) async throws(KMIPFault) -> ObjectDraft {
    var draft = draft
    let groups = Set(draft.attributes.values(.objectGroup).compactMap(\.text))
    if let defaults = try await setting(.defaultsInformation) {
      try draft.lay(defaults, groups)
    }
    if let constraints = try await setting(.constraints) {
      try draft.check(constraints, groups)
    }
    return draft
  }
}

extension ObjectDraft {
  /// Whatever was given counts more.
  fileprivate mutating func lay(_ defaults: TTLVItem, _ groups: Set<String>) throws(KMIPFault) {
    for part in defaults.all(.objectDefaults) where try ObjectScope(part).contains(type, groups) {
      for instance in try ObjectScope.attributes(part, .v2_1).instances
      where !attributes.contains(instance.name) {
        attributes.add(instance.item, as: instance.name)
      }
    }
  }

  /// Of the constraints that are about the object, those for its groups if there are any, at least one must hold.
  fileprivate func check(_ constraints: TTLVItem, _ groups: Set<String>) throws(KMIPFault) {
    var isConstrained = false
    for part in constraints.all(.constraint) where try ObjectScope(part).contains(type, groups) {
      isConstrained = true
      let wanted = try ObjectScope.attributes(part, .v2_1)
      let holds = wanted.instances.allSatisfy { wanted in
        attributes.all(wanted.name).contains { $0.item == wanted.item }
      }
      if holds { return }
    }
    guard !isConstrained else {
      throw KMIPFault(.constraintViolation, "The account's constraints don't allow such an object.")
    }
  }
}

import KMSDomain
import KMSEngine
import WireKMIP

// What an account has settled about the objects that its clients make.

extension KMIPCall {
  /// The attributes that a client gives to a new object, and those of the account's defaults that it doesn't give.
  func attributes(in container: TTLVItem?, of type: KMIP.ObjectType) async throws(KMIPFault) -> AttributeList
  {
    try await completed(try await attributes(in: container), for: type)
  }

  /// - Returns: the same with the account's defaults; whatever was given counts more.
  func completed(
    _ attributes: AttributeList, for type: KMIP.ObjectType
  ) async throws(KMIPFault) -> AttributeList {
    guard let defaults = try await setting(.defaultsInformation) else { return attributes }
    var list = attributes
    for part in defaults.all(.objectDefaults) where try ObjectScope(part).contains(type, attributes.groups) {
      for instance in try ObjectScope.attributes(part, .v2_1).instances
      where !attributes.contains(instance.name) {
        list.add(instance.item, as: instance.name)
      }
    }
    return list
  }

  /// The same work, which makes nothing that the account's constraints don't allow, nor what the request doesn't permit.
  func constrained(_ work: ObjectWork) async throws(KMIPFault) -> ObjectWork {
    guard !work.makes.isEmpty else { return work }
    let custody = door.engine.desk.custody
    let work = protection.map { work.held(to: $0, by: custody) } ?? work
    guard let item = try await setting(.constraints) else { return work }
    return try work.held(to: Constraints(item))
  }
}

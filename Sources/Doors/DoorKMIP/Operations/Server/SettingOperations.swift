import KMSDomain
import KMSEngine
import WireKMIP

/// Attributes that new objects get which their makers don't give (KMIP 2.1 section 6.1.53); without them, no defaults any more.
struct SetDefaultsOperation: KMIPOperation {
  static let code = KMIP.Operation.setDefaults

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let defaults = payload[.defaultsInformation]
    for part in defaults?.all(.objectDefaults) ?? [] {
      _ = try ObjectScope(part)
      _ = try ObjectScope.attributes(part, call.version)
    }
    try await call.set(.defaultsInformation, to: defaults, "SetDefaults", .setDefaults)
  }
}

/// Attributes that new objects must have (KMIP 2.1 section 6.1.52); without them, no constraints any more.
struct SetConstraintsOperation: KMIPOperation {
  static let code = KMIP.Operation.setConstraints

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let constraints = payload[.constraints]
    for part in constraints?.all(.constraint) ?? [] {
      _ = try ObjectScope(part)
      _ = try ObjectScope.attributes(part, call.version)
    }
    try await call.set(.constraints, to: constraints, "SetConstraints", .setConstraints)
  }
}

/// The constraints that hold (KMIP 2.1 section 6.1.22).
struct GetConstraintsOperation: KMIPOperation {
  static let code = KMIP.Operation.getConstraints
  static let deferral = Deferral.look

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    try await call.note("GetConstraints", .getConstraints)
    guard let constraints = try await call.setting(.constraints) else {
      return output.structure(.constraints) { _ in }
    }
    output.copy(constraints)
  }
}

/// Which objects a default or a constraint is about.
struct ObjectScope: Sendable {
  /// nil: all.
  let types: Set<UInt32>?
  /// nil: objects of every group and of none.
  let groups: Set<String>?

  /// - Throws: `invalidObjectType`.
  init(_ part: TTLVItem) throws(KMIPFault) {
    var types = Set(part.all(.objectType).compactMap(\.enumeration))
    types.formUnion(part[.objectTypes]?.all(.objectType).compactMap(\.enumeration) ?? [])
    guard types.allSatisfy({ KMIP.ObjectType(rawValue: $0) != nil }) else {
      throw KMIPFault(.invalidObjectType, "There is no such type of objects.")
    }
    self.types = types.isEmpty ? nil : types
    groups = part[.objectGroups].map { Set($0.all(.objectGroup).compactMap(\.text)) }
  }

  static func attributes(_ part: TTLVItem, _ version: KMIPVersion) throws(KMIPFault) -> AttributeList {
    guard let container = part[.attributes] else { return AttributeList() }
    return try AttributeReader.read(container, version)
  }

  func contains(_ type: KMIP.ObjectType, _ groups: Set<String>) -> Bool {
    guard types?.contains(type.rawValue) ?? true else { return false }
    return self.groups.map { !$0.isDisjoint(with: groups) } ?? true
  }
}

extension KMIPCall {
  /// What is only judged and recorded.
  func note(_ operation: String, _ action: Action, details: [AuditRecord.Detail] = []) async throws(KMIPFault)
  {
    try await run(NotedWork(operation, action, in: home.account, details: details))
  }
}

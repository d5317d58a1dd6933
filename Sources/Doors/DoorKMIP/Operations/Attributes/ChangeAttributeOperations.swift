import KMSDomain
import KMSEngine
import Synchronization
import WireKMIP

/// A further attribute, or a further value of one (KMIP 2.1 section 6.1.2).
struct AddAttributeOperation: KMIPOperation {
  static let code = KMIP.Operation.addAttribute

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let version = call.version
    let given = try GivenAttribute(payload, version)
    guard given.index == nil else { throw KMIPFault(.invalidField, "A new attribute has no index yet.") }
    let object = try await call.change(
      payload, KMIPCall.Change(operation: "AddAttribute", action: .addAttribute)
    ) {
      (object) throws(KMIPFault) in
      try object.edited { (change) throws(KMIPFault) in
        _ = try AttributeEditing(object, version).add(given.item, as: given.name, to: &change)
      }
    }
    output.identifier(of: object)
    given.write(of: object, version, into: &output)
  }
}

/// Another value of an attribute that is there (KMIP 2.1 section 6.1.34).
struct ModifyAttributeOperation: KMIPOperation {
  static let code = KMIP.Operation.modifyAttribute

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let version = call.version
    let given = try GivenAttribute(payload, version)
    let old = try GivenAttribute.current(payload, version)
    let object = try await call.change(
      payload, KMIPCall.Change(operation: "ModifyAttribute", action: .modifyAttribute)
    ) { (object) throws(KMIPFault) in
      try object.edited { (change) throws(KMIPFault) in
        _ = try AttributeEditing(object, version).modify(
          given.item, as: given.name, index: given.index, old: old, in: &change)
      }
    }
    output.identifier(of: object)
    given.write(of: object, version, into: &output)
  }
}

/// The value of an attribute that has one only, whether or not it was there (KMIP 2.1 section 6.1.51).
struct SetAttributeOperation: KMIPOperation {
  static let code = KMIP.Operation.setAttribute

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let version = call.version
    let given = try GivenAttribute(payload, version)
    let object = try await call.change(
      payload, KMIPCall.Change(operation: "SetAttribute", action: .setAttribute)
    ) {
      (object) throws(KMIPFault) in
      try object.edited { (change) throws(KMIPFault) in
        try AttributeEditing(object, version).set(given.item, as: given.name, in: &change)
      }
    }
    output.identifier(of: object)
  }
}

/// Takes an attribute away (KMIP 2.1 section 6.1.13).
struct DeleteAttributeOperation: KMIPOperation {
  static let code = KMIP.Operation.deleteAttribute

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let version = call.version
    let old = try GivenAttribute.current(payload, version)
    let name = try name(payload, version)
    let index = version < .v2_0 ? payload[.attributeIndex]?.integer : nil
    let removed = Removed()
    let object = try await call.change(
      payload, KMIPCall.Change(operation: "DeleteAttribute", action: .deleteAttribute)
    ) { (object) throws(KMIPFault) in
      try object.edited { (change) throws(KMIPFault) in
        removed.instance = try AttributeEditing(object, version).remove(
          name, index: index, old: old, all: version >= .v2_0 && old == nil, in: &change)
      }
    }
    output.identifier(of: object)
    if version < .v2_0, let instance = removed.instance {
      AttributeWriter.write(instance, version, hasIndex: true, into: &output)
    }
  }

  private static func name(_ payload: TTLVItem, _ version: KMIPVersion) throws(KMIPFault) -> AttributeName {
    if let first = payload[.currentAttribute]?.children.first(where: { _ in true }) {
      return try AttributeName(of: first)
    }
    guard let name = try AttributeReader.names(payload, version).first else {
      throw .missing("The attribute")
    }
    return name
  }
}

/// What a plan took away, the last time that it was asked.
private final class Removed: Sendable {
  private let state = Mutex<AttributeList.Instance?>(nil)

  var instance: AttributeList.Instance? {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}

/// The attribute that a client gives in such an operation.
struct GivenAttribute: Sendable {
  let name: AttributeName
  let item: [UInt8]
  let index: Int32?

  /// An Attribute before 2.0, then what stands in New Attribute.
  init(_ payload: TTLVItem, _ version: KMIPVersion) throws(KMIPFault) {
    let given = version < .v2_0 ? payload[.attribute] : GivenAttribute.only(payload[.newAttribute])
    guard let given else { throw .missing("The attribute") }
    let (name, item, index) = try AttributeReader.attribute(given, version)
    guard let item else { throw .missing("The value of \(name)") }
    self.name = name
    self.item = item
    self.index = index
  }

  /// The value that is meant, in 2.x.
  static func current(_ payload: TTLVItem, _ version: KMIPVersion) throws(KMIPFault) -> [UInt8]? {
    guard version >= .v2_0, let current = only(payload[.currentAttribute]) else { return nil }
    return try AttributeReader.attribute(current, version).item
  }

  private static func only(_ container: TTLVItem?) -> TTLVItem? {
    container?.children.first { _ in true }
  }

  /// Before 2.0 the answer has the attribute as it is now.
  func write(of object: KMIPObject, _ version: KMIPVersion, into output: inout TTLVWriter) {
    guard version < .v2_0 else { return }
    let now = object.attributes(in: version, digest: nil)
    let values = now.all(name)
    // The value as it was given; where the server completes it, as the server has it.
    guard let instance = values.last(where: { $0.item == item }) ?? values.last else { return }
    AttributeWriter.write(instance, version, hasIndex: true, into: &output)
  }
}

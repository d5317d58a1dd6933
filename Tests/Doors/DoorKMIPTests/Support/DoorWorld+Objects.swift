import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

/// Objects as clients make and see them.
extension DoorWorld {
  /// An AES key for encryption, by Create.
  /// - Parameter more: further attributes.
  func made(
    in version: KMIPVersion = .v2_1, as caller: Caller = client,
    _ more: (inout AttributeList) -> Void = { _ in }
  ) async throws -> String {
    let item = try await create(in: version, as: caller, more)
    return try #require(item.payload?[.uniqueIdentifier]?.text)
  }

  func create(
    in version: KMIPVersion = .v2_1, as caller: Caller = client,
    _ more: (inout AttributeList) -> Void = { _ in }
  ) async throws -> Item {
    var attributes = AttributeList()
    attributes.set(KMIP.CryptographicAlgorithm.aes)
    attributes.set(.cryptographicLength, to: Int32(128))
    attributes.set(.cryptographicUsageMask, to: Int32(12))
    more(&attributes)
    let list = attributes
    return try await ask(.create, in: version, as: caller) { writer in
      writer.enumeration(KMIP.ObjectType.symmetricKey)
      AttributeWriter.write(
        list, in: version < .v2_0 ? .templateAttribute : .attributes, version, into: &writer)
    }
  }

  /// All attributes of an object, or those that are named.
  func attributes(
    of identifier: String, _ tags: KMIPTag..., in version: KMIPVersion = .v2_1
  ) async throws -> AttributeList {
    let item = try await ask(.getAttributes, in: version) { writer in
      writer.text(.uniqueIdentifier, identifier)
      for tag in tags { AttributeWriter.write(AttributeName(tag), version, into: &writer) }
    }
    let payload = try #require(item.payload)
    if version >= .v2_0 { return try AttributeReader.read(try #require(payload[.attributes]), version) }
    var list = AttributeList()
    for attribute in payload.all(.attribute) {
      let (name, item, index) = try AttributeReader.attribute(attribute, version)
      list.keep(AttributeList.Instance(name: name, index: index ?? 0, item: try #require(item)))
    }
    return list
  }

  func state(of identifier: String) async throws -> KMIP.State? {
    try await attributes(of: identifier, .state).enumeration()
  }

  /// One operation about one object.
  func about(
    _ identifier: String, _ operation: KMIP.Operation, in version: KMIPVersion = .v2_1,
    as caller: Caller = client, _ more: @escaping Body = { _ in }
  ) async throws -> Item {
    try await ask(operation, in: version, as: caller) { writer in
      writer.text(.uniqueIdentifier, identifier)
      more(&writer)
    }
  }

  func revoke(_ identifier: String, _ reason: KMIP.RevocationReasonCode, in version: KMIPVersion = .v2_1)
    async throws
    -> Item
  {
    try await about(identifier, .revoke, in: version) { writer in
      writer.structure(.revocationReason) { $0.enumeration(reason) }
    }
  }

  /// An operation with one attribute, in the form of the version.
  func change(
    _ identifier: String, _ operation: KMIP.Operation, in version: KMIPVersion = .v2_1, index: Int32 = 0,
    _ attribute: (inout AttributeList) -> Void
  ) async throws -> Item {
    var list = AttributeList()
    attribute(&list)
    let given = list.instances.map { AttributeList.Instance(name: $0.name, index: index, item: $0.item) }
    return try await about(identifier, operation, in: version) { writer in
      guard version >= .v2_0 else {
        // The index of what is added is the server's to say.
        for instance in given {
          if operation == .addAttribute {
            DoorWorld.writeOld(instance, into: &writer)
          } else {
            AttributeWriter.write(instance, version, into: &writer)
          }
        }
        return
      }
      writer.structure(.newAttribute) { writer in
        for instance in given { AttributeWriter.write(instance, version, into: &writer) }
      }
    }
  }

  /// As clients write attributes before 2.0, without an index.
  private static func writeOld(_ instance: AttributeList.Instance, into writer: inout TTLVWriter) {
    writer.structure(.attribute) { writer in
      writer.text(.attributeName, instance.name.text ?? "")
      guard let value = instance.value else { return }
      writer.copy(value[.attributeValue] ?? value, as: .attributeValue)
    }
  }

  /// What Locate finds.
  func located(
    in version: KMIPVersion = .v2_1, _ by: (inout AttributeList) -> Void
  ) async throws -> [String] {
    try await located(by: by, in: version) { _ in }
  }

  /// - Parameter more: what stands beside the attributes.
  func located(
    by: (inout AttributeList) -> Void, in version: KMIPVersion = .v2_1, asking more: @escaping Body
  ) async throws -> [String] {
    var list = AttributeList()
    by(&list)
    let wanted = list
    let item = try await ask(.locate, in: version) { writer in
      more(&writer)
      if version < .v2_0 {
        AttributeWriter.write(wanted, version, into: &writer)
      } else {
        AttributeWriter.write(wanted, in: .attributes, version, into: &writer)
      }
    }
    #expect(item.isSuccess)
    return item.payload?.all(.uniqueIdentifier).compactMap(\.text) ?? []
  }
}

extension AttributeList {
  mutating func addCustom(_ name: String, _ value: String) {
    addVendors("x", name) { $0.text(.attributeValue, value) }
  }
}

extension DoorWorld {
  /// A key that was made over another protocol.
  func awsKey() async throws -> String {
    let key = try await house.engine.run(
      CreateKey(
        home: Fixtures.keyring, spec: .aes256, usages: [.encrypt, .decrypt], description: "", tags: [],
        policy: nil, bypassesLockoutCheck: false),
      as: Self.client, from: origin())
    return key.record.identifier
  }
}

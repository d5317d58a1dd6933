import KMSBytes
import KMSDomain
import KMSTestKit
import Testing
import WireKMIP

@testable import DoorKMIP

/// What tests of objects ask again and again. Material never stands in a test: it is made here, given out and brought back.
extension DoorWorld {
  /// Attributes of 2.x.
  typealias Attributes = (inout TTLVWriter) -> Void

  static func key(
    _ algorithm: KMIP.CryptographicAlgorithm, _ length: Int32?, _ mask: KMIP.CryptographicUsageMask,
    isActive: Bool = true, _ more: @escaping Attributes = { _ in }
  ) -> Attributes {
    { writer in
      writer.enumeration(algorithm)
      if let length { writer.integer(.cryptographicLength, length) }
      writer.uses(mask)
      if isActive { writer.dateTime(.activationDate, 1) }
      more(&writer)
    }
  }

  static let everything: KMIP.CryptographicUsageMask = [
    .encrypt, .decrypt, .sign, .verify, .wrapKey, .unwrapKey, .macGenerate, .macVerify, .deriveKey,
    .keyAgreement,
  ]

  func create(
    _ type: KMIP.ObjectType = .symmetricKey, _ attributes: @escaping Attributes = aes
  ) async throws -> String {
    let item = try await ask(.create) { payload in
      payload.enumeration(type)
      payload.structure(.attributes, attributes)
    }
    return try #require(item.payload?[.uniqueIdentifier]?.text, "\(item)")
  }

  static var aes: Attributes { key(.aes, 256, everything) }

  func createPair(
    _ algorithm: KMIP.CryptographicAlgorithm, _ length: Int32?, curve: KMIP.RecommendedCurve? = nil,
    _ mask: KMIP.CryptographicUsageMask = everything
  ) async throws -> (privateKey: String, publicKey: String) {
    let item = try await ask(.createKeyPair) { payload in
      payload.structure(.commonAttributes) { writer in
        DoorWorld.key(algorithm, length, mask)(&writer)
        if let curve {
          writer.structure(.cryptographicDomainParameters) { $0.enumeration(curve) }
        }
      }
    }
    return (
      try #require(item.payload?[.privateKeyUniqueIdentifier]?.text, "\(item)"),
      try #require(item.payload?[.publicKeyUniqueIdentifier]?.text)
    )
  }

  func get(
    _ identifier: String, _ format: KMIP.KeyFormatType? = nil, in version: KMIPVersion = .v2_1,
    as caller: Caller = client, _ more: @escaping Body = { _ in }
  ) async throws -> Item {
    try await ask(.get, in: version, as: caller) { payload in
      payload.text(.uniqueIdentifier, identifier)
      if let format { payload.enumeration(format) }
      more(&payload)
    }
  }

  /// The object in a Get's answer.
  func object(
    _ identifier: String, _ format: KMIP.KeyFormatType? = nil, in version: KMIPVersion = .v2_1,
    _ more: @escaping Body = { _ in }
  ) async throws -> TTLVItem {
    let item = try await get(identifier, format, in: version, more)
    let type: KMIP.ObjectType? = item.payload?[.objectType]?.enumeration()
    return try #require(type.flatMap { item.payload?[$0.object] }, "\(item)")
  }

  /// Registers an object that was given out before.
  func register(
    _ object: TTLVItem, in version: KMIPVersion = .v2_1,
    _ attributes: @escaping Attributes = { $0.uses(everything) }
  ) async throws -> Item {
    let type = try #require(KMIP.ObjectType.allCases.first { $0.object == object.tag })
    return try await ask(.register, in: version) { payload in
      payload.enumeration(type)
      payload.structure(.attributes, attributes)
      payload.copy(object)
    }
  }

  func attribute(_ tag: KMIPTag, of identifier: String) async throws -> [TTLVItem] {
    let item = try await ask(.getAttributes) { payload in
      payload.text(.uniqueIdentifier, identifier)
      payload.enumeration(.attributeReference, tag.rawValue)
    }
    return item.payload?[.attributes]?.all(tag) ?? []
  }

  func links(_ type: KMIP.LinkType, of identifier: String) async throws -> [String] {
    try await attribute(.link, of: identifier).filter { $0[.linkType]?.enumeration() == type }
      .compactMap { $0[.linkedObjectIdentifier]?.text }
  }
}

extension TTLVWriter {
  mutating func uses(_ mask: KMIP.CryptographicUsageMask) { self.mask(.cryptographicUsageMask, mask) }
}

extension AttachedPolicy {
  /// Allows everything but this.
  static func allBut(_ action: Action) -> AttachedPolicy {
    let actions = ActionSet(Action.allCases.filter { $0 != action })
    return AttachedPolicy(name: "all but one", policy: Policy(statements: [.allow(actions: actions)]))
  }
}

extension Item {
  var identifier: String? { payload?[.uniqueIdentifier]?.text }
}

extension Item: CustomStringConvertible {
  var description: String {
    "\(item[.resultStatus]?.enumeration ?? 99) \(reason.map { "\($0)" } ?? "") \(item[.resultMessage]?.text ?? "")"
  }
}

extension TTLVItem {
  /// All of it, for comparing.
  var encoded: [UInt8] { withEncoding { [UInt8](copying: $0) } }
  var material: TTLVItem? { self[.keyBlock]?[.keyValue]?[.keyMaterial] }
}

import KMSDomain
import KMSEngine
import WireKMIP

/// Takes an object in that another server exported, under its identifier and with its history (KMIP 2.1 section 6.1.25).
struct ImportOperation: KMIPOperation {
  static let code = KMIP.Operation.import

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let identifier = try ImportedIdentifier.read(try payload.required(.uniqueIdentifier, \.text))
    let type = try type(payload)
    let attributes = try attributes(payload, call)
    var registration = Registration(
      name: "Import", action: .importObject, cause: .imported, call: call,
      object: try ReceivedObject(type, in: payload), attributes: attributes)
    registration.identifier = identifier
    let wrapType = try payload.enumeration(in: .keyWrapType, KMIP.KeyWrapType.self)
    registration.unwrapping = wrapType == .notWrapped ? .always : .never
    if try await exists(identifier, call) {
      guard try payload.field(.replaceExisting, \.boolean) ?? false else { throw .exists }
      guard !call.undoes else { throw .unsupported("Taking this back") }
      registration.replaced = call.reference(identifier)
    }
    output.text(.uniqueIdentifier, try await registration.register())
    call.yield(identifier, as: .import)
  }

  /// Before 2.0 the object says it alone.
  private static func type(_ payload: TTLVItem) throws(KMIPFault) -> KMIP.ObjectType {
    if payload[.objectType] != nil { return try payload.objectType() }
    guard let type = KMIP.ObjectType.allCases.first(where: { payload[$0.object] != nil }) else {
      throw .missing("The object")
    }
    return type
  }

  /// What follows from the object itself, or is only known here, isn't taken from another server.
  private static func attributes(
    _ payload: TTLVItem, _ call: KMIPCall
  ) throws(KMIPFault) -> AttributeList {
    var list = AttributeList()
    if call.version >= .v2_0 {
      if let attributes = payload[.attributes] { list = try AttributeReader.read(attributes, call.version) }
    } else {
      for item in payload.all(.attribute) {
        let (name, item, _) = try AttributeReader.attribute(item, call.version)
        guard let item else { throw .malformed("\(name)") }
        list.add(item, as: name)
      }
    }
    return list.filter { !ownTags.contains($0.tag) }
  }

  private static let ownTags =
    ([
      .uniqueIdentifier, .shortUniqueIdentifier, .objectType, .digest, .state, .leaseTime, .lastChangeDate,
      .keyValuePresent, .keyFormatType, .protectionStorageMask, .archiveDate, .destroyDate,
      .certificateLength, .x509CertificateIdentifier, .x509CertificateIssuer, .x509CertificateSubject,
      .certificateIdentifier, .certificateIssuer, .certificateSubject, .digitalSignatureAlgorithm,
      .certificateType, .opaqueDataType,
    ] as Set<KMIPTag>).union(AttributeRules.certificateFields)

  private static func exists(_ identifier: String, _ call: KMIPCall) async throws(KMIPFault) -> Bool {
    let look = ReadObjects("Import", .importObject, of: [call.reference(identifier)])
    switch await call.outcome(of: look) {
    case .success: return true
    case .failure(.keyNotFound): return false
    case .failure(let error): throw KMIPFault(error)
    }
  }
}

/// Identifiers that clients may choose.
enum ImportedIdentifier {
  static let longest = 128

  /// - Throws: `invalidField`: policies name objects by their identifiers, so that not every text will do.
  static func read(_ text: String) throws(KMIPFault) -> String {
    let isSound = text.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
        || byte == 0x2d || byte == 0x2e || byte == 0x5f
    }
    guard isSound, (1...longest).contains(text.utf8.count), !text.hasPrefix("mrk-") else {
      throw KMIPFault(.invalidField, "Identifiers have letters, digits, hyphens, dots and underscores.")
    }
    return text
  }
}

extension KMIPFault {
  fileprivate static let exists = KMIPFault(.objectAlreadyExists, "There is an object of that identifier.")
}

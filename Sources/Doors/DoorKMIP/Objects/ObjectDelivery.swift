import KMSBytes
import KMSDomain
import KMSEngine
import WireKMIP

/// Gives an object to a client, for Get and Export.
struct ObjectDelivery {
  let name: String
  let action: Action
  let request: GetRequest
  let call: KMIPCall
  /// Whether the object stays fresh: only Get makes it stale.
  var keepsFresh = false
  /// Whether the digest of the material is given, too.
  var wantsDigest = false

  /// What is given.
  struct Parcel {
    let object: KMIPObject
    let output: ObjectOutput
    let material: ExportObject.Material
    let wrapping: WrittenWrapping?
    let digest: [UInt8]?

    func write(_ version: KMIPVersion, into answer: inout TTLVWriter) throws(KMIPFault) {
      try ObjectWriter(object: object, output: output, version: version).write(
        material, wrapping, into: &answer)
    }
  }

  /// - Throws: as `OutputJudge`; `wrappingObjectNotFound` and the like.
  func parcel() async throws(KMIPFault) -> Parcel {
    if request.format == KMIP.KeyFormatType.pkcs12.rawValue { return try await store() }
    if request.wrapType == .notWrapped { return try await unwrapped() }
    return try await parcel(password: nil, certificates: [])
  }

  private func parcel(
    password: KeyReference?, certificates: [[UInt8]]
  ) async throws(KMIPFault) -> Parcel {
    let work = try work(password: password, certificates: certificates)
    return try parcel(await call.outcome(of: work), certificates: certificates)
  }

  // MARK: The engine's part

  /// All of it as the engine is asked for it, where no other object has to be looked at before.
  func work(password: KeyReference? = nil, certificates: [[UInt8]] = []) throws(KMIPFault) -> ExportObject {
    let (judge, now, keepsFresh) = (judge(certificates), call.now, keepsFresh)
    return ExportObject(
      name, action, request.reference, wrapping: try wrapping(), password: password, digest: wantsDigest,
      choose: { key throws(KMSError) in
        try KMIPFault.passing { () throws(KMIPFault) in
          try judge.output(of: KMIPObject(key, at: now)).form
        }
      },
      edit: { key throws(KMSError) in
        let object = KMIPObject(key, at: now)
        guard object.isFresh, !keepsFresh else { return nil }
        return try KMIPFault.passing { () throws(KMIPFault) in
          try object.edited { change throws(KMIPFault) in change.kept.set(.fresh, to: false) }
        }
      })
  }

  /// What came of it.
  func parcel(
    _ result: Result<ExportObject.Answer, KMSError>, certificates: [[UInt8]] = []
  ) throws(KMIPFault) -> Parcel {
    switch result {
    case .failure(let error): throw fault(error)
    case .success(let answer):
      let object = call.object(answer.key)
      return Parcel(
        object: object, output: try judge(certificates).output(of: object), material: answer.material,
        wrapping: try request.wrapping.map { wrapping throws(KMIPFault) in
          try WrittenWrapping(wrapping, call, hasStructure: object.cameWrappedInStructure)
        },
        digest: answer.digest)
    }
  }

  private func judge(_ certificates: [[UInt8]]) -> OutputJudge {
    OutputJudge(
      custody: call.door.engine.desk.custody, version: call.version, format: request.format,
      wrapType: request.wrapType, compression: request.compression, isWrapping: request.wrapping != nil,
      isHiding: request.wrapping?.encryption != nil, certificates: certificates)
  }

  /// That a wrapping key isn't there is another thing than that the object isn't.
  private func fault(_ error: KMSError) -> KMIPFault {
    let wrapping = request.wrapping
    let keys = [wrapping?.encryption, wrapping?.seal].compactMap { $0 }.compactMap {
      (try? $0.reference(call))?.asWritten
    }.filter { $0 != request.reference.asWritten }
    switch error {
    case .keyNotFound(let name) where keys.contains(name):
      return KMIPFault(.wrappingObjectNotFound, "There is no such wrapping key.")
    case .keyDestroyed(let name) where keys.contains(where: name.hasSuffix):
      return KMIPFault(.wrappingObjectDestroyed, "The wrapping key has been destroyed.")
    default: return KMIPFault(error)
    }
  }

  // MARK: Wrapping

  private func wrapping() throws(KMIPFault) -> ObjectWrapping? {
    guard let wrapping = request.wrapping else { return nil }
    let layout = wrapping.layout(in: call.version)
    let (judge, names, version, now) = (judge([]), request.attributes, call.version, call.now)
    let leaseTime = call.door.settings.leaseTime
    return try wrapping.outgoing(call) { material, key throws(KMSError) in
      guard layout == .keyValue else { return material }
      return try KMIPFault.passing { () throws(KMIPFault) in
        let object = KMIPObject(key, at: now, leaseTime: leaseTime)
        let output = try judge.output(of: object)
        return try ObjectDelivery.keyValue(material, output.value, object, names, version)
      }
    }
  }

  /// A Key Value structure, with attributes that the client wants in it.
  private static func keyValue(
    _ material: Payload, _ value: ObjectOutput.Value, _ object: KMIPObject, _ names: [AttributeName],
    _ version: KMIPVersion
  ) throws(KMIPFault) -> Payload {
    var writer = TTLVWriter(capacity: material.count + 256)
    let mark = writer.open(.keyValue)
    try value.write(material, into: &writer)
    let attributes = object.attributes(in: version, digest: nil).filter { names.contains($0.name) }
    if !attributes.isEmpty { AttributeWriter.write(attributes, version, into: &writer) }
    writer.close(mark)
    return writer.finish().withBytes { Payload(copying: $0) }
  }

  // MARK: Other objects first

  /// The object as it is known, for a client who may have it.
  private func seen() async throws(KMIPFault) -> KMIPObject {
    let seen = try await call.run(ReadObjects(name, action, of: [request.reference]))
    guard let key = seen.first?.key else { throw .noObject }
    return call.object(key)
  }

  /// A PKCS#12 store: the key's own links say what protects it, and which certificates belong to it.
  private func store() async throws(KMIPFault) -> Parcel {
    let object = try await seen()
    guard let password = object.link(.pkcs12PasswordLink) else {
      throw KMIPFault(.keyFormatTypeNotSupported, "The key has no link to a password for the store.")
    }
    var certificates: [[UInt8]] = []
    var (next, known) = (object.link(.pkcs12CertificateLink), Set<String>())
    while let identifier = next, known.insert(identifier).inserted {
      let found = try await call.certificate(call.reference(identifier), for: name, action)
      certificates.append(found.bytes)
      next = found.object.link(.pkcs12CertificateLink)
    }
    return try await parcel(password: call.reference(password), certificates: certificates)
  }

  /// What was stored as it came, wrapped, is unwrapped on its way out.
  private func unwrapped() async throws(KMIPFault) -> Parcel {
    let object = try await seen()
    guard object.isOnlyWrapped, request.wrapping == nil else {
      return try await parcel(password: nil, certificates: [])
    }
    let output = try judge([]).output(of: object)
    guard let data = object.kept.value(.keyWrappingData), let value = object.kept.value(.keyValue) else {
      throw .noValue
    }
    let plain = try await KeyUnwrapping(call: call).plain(
      value, wrapping: try KeyWrapping(data), format: output.format)
    return Parcel(
      object: object, output: output, material: .encoded(plain.payload, .raw), wrapping: nil,
      digest: nil)
  }
}

extension KMIPObject {
  /// Whether it came wrapped with its material in a Key Value structure: then it leaves like that too.
  var cameWrappedInStructure: Bool { isRegisteredWrapped && kept.value(.keyValue)?.isStructure ?? false }
}

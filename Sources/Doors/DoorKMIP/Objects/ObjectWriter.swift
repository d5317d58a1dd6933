import KMSDomain
import KMSEngine
import WireKMIP

/// Writes an object into an answer (KMIP 2.1 section 2).
struct ObjectWriter {
  let object: KMIPObject
  let output: ObjectOutput
  let version: KMIPVersion

  /// - Throws: `keyFormatTypeNotSupported`, `keyValueNotPresent`.
  func write(
    _ material: ExportObject.Material, _ wrapping: WrittenWrapping?, into answer: inout TTLVWriter
  ) throws(KMIPFault) {
    let mark = answer.open(object.type.object)
    switch object.type {
    case .template: writeTemplate(into: &answer)
    case .certificate, .certificateRequest, .opaqueObject: try writeValue(material, into: &answer)
    case .symmetricKey, .publicKey, .privateKey, .splitKey, .secretData, .pgpKey:
      writeFields(into: &answer)
      try writeBlock(material, wrapping, into: &answer)
    }
    answer.close(mark)
  }

  private func writeFields(into answer: inout TTLVWriter) {
    for tag in object.type.fields { if let item = object.kept.value(tag) { answer.copy(item) } }
  }

  private func writeTemplate(into answer: inout TTLVWriter) {
    for instance in object.template.instances { AttributeWriter.write(instance, version, into: &answer) }
  }

  private func writeValue(
    _ material: ExportObject.Material, into answer: inout TTLVWriter
  ) throws(KMIPFault) {
    writeFields(into: &answer)
    guard let tag = object.type.value, case .encoded(let bytes, _) = material,
      bytes.readOnce({ answer.byteString(tag, $0) }) != nil
    else { throw .noValue }
  }

  private func writeBlock(
    _ material: ExportObject.Material, _ wrapping: WrittenWrapping?, into answer: inout TTLVWriter
  ) throws(KMIPFault) {
    let mark = answer.open(.keyBlock)
    answer.enumeration(.keyFormatType, output.format)
    if let compression = object.kept.value(.keyCompressionType) { answer.copy(compression) }
    try writeKeyValue(material, wrapping, into: &answer)
    if namesKind {
      if let algorithm = object.algorithm { answer.enumeration(.cryptographicAlgorithm, algorithm) }
      if let length = object.length { answer.integer(.cryptographicLength, length) }
    }
    switch (output.value, wrapping) {
    case (.registered, _): if let data = object.kept.value(.keyWrappingData) { answer.copy(data) }
    case (_, let wrapping?): wrapping.write(material, into: &answer)
    default: break
    }
    answer.close(mark)
  }

  /// A store says itself what is in it, and secret data are no keys. An algorithm that the version lacks is left to the material;
  /// see `ObjectOutput.require`.
  private var namesKind: Bool {
    if case .store = output.value { return false }
    return object.type != .secretData && object.tellsAlgorithm(in: version)
  }

  private func writeKeyValue(
    _ material: ExportObject.Material, _ wrapping: WrittenWrapping?, into answer: inout TTLVWriter
  ) throws(KMIPFault) {
    switch (output.value, material) {
    case (.absent, _): return
    case (.registered, _):
      guard let value = object.kept.value(.keyValue) else { throw .noValue }
      answer.copy(value)
    case (.store, .bundle(let store)):
      guard store.readOnce({ answer.byteString(.keyValue, $0) }) != nil else { throw .noValue }
    case (_, .wrapped(let wrapped)):
      try writeWrapped(wrapped, isStructure: wrapping?.hasStructure ?? false, into: &answer)
    default:
      let mark = answer.open(.keyValue)
      try writeMaterial(material, into: &answer)
      answer.close(mark)
    }
  }

  /// A string of bytes; or, where the object itself came like that, the material in its structure.
  private func writeWrapped(
    _ wrapped: WrappedObject, isStructure: Bool, into answer: inout TTLVWriter
  ) throws(KMIPFault) {
    let mark = isStructure ? answer.open(.keyValue) : nil
    let tag: KMIPTag = isStructure ? .keyMaterial : .keyValue
    switch wrapped {
    case .encrypted(let encrypted, _): answer.byteString(tag, encrypted.data + (encrypted.tag ?? []))
    case .sealed(let plain, _):
      guard plain.readOnce({ answer.byteString(tag, $0) }) != nil else { throw .noValue }
    }
    if let mark { answer.close(mark) }
  }

  private func writeMaterial(
    _ material: ExportObject.Material, into answer: inout TTLVWriter
  ) throws(KMIPFault) {
    switch (output.value, material) {
    case (.bytes, .encoded(let bytes, _)), (.key, .encoded(let bytes, _)),
      (.structure, .encoded(let bytes, _)):
      try output.value.write(bytes, into: &answer)
    case (.numbers(let layout), .components(let numbers)):
      try layout.write(object.curve, into: &answer) { component, body in
        numbers[component]?.readOnce(body) != nil
      }
    case (.publicBytes(let bytes), _): answer.byteString(.keyMaterial, bytes)
    case (.publicNumbers(let layout, let numbers), _):
      try layout.write(object.curve, into: &answer) { component, body in
        guard let number = numbers[component] else { return false }
        body(number.span)
        return true
      }
    default: throw .noValue
    }
  }
}

extension ObjectOutput.Value {
  /// Writes Key Material of one string of bytes.
  /// - Throws: `generalFailure` for what was read before.
  func write(_ bytes: Payload, into answer: inout TTLVWriter) throws(KMIPFault) {
    let isWritten: Void?
    switch self {
    case .structure: isWritten = bytes.readOnce { answer.encoded($0) }
    case .key:
      let mark = answer.open(.keyMaterial)
      isWritten = bytes.readOnce { answer.byteString(.key, $0) }
      answer.close(mark)
    case .absent, .bytes, .numbers, .publicBytes, .publicNumbers, .store, .registered:
      isWritten = bytes.readOnce { answer.byteString(.keyMaterial, $0) }
    }
    guard isWritten != nil else { throw .noValue }
  }
}

extension KMIPFault {
  static let noValue = KMIPFault(.generalFailure, "The object's value can't be given.")
}

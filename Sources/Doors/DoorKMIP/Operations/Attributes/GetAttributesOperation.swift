import KMSDomain
import KMSEngine
import WireKMIP

/// The attributes of an object: those that are named, or all (KMIP 2.1 section 6.1.20).
struct GetAttributesOperation: KMIPOperation {
  static let code = KMIP.Operation.getAttributes
  static let deferral = Deferral.look

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let names = try AttributeReader.names(payload, call.version)
    let wantsDigest = names.isEmpty || names.contains(AttributeName(.digest))
    let (object, digest) = try await call.seen(
      payload, "GetAttributes", .getAttributes, digest: wantsDigest)
    let all = object.attributes(in: call.version, digest: digest)
    output.identifier(of: object)
    let wanted = names.isEmpty ? all : all.filter { names.contains($0.name) }
    AttributeWriter.write(wanted, call.version, into: &output)
  }
}

/// What the attributes of an object are called (KMIP 2.1 section 6.1.21).
struct GetAttributeListOperation: KMIPOperation {
  static let code = KMIP.Operation.getAttributeList
  static let deferral = Deferral.look

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let (object, digest) = try await call.seen(
      payload, "GetAttributeList", .getAttributeList, digest: true)
    output.identifier(of: object)
    var written: Set<AttributeName> = []
    for instance in object.attributes(in: call.version, digest: digest).instances
    where written.insert(instance.name).inserted {
      AttributeWriter.write(instance.name, call.version, into: &output)
    }
  }
}

extension KMIPCall {
  /// The object that a payload is about, as it is, and the digest of its material where it is asked for and there is one.
  func seen(
    _ payload: TTLVItem, _ operation: String, _ action: Action, digest wantsDigest: Bool = false
  ) async throws(KMIPFault) -> (object: KMIPObject, digest: [UInt8]?) {
    let read = ReadObjects(operation, action, of: [try reference(payload)], digests: wantsDigest)
    guard let seen = try await run(read).first else { throw .noObject }
    return (object(seen.key), seen.digest)
  }
}

import KMSBytes
import KMSDomain
import KMSEngine
import WireKMIP

/// What a client could be told of one object.
struct Notice {
  private let news: KeyNews
  private let call: KMIPCall
  private let reference: KeyReference

  /// - Parameter call: of the client's, in the version that it is told in.
  init(_ news: KeyNews, _ call: KMIPCall) {
    self.news = news
    self.call = call
    reference = call.reference(news.after.identifier)
  }

  var type: KMIP.ObjectType { news.after.kind.kmip }

  /// Whether the client may know of the object at all.
  var isWelcome: Bool {
    get async {
      await call.door.engine.allows(.getAttributes, on: reference, to: call.caller, from: call.origin())
    }
  }

  /// The payload that gives a new object out; nil for one that isn't new, or isn't for the client to have.
  func put() async -> WipedBytes? {
    guard news.isNew, KMIPRegistry.isKnown(type, in: call.version),
      await call.door.engine.allows(.getObject, on: reference, to: call.caller, from: call.origin()),
      let (object, digest) = await seen("Put", digest: true), object.isExtractable, !object.isSensitive
    else { return nil }
    do throws(KMIPFault) {
      let parcel = try await delivery.parcel()
      var payload = TTLVWriter()
      payload.text(.uniqueIdentifier, object.identifier)
      let replaced = object.link(.replacedObjectLink)
      payload.enumeration(replaced == nil ? KMIP.PutFunction.new : .replace)
      if let replaced { payload.text(.replacedUniqueIdentifier, replaced) }
      try parcel.write(call.version, into: &payload)
      AttributeWriter.write(
        object.attributes(in: call.version, digest: digest), call.version, into: &payload)
      return payload.finish()
    } catch {
      return nil
    }
  }

  /// The payload that says what changed; nil where there is nothing to say.
  func notify() async -> WipedBytes? {
    guard let (object, _) = await seen("Notify", digest: false) else { return nil }
    let difference = AttributeDifference(
      from: former?.attributes(in: call.version, digest: nil) ?? AttributeList(),
      to: object.attributes(in: call.version, digest: nil))
    guard !difference.isEmpty else { return nil }
    var payload = TTLVWriter()
    payload.text(.uniqueIdentifier, object.identifier)
    difference.write(call.version, into: &payload)
    return payload.finish()
  }

  /// As it was written down: what dates have made of it since is among what is told.
  private var former: KMIPObject? {
    guard let before = news.before else { return nil }
    return KMIPObject(before, at: before.record.object?.dates.lastChange ?? before.record.createdAt)
  }

  private var delivery: ObjectDelivery {
    let request = GetRequest(
      reference: reference, format: nil, wrapType: nil, compression: nil, wrapping: nil, attributes: [])
    return ObjectDelivery(
      name: "Put", action: .getObject, request: request, call: call, keepsFresh: true)
  }

  /// As it is now: judged and recorded.
  private func seen(_ operation: String, digest: Bool) async -> (KMIPObject, [UInt8]?)? {
    let read = ReadObjects(operation, .getAttributes, of: [reference], digests: digest)
    guard case .success(let found) = await call.outcome(of: read), let seen = found.first else { return nil }
    let object = call.object(seen.key)
    return object.isHidden ? nil : (object, seen.digest)
  }
}

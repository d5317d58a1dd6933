import KMSBytes
import KMSDomain
import WireJSON

// Members whose values are bytes in base 64 for URLs. Null is as good as absent.

extension JSONValue {
  /// - Throws: `badParameter` for anything but such text.
  func bytes(_ name: String) throws(KeyFault) -> [UInt8]? {
    guard let value = present(name) else { return nil }
    guard let bytes = value.withPlainBytes({ Base64.urlBytes($0) }) ?? nil else { throw .invalid(name) }
    return bytes
  }

  func required(bytes name: String) throws(KeyFault) -> [UInt8] {
    guard let bytes = try bytes(name) else { throw .missing(name) }
    return bytes
  }

  /// The same for what may be secret: the only copy is in the payload.
  func payload(_ name: String) throws(KeyFault) -> Payload? {
    guard let value = present(name) else { return nil }
    let payload = value.withPlainBytes { text -> Payload? in
      guard let count = Base64.decodedURLLength(text) else { return nil }
      return Payload(count: count) { room in Base64.decodeURL(text, into: &room) }
    }
    guard let payload = payload ?? nil else { throw .invalid(name) }
    return payload
  }

  func required(payload name: String) throws(KeyFault) -> Payload {
    guard let payload = try payload(name) else { throw .missing(name) }
    return payload
  }

  /// - Throws: `badParameter` for anything but a string.
  func text(_ name: String) throws(KeyFault) -> String? {
    guard let value = present(name) else { return nil }
    guard let text = value.string else { throw .invalid(name) }
    return text
  }

  func flag(_ name: String) throws(KeyFault) -> Bool? {
    guard let value = present(name) else { return nil }
    guard let flag = value.bool else { throw .invalid(name) }
    return flag
  }

  /// - Throws: `badParameter` for anything but a whole number.
  func number(_ name: String) throws(KeyFault) -> Int64? {
    guard let value = present(name) else { return nil }
    guard let number = value.integer else { throw .invalid(name) }
    return number
  }

  /// The member, unless it is null.
  func present(_ name: String) -> JSONValue? {
    guard let value = self[name], !value.isNull else { return nil }
    return value
  }
}

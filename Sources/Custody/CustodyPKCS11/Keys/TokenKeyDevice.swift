package import KMSDomain

/// Keeps material of key versions on a token: sensitive, not extractable.
///
/// An object's CKA_ID is the id of the material's key, the version's id and 8 random bytes, so that no object is ever taken
/// for another's; its label says the ids in words. Symmetric keys are generic secrets that make codes: what encrypts messages is derived from them by HMAC, as it is from keys in memory,
/// so the ciphertexts have one form (decision 0036).
package final class TokenKeyDevice: KeyDevice {
  let token: Token
  private let report: @Sendable (HSMFault) -> Void
  /// Which hashes the token knows for RSAES-OAEP shows only when it is tried.
  let paddings = TriedPaddings()

  /// - Parameter report: hears of every fault, for the log.
  package init(_ token: Token, report: @escaping @Sendable (HSMFault) -> Void = { _ in }) {
    self.token = token
    self.report = report
  }

  package var provider: String { "\(token.provider), token \"\(token.info.label)\"" }

  /// By something that the token itself has to do.
  package func check() throws(DeviceFault) {
    try reporting { () throws(HSMFault) in
      _ = try token.run { (session) throws(HSMFault) in
        try HSMFault.calling { () throws(ReturnCode) in try session.random(1) }
      }
    }
  }

  package func availability(of spec: KeySpec, for usages: KeyUsages) -> Availability {
    guard let place = PlaceOnToken(spec, usages) else {
      return .unavailable("keys of the kind \(spec.standardName) are not kept on a token")
    }
    guard let missing = place.missing(in: token.mechanisms) else { return .available }
    return .unavailable("the token has no \(missing)")
  }

  package func make(_ identity: VersionIdentity) throws(DeviceFault) -> NewDeviceKey {
    guard case .available = availability(of: identity.spec, for: identity.usages),
      let place = PlaceOnToken(identity.spec, identity.usages)
    else { throw .unsupported("the token has no keys of the kind \(identity.spec.standardName)") }
    let reference = TokenReference(token.info.serial, mark: .random(in: 0 ... .max))
    let object = ObjectID(identity, place, reference)
    let label = object.label(identity)
    let numbers = try reporting { () throws(HSMFault) in
      try token.make(object) { (session) throws(ReturnCode) in try session.make(place, object, label) }
    }
    return NewDeviceKey(reference: reference.encoded, publicNumbers: numbers)
  }

  package func key(_ reference: [UInt8], as identity: VersionIdentity) throws(DeviceFault) -> any DeviceKey {
    TokenKey(self, try object(reference, identity))
  }

  package func destroy(_ reference: [UInt8], as identity: VersionIdentity) throws(DeviceFault) {
    let object = try object(reference, identity)
    try reporting { () throws(HSMFault) in try token.destroy(object) }
  }

  private func object(_ reference: [UInt8], _ identity: VersionIdentity) throws(DeviceFault) -> ObjectID {
    guard let named = TokenReference(reference), let place = PlaceOnToken(identity.spec, identity.usages)
    else { throw .refused("a stored key names no key of a token") }
    guard named.serial == token.info.serial else {
      throw .refused("a key is on the token with the serial number \(named.serial), which is not in use")
    }
    return ObjectID(identity, place, named)
  }

  func reporting<Result>(_ body: () throws(HSMFault) -> Result) throws(DeviceFault) -> Result {
    do throws(HSMFault) {
      return try body()
    } catch {
      let fault = DeviceFault(error)
      if fault != .rejected { report(error) }
      throw fault
    }
  }
}

/// What is stored of a key on a token, beside the version's identity: which token it is on, and what tells its object from others
/// that were made for the same version.
struct TokenReference {
  private static let formatVersion: UInt8 = 1
  private static let markLength = 8
  let serial: String
  let mark: [UInt8]
  var encoded: [UInt8] { [TokenReference.formatVersion] + mark + Array(serial.utf8) }

  init(_ serial: String, mark: UInt64) {
    self.serial = serial
    self.mark = (0..<TokenReference.markLength).map { UInt8(truncatingIfNeeded: mark >> (8 * UInt64($0))) }
  }

  /// - Returns: nil for anything but what `encoded` gives.
  init?(_ bytes: [UInt8]) {
    let end = 1 + TokenReference.markLength
    guard bytes.count > end, bytes.count <= end + 16, bytes[0] == TokenReference.formatVersion,
      let serial = String(validating: bytes[end...], as: UTF8.self)
    else { return nil }
    self.serial = serial
    mark = Array(bytes[1..<end])
  }
}

extension ObjectID {
  init(_ identity: VersionIdentity, _ place: PlaceOnToken, _ reference: TokenReference) {
    let ids = identity.key.bits.bytes + identity.version.bits.bytes
    self.init(kind: place.objectClass, id: ids + reference.mark)
  }

  fileprivate func label(_ identity: VersionIdentity) -> String {
    "claviger key \(identity.key.bits.hex) version \(identity.version.bits.hex)"
  }
}

package import KMSDomain

/// Keeps material of key versions on a token: sensitive, not extractable.
///
/// An object's CKA_ID is the id of the material's key and the version's id, 32 bytes; its label says the same in words. Symmetric
/// keys are generic secrets that make codes: what encrypts messages is derived from them by HMAC, as it is from keys in memory,
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
    let object = ObjectID(identity, place)
    let label = object.label(identity)
    let numbers = try reporting { () throws(HSMFault) in
      try token.make(object) { (session) throws(ReturnCode) in try session.make(place, object, label) }
    }
    return NewDeviceKey(reference: TokenReference(token.info.serial).encoded, publicNumbers: numbers)
  }

  package func key(_ reference: [UInt8], as identity: VersionIdentity) throws(DeviceFault) -> any DeviceKey {
    TokenKey(self, ObjectID(identity, try place(of: reference, identity)))
  }

  package func destroy(_ reference: [UInt8], as identity: VersionIdentity) throws(DeviceFault) {
    let object = ObjectID(identity, try place(of: reference, identity))
    try reporting { () throws(HSMFault) in try token.destroy(object) }
  }

  private func place(of reference: [UInt8], _ identity: VersionIdentity) throws(DeviceFault) -> PlaceOnToken {
    guard let named = TokenReference(reference), let place = PlaceOnToken(identity.spec, identity.usages)
    else { throw .refused("a stored key names no key of a token") }
    guard named.serial == token.info.serial else {
      throw .refused("a key is on the token with the serial number \(named.serial), which is not in use")
    }
    return place
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

/// What is stored of a key on a token: whose token it is. The rest follows from the version's identity.
struct TokenReference {
  private static let formatVersion: UInt8 = 1
  let serial: String
  var encoded: [UInt8] { [TokenReference.formatVersion] + Array(serial.utf8) }

  init(_ serial: String) { self.serial = serial }

  /// - Returns: nil for anything but what `encoded` gives.
  init?(_ bytes: [UInt8]) {
    guard (2...17).contains(bytes.count), bytes[0] == TokenReference.formatVersion,
      let serial = String(validating: bytes[1...], as: UTF8.self)
    else { return nil }
    self.serial = serial
  }
}

extension ObjectID {
  init(_ identity: VersionIdentity, _ place: PlaceOnToken) {
    self.init(kind: place.objectClass, id: identity.key.bits.bytes + identity.version.bits.bytes)
  }

  fileprivate func label(_ identity: VersionIdentity) -> String {
    "claviger key \(identity.key.bits.hex) version \(identity.version.bits.hex)"
  }
}

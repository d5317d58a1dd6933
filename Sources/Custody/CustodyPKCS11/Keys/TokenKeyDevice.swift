package import KMSDomain

/// Keeps material of key versions on a token: sensitive, not extractable.
///
/// An object's CKA_ID is the id of the material's key, the version's id and 8 random bytes, so that no object is ever taken
/// for another's; its label says the ids in words. Symmetric keys for the doors' fixed algorithms are generic secrets that make codes: what
/// encrypts messages is derived from them by HMAC, as it is from keys in memory, so the ciphertexts have one form (decision 0036). Those
/// for parameters of callers' choice are keys of AES.
package final class TokenKeyDevice: KeyDevice {
  private let awaited: AwaitedToken
  private let report: @Sendable (HSMFault) -> Void
  /// Which hashes the token knows for RSAES-OAEP shows only when it is tried.
  let paddings = TriedPaddings()

  /// - Parameter report: hears of every fault, for the log.
  package init(_ awaited: AwaitedToken, report: @escaping @Sendable (HSMFault) -> Void = { _ in }) {
    self.awaited = awaited
    self.report = report
  }

  package convenience init(_ token: Token) { self.init(AwaitedToken(token)) }

  package var provider: String {
    guard let token = try? awaited.token() else { return "a token that is away" }
    return "\(token.provider), token \"\(token.info.label)\""
  }

  /// - Throws: why it isn't there; `otherToken` when it isn't that one.
  func token(with serial: String) throws(HSMFault) -> Token {
    let token = try awaited.token()
    guard token.info.serial == serial else { throw .otherToken(serial: serial) }
    return token
  }

  package func check() throws(DeviceFault) {
    try translating { () throws(HSMFault) in try awaited.token().check() }
  }

  package func availability(
    of spec: KeySpec, for usages: KeyUsages, _ purpose: DevicePurpose
  ) -> Availability {
    guard let place = PlaceOnToken(spec, usages, purpose) else {
      return .unavailable("keys of the kind \(spec.standardName) are not kept on a token")
    }
    // Of a token that is away nobody knows; making a key says that it is away.
    guard let token = try? awaited.token(), let missing = place.missing(in: token.mechanisms) else {
      return .available
    }
    return .unavailable("the token has no \(missing)")
  }

  package func newReference(
    for identity: VersionIdentity, _ purpose: DevicePurpose
  ) throws(DeviceFault) -> [UInt8] {
    let kind = try kind(of: identity, purpose)
    return try reporting { () throws(HSMFault) in
      TokenReference(
        try awaited.token().info.serial, mark: .random(in: 0 ... .max), isCipher: kind.form == .cipher
      ).encoded
    }
  }

  package func make(
    _ identity: VersionIdentity, _ purpose: DevicePurpose, as reference: [UInt8]
  ) throws(DeviceFault) -> [KeyComponent: [UInt8]]? {
    let kind = try kind(of: identity, purpose)
    let named = try named(reference)
    return try reporting { () throws(HSMFault) in
      let object = ObjectID(identity, named)
      let label = object.label(identity)
      return try token(with: named.serial).make(object) { (session) throws(ReturnCode) in
        try session.make(kind, object, label)
      }
    }
  }

  private func kind(
    of identity: VersionIdentity, _ purpose: DevicePurpose
  ) throws(DeviceFault) -> PlaceOnToken {
    guard case .available = availability(of: identity.spec, for: identity.usages, purpose),
      let kind = PlaceOnToken(identity.spec, identity.usages, purpose)
    else { throw .unsupported("the token has no keys of the kind \(identity.spec.standardName)") }
    return kind
  }

  package func key(_ reference: [UInt8], as identity: VersionIdentity) throws(DeviceFault) -> any DeviceKey {
    let named = try named(reference)
    let form: TokenForm = identity.spec.isAsymmetric ? .pair : named.isCipher ? .cipher : .codes
    return TokenKey(self, ObjectID(identity, named), form, onTokenWith: named.serial)
  }

  package func destroy(_ reference: [UInt8], as identity: VersionIdentity) throws(DeviceFault) {
    let named = try named(reference)
    try reporting { () throws(HSMFault) in
      try token(with: named.serial).destroy(ObjectID(identity, named))
    }
  }

  private func named(_ reference: [UInt8]) throws(DeviceFault) -> TokenReference {
    guard let named = TokenReference(reference) else {
      throw .refused("a stored key names no key of a token")
    }
    return named
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

/// What the object of a key is on the token, and so what it can do.
enum TokenForm: Sendable {
  /// A generic secret, which makes codes.
  case codes
  /// A key of AES.
  case cipher
  case pair
}

/// What is stored of a key on a token, beside the version's identity: which token it is on, what tells its object from others
/// that were made for the same version, and whether it is a key of a cipher where the kind would allow both.
struct TokenReference {
  private static let formatVersion: UInt8 = 1
  private static let formatVersionOfCiphers: UInt8 = 2
  private static let markLength = 8
  let serial: String
  let mark: [UInt8]
  let isCipher: Bool

  var encoded: [UInt8] {
    let version = isCipher ? TokenReference.formatVersionOfCiphers : TokenReference.formatVersion
    return [version] + mark + Array(serial.utf8)
  }

  init(_ serial: String, mark: UInt64, isCipher: Bool) {
    self.serial = serial
    self.isCipher = isCipher
    self.mark = (0..<TokenReference.markLength).map { UInt8(truncatingIfNeeded: mark >> (8 * UInt64($0))) }
  }

  /// - Returns: nil for anything but what `encoded` gives.
  init?(_ bytes: [UInt8]) {
    let end = 1 + TokenReference.markLength
    let versions = [TokenReference.formatVersion, TokenReference.formatVersionOfCiphers]
    guard bytes.count > end, bytes.count <= end + 16, versions.contains(bytes[0]),
      let serial = String(validating: bytes[end...], as: UTF8.self)
    else { return nil }
    isCipher = bytes[0] == TokenReference.formatVersionOfCiphers
    self.serial = serial
    mark = Array(bytes[1..<end])
  }
}

extension ObjectID {
  init(_ identity: VersionIdentity, _ reference: TokenReference) {
    let ids = identity.key.bits.bytes + identity.version.bits.bytes
    self.init(kind: identity.spec.isAsymmetric ? .privateHalf : .secret, id: ids + reference.mark)
  }

  fileprivate func label(_ identity: VersionIdentity) -> String {
    "claviger key \(identity.key.bits.hex) version \(identity.version.bits.hex)"
  }
}

import KMSBytes
import WireJSON

/// The keys that an issuer publishes (JWK Set, RFC 7517 section 5), as far as they are for checking its tokens: keys for other
/// uses, of other kinds or sizes, and such that can't be keys are passed over.
struct KeySet: Sendable {
  private let keys: [IssuerKey]

  /// - Parameter algorithms: those that the issuer is known to use; a key is never tried with another.
  /// - Throws: `UnusableDocument` when it isn't a set of keys, or two of them can't be told apart.
  init(_ document: [UInt8], for algorithms: [TokenAlgorithm]) async throws(UnusableDocument) {
    let root = try UnusableDocument.object(document)
    guard let list = root["keys"], list.kind == .array, list.count <= TokenLimits.keys else {
      throw UnusableDocument()
    }
    var keys: [IssuerKey] = []
    for one in list.elements {
      guard let key = await KeySet.key(one, algorithms) else { continue }
      guard
        !keys.contains(where: { $0.id == key.id && $0.id != nil && $0.algorithms.contains(where: key.isFor) })
      else { throw UnusableDocument() }
      keys.append(key)
    }
    self.keys = keys
  }

  var count: Int { keys.count }

  /// - Parameter id: nil when the token names none; then the issuer must have one key only that it could be.
  func key(_ id: String?, _ algorithm: TokenAlgorithm) -> IssuerKey? {
    let found = keys.filter { $0.isFor(algorithm) && (id == nil || $0.id == id) }
    return found.count == 1 ? found.first : nil
  }

  private static func key(_ value: JSONValue, _ algorithms: [TokenAlgorithm]) async -> IssuerKey? {
    guard isForChecking(value), let kind = value["kty"]?.string, let id = identifier(value) else {
      return nil
    }
    var possible = algorithms
    if let named = value["alg"] {
      guard let algorithm = named.string.flatMap(TokenAlgorithm.init) else { return nil }
      possible = possible.filter { $0 == algorithm }
    }
    let numbers: IssuerKey.Numbers?
    switch kind {
    case "RSA":
      possible = possible.filter { $0.family == .rsa }
      numbers = rsa(value) ?? certified(value)
    case "EC":
      let curve = value["crv"]?.string
      possible = possible.filter { algorithm in
        if case .curve(let name, _) = algorithm.family { return name == curve }
        return false
      }
      numbers = possible.first.flatMap { point(value, $0) }
    default: return nil
    }
    guard let numbers, !possible.isEmpty else { return nil }
    return try? await IssuerKey(id: id.text, numbers, for: possible)
  }

  /// Without `use` and `key_ops` a key is for whatever its algorithm is for.
  private static func isForChecking(_ value: JSONValue) -> Bool {
    if let use = value["use"], use.string != "sig" { return false }
    if let operations = value["key_ops"] {
      return operations.elements.contains { $0.string == "verify" }
    }
    return true
  }

  private struct Identifier { let text: String? }

  /// - Returns: nil when there is one that can't be one.
  private static func identifier(_ value: JSONValue) -> Identifier? {
    guard let member = value["kid"] else { return Identifier(text: nil) }
    guard let text = member.string, text.utf8.count <= TokenLimits.text else { return nil }
    return Identifier(text: text)
  }

  private static func rsa(_ value: JSONValue) -> IssuerKey.Numbers? {
    guard let modulus = value["n"]?.string, let exponent = value["e"]?.string,
      let n = Base64URL.bytes(modulus.utf8), let first = n.first, first != 0,
      TokenLimits.modulus.contains(n.count * 8 - first.leadingZeroBitCount),
      let e = Base64URL.bytes(exponent.utf8), (1...TokenLimits.exponent).contains(e.count),
      e.reduce(UInt64(0), { $0 << 8 | UInt64($1) }) >= 3
    else { return nil }
    return .rsa(modulus: modulus, exponent: exponent)
  }

  /// Of those who publish a certificate and no numbers, as Azure Attestation does (RFC 7517 section 4.7). Who published it is known
  /// already; nobody asks who signed it.
  private static func certified(_ value: JSONValue) -> IssuerKey.Numbers? {
    guard value["n"] == nil, value["e"] == nil, let text = value["x5c"]?.elements.first?.string,
      text.utf8.count <= TokenLimits.certificate, let certificate = Base64.bytes(text)
    else { return nil }
    return .rsaCertificate(certificate)
  }

  private static func point(_ value: JSONValue, _ algorithm: TokenAlgorithm) -> IssuerKey.Numbers? {
    guard case .curve(_, let length) = algorithm.family, let x = value["x"]?.string,
      let y = value["y"]?.string, Base64URL.bytes(x.utf8)?.count == length,
      Base64URL.bytes(y.utf8)?.count == length
    else { return nil }
    return .point(x: x, y: y)
  }
}

/// What an issuer published isn't what it should be.
struct UnusableDocument: Error {
  static func object(_ bytes: [UInt8]) throws(UnusableDocument) -> JSONValue {
    guard let root = try? JSONDocument(bytes, limits: TokenLimits.keySet).root, root.kind == .object else {
      throw UnusableDocument()
    }
    return root
  }
}

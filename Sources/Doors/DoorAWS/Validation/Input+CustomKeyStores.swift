import KMSDomain
import WireJSON

// Members of custom key stores.
extension Input {
  mutating func keyStore(in keyring: Keyring) throws(AWSError) -> KeyStoreReference {
    KeyStoreReference(try requiredText("CustomKeyStoreId", .customKeyStoreID), in: keyring)
  }

  mutating func proxyConnectivity() throws(AWSError) -> ProxyConnectivity.Kind? {
    let name = try text("XksProxyConnectivity", .proxyConnectivity)
    return ProxyConnectivity.Kind.allCases.first { $0.awsName == name }
  }

  mutating func endpointServiceOwner() throws(AWSError) -> AccountID? {
    try text("XksProxyVpcEndpointServiceOwner", .accountID).flatMap(AccountID.init)
  }

  /// nil when it is absent, or breaks the model: then `read` throws.
  mutating func proxyCredential() throws(AWSError) -> NewProxyCredential? {
    let name = "XksProxyAuthenticationCredential"
    guard let structure = value(name) else { return nil }
    guard structure.kind == .object else { throw .wrongType(structure, "a Structure") }
    let path = Input.path(name)
    let accessKey = try member("AccessKeyId", of: structure, at: path, .proxyAccessKey)
    let secret = try proxySecret(of: structure, at: path)
    return secret.map { NewProxyCredential(accessKey: accessKey, secret: $0) }
  }

  private static let secretLength = 43...64
  private static let secretPattern = #"^[a-zA-Z0-9\/+=]+$"#

  /// Text that is secret: copied from the request straight into memory that is wiped.
  private mutating func proxySecret(of structure: JSONValue, at path: String) throws(AWSError) -> Payload? {
    let name = "RawSecretAccessKey"
    let path = "\(path).\(Input.path(name))"
    guard let value = structure[name], !value.isNull else {
      missing(path)
      return nil
    }
    let (faults, secret) = try Input.proxySecret(value)
    for constraint in faults { fault(nil, at: path, constraint) }
    return secret
  }

  /// Some clients escape slashes; that text exists once more, in an array that is wiped here.
  private static func proxySecret(_ value: JSONValue) throws(AWSError) -> ([String], Payload?) {
    if let judged = value.withPlainBytes(judge) { return judged }
    guard let unescaped = value.string else { throw .wrongType(value, "a String") }
    var text = Array(unescaped.utf8)
    defer { for index in text.indices { text[index] = 0 } }
    return judge(text.span)
  }

  /// The length comes first, so that memory is asked for only within the bounds.
  private static func judge(_ text: Span<UInt8>) -> ([String], Payload?) {
    var faults: [String] = []
    if let constraint = Constraint.length(text.count, secretLength) { faults.append(constraint) }
    var isPlain = !text.isEmpty
    for index in text.indices where !ProxyText.isSecretByte(text[index]) { isPlain = false }
    if !isPlain { faults.append(Constraint.pattern(secretPattern)) }
    guard faults.isEmpty else { return (faults, nil) }
    let secret = Payload(count: text.count) { (room: inout MutableSpan<UInt8>) in
      for index in text.indices { room[index] = text[index] }
      return true
    }
    return ([], secret)
  }
}

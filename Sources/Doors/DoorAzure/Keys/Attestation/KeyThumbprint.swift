import Crypto
import KMSBytes
import WireJSON

extension PublicJWK {
  /// The thumbprint of the key (RFC 7638 with SHA-256; RFC 8037 and RFC 9964 for their kinds): of what is public, and whatever Azure calls
  /// it. nil where nothing is.
  var thumbprint: String? {
    guard let members else { return nil }
    // In the order of their names, without white space.
    var json = JSONWriter()
    json.beginObject()
    for (name, text) in members.sorted(by: { $0.name < $1.name }) { json.member(name, text) }
    json.endObject()
    return Base64.urlString(Array(SHA256.hash(data: json.bytes)))
  }

  /// The required ones, by the names that they are registered under.
  private var members: [(name: String, text: String)]? {
    switch self {
    case .rsa(let n, let e):
      [("kty", "RSA"), ("n", Base64.urlString(n)), ("e", Base64.urlString(e))]
    case .point(let curve, let x, let y):
      [("kty", "EC"), ("crv", curve.standardName), ("x", Base64.urlString(x)), ("y", Base64.urlString(y))]
    case .ed25519(let x):
      [("kty", "OKP"), ("crv", CurveName.ed25519.standardName), ("x", Base64.urlString(x))]
    case .mlDSA(let name, let pub):
      [("kty", "AKP"), ("alg", name.rawValue), ("pub", Base64.urlString(pub))]
    case .oct: nil
    }
  }
}

extension CurveName {
  /// As the registry of JOSE has it.
  fileprivate var standardName: String {
    switch self {
    case .p256, .p384, .p521, .ed25519: rawValue
    case .p256K: "secp256k1"
    }
  }
}

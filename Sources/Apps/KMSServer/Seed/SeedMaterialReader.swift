import KMSBytes
import KMSDomain
import Yams

/// Reads the material of a key: bytes of a symmetric key, PKCS#8 of a key pair. It goes into locked memory at once, and what
/// could be wiped on the way there is; the file's own text, which the YAML parser holds, can't.
struct SeedMaterialReader {
  let spec: KeySpec
  let folder: String

  private static let known = ["hex", "base64", "pem", "file"]
  /// The first, and as many as can be asked for by rotations.
  private static let most = 1 + KeyRecord.mostRotationsOnDemand

  /// One for each version, the oldest first; one nil where the file has none.
  func read(_ node: Node?) throws(SeedProblem) -> [Payload?] {
    guard let node else { return [nil] }
    guard case .sequence(let sequence) = node else { return [try material(node)] }
    guard (1...SeedMaterialReader.most).contains(sequence.count) else {
      throw SeedProblem(node.line, "'material' is one, or a list of 1 to \(SeedMaterialReader.most)")
    }
    guard sequence.count == 1 || spec == .aes256 else {
      throw SeedProblem(node.line, "only keys of SYMMETRIC_DEFAULT have more than one material")
    }
    var materials: [Payload?] = []
    for node in sequence { materials.append(try material(node)) }
    return materials
  }

  private func material(_ node: Node) throws(SeedProblem) -> Payload {
    let mapping = try SeedMapping(node, "material", known: SeedMaterialReader.known)
    guard mapping.names.count == 1 else {
      throw SeedProblem(node.line, "material is given in one way: hex, base64, pem or file")
    }
    if let text = try mapping.text("hex") { return try secret(text, "hex digits", SeedMaterialReader.hex) }
    if let text = try mapping.text("base64") {
      return try secret(text, "base64", SeedMaterialReader.base64)
    }
    if let text = try mapping.text("pem") { return try pem(WipedBytes(Array(text.string.utf8)), text.line) }
    return try file(try mapping.required("file"))
  }

  private func file(_ text: SeedText) throws(SeedProblem) -> Payload {
    let bytes = WipedBytes(try SeedReferencedFile(text, in: folder).bytes())
    guard spec.secretLength != nil else { return try pem(bytes, text.line) }
    return try checked(bytes.withBytes(SeedMaterialReader.copy), text.line, "the bytes themselves")
  }

  private func secret(
    _ text: SeedText, _ form: String, _ decode: (Span<UInt8>) -> Payload?
  ) throws(SeedProblem) -> Payload {
    guard spec.secretLength != nil else {
      throw SeedProblem(text.line, "the material of a key pair is PKCS#8: give it as pem or file")
    }
    return try checked(WipedBytes(Array(text.string.utf8)).withBytes(decode), text.line, form)
  }

  private func checked(_ payload: Payload?, _ line: Int, _ form: String) throws(SeedProblem) -> Payload {
    guard let payload, payload.count == spec.secretLength else {
      throw SeedProblem(line, "the material of this key is \(spec.secretLength ?? 0) bytes, as \(form)")
    }
    return payload
  }

  /// Custody finds out whether it is a key pair of the kind.
  private func pem(_ text: WipedBytes, _ line: Int) throws(SeedProblem) -> Payload {
    guard spec.secretLength == nil else {
      throw SeedProblem(line, "the material of this key is bytes: give it as hex, base64 or file")
    }
    switch text.withArray({ PEMPrivateKey($0) }) {
    case .pkcs8(let payload): return payload
    case .other(let label):
      throw SeedProblem(
        line,
        "this is PEM of \(label), not of PRIVATE KEY (PKCS#8): openssl pkcs8 -topk8 -nocrypt turns private keys into that"
      )
    case .malformed: throw SeedProblem(line, "this is no private key in PEM")
    }
  }

  private static func hex(_ text: Span<UInt8>) -> Payload? {
    Payload(count: text.count / 2) { Hex.decode(text, into: &$0) }
  }

  private static func base64(_ text: Span<UInt8>) -> Payload? {
    guard let count = Base64.decodedLength(text) else { return nil }
    return Payload(count: count) { Base64.decode(text, into: &$0) }
  }

  private static func copy(_ bytes: Span<UInt8>) -> Payload? {
    Payload(count: bytes.count) { room in
      for index in bytes.indices { room[index] = bytes[index] }
      return true
    }
  }
}

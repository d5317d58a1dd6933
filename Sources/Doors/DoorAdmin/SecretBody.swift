import Hummingbird
import KMSBytes
import KMSDomain
import WireJSON

/// A body with a secret in it. It comes together in memory that is wiped, and the secret goes from there into locked memory: no
/// text and no decoder of the standard library holds it on its way. What the network stack had of it is overwritten when it is freed.
struct SecretBody {
  private let root: JSONValue

  private static let limits = JSONDocument.Limits(depth: 2, nodes: 128)

  /// - Parameter limit: of its length, in bytes.
  /// - Returns: nil for what is too long, or no JSON object.
  init?(_ request: Request, upTo limit: Int) async {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(limit)  // growing would leave copies behind
    do {
      for try await piece in request.body {
        guard piece.readableBytes <= limit - bytes.count else { return nil }
        bytes.append(contentsOf: piece.readableBytesView)
      }
      root = try JSONDocument(WipedBytes(consume bytes), limits: SecretBody.limits).root
    } catch {
      return nil
    }
    guard root.kind == .object else { return nil }
  }

  enum Secret {
    case absent
    case text(Payload)
    case malformed
  }

  func secret(_ name: String) -> Secret {
    guard let value = root[name], !value.isNull else { return .absent }
    return value.withSecretText { Secret.text(Payload(copying: $0)) } ?? .malformed
  }

  /// - Returns: nil for other than an object of texts.
  func texts(_ name: String) -> [String: String]? {
    guard let value = root[name], value.kind == .object else { return nil }
    var texts: [String: String] = [:]
    for (name, value) in value.members {
      guard let text = value.string else { return nil }
      texts[name] = text
    }
    return texts
  }
}

import KMSDomain
import KMSEngine
import WireJSON

/// `/rng`: random bytes.
struct RandomBytes: VaultCollection {
  private static let count: ClosedRange<Int64> = 1...128

  func answer(_ call: VaultCall) async throws(AzureError) -> VaultAnswer {
    guard call.segments.count == 1 || call.segments == ["rng", ""] else { throw .notFound }
    guard call.method == "POST" else { throw .methodNotAllowed }
    let body = try call.document()
    let count = try AzureError.reading { () throws(KeyFault) -> Int in
      guard let count = try body.number("count") else { throw KeyFault.missing("count") }
      guard RandomBytes.count.contains(count) else { throw KeyFault.invalid("count") }
      return Int(count)
    }
    let bytes = try await call.use(
      GenerateRandom(account: call.vault.home.account, count: count, vault: call.vault.name), doing: nil,
      about: VaultSubject(.keys, ""))
    return .json { json in
      json.beginObject()
      json.name("value")
      bytes.readOnce { json.base64URL($0) }
      json.endObject()
    }
  }
}

import CustodySoftware
import KMSDomain

/// Seals by a key of another key management service, which encrypts the root and decrypts it at each start. What it is asked
/// names the store in the encryption context, so that its policy and its log can tell stores apart.
struct RemoteSeal: Seal {
  let kind = SealKind.awskms
  private let service: RemoteKMS

  init(_ service: RemoteKMS) { self.service = service }

  /// The holder's parameters are the key's own ARN, so that an alias that is moved later opens nothing else.
  func make(for store: Bits128) throws(SealError) -> NewRoot {
    let root = try SoftwareRoot.random(for: store)
    let key = try service.describe()
    let parameters = Array(key.utf8)
    let sealed = try service.encrypt(
      try root.copy(), under: key, context: RemoteSeal.context(store, root.id))
    let holder = SealHolder(kind: .awskms, root: root.id, parameters: parameters, sealed: sealed)
    return NewRoot(root: root, holder: holder)
  }

  func unseal(_ holder: SealHolder, for store: Bits128) throws(SealError) -> any Root {
    let secret = try service.decrypt(
      holder.sealed, under: String(decoding: holder.parameters, as: UTF8.self),
      context: RemoteSeal.context(store, holder.root))
    return try SoftwareRoot(payload: secret, id: holder.root, store: store)
  }

  private static func context(_ store: Bits128, _ root: RootID) -> [String: String] {
    ["claviger:store": store.hex, "claviger:root": root.bits.hex]
  }
}

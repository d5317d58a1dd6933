import KMSDomain

/// What access policies can permit, by the names that Azure has for it: collection and permission.
enum AccessPermission {
  /// - Parameter text: such as `secrets/get`; `secrets/all` is all of a collection.
  /// - Returns: nothing for what is no permission.
  static func actions(_ text: String) -> [Action] {
    let wanted = text.lowercased()
    if wanted.hasSuffix("/all") {
      let prefix = wanted.dropLast(3)
      return table.filter { $0.key.hasPrefix(prefix) }.flatMap(\.value)
    }
    return table[wanted] ?? []
  }

  /// Which permission an action takes; nil where none permits it.
  static func name(of action: Action) -> String? {
    table.filter { $0.value.contains(action) }.map(\.key).min()
  }

  static var names: [String] { table.keys.sorted() }

  private static let table: [String: [Action]] = [
    // Of keys that were adopted it takes what their own protocol asks.
    "keys/get": [.readVaultKey, .readDeletedVaultKey, .attestVaultKey, .describeKey],
    "keys/list": [.listVaultKeys, .listDeletedVaultKeys],
    "keys/create": [.createVaultKey],
    "keys/import": [.importVaultKey],
    "keys/update": [.updateVaultKey, .enableKey, .disableKey],
    "keys/delete": [.deleteVaultKey],
    "keys/recover": [.recoverVaultKey],
    "keys/purge": [.purgeVaultKey],
    "keys/backup": [.backUpVaultKey],
    "keys/restore": [.restoreVaultKey],
    "keys/rotate": [.rotateVaultKey],
    "keys/release": [.releaseVaultKey],
    "keys/getrotationpolicy": [.readRotationPolicy],
    "keys/setrotationpolicy": [.writeRotationPolicy],
    "keys/encrypt": [.encrypt],
    "keys/decrypt": [.decrypt],
    "keys/wrapkey": [.wrapKey],
    "keys/unwrapkey": [.unwrapKey],
    "keys/sign": [.sign, .generateMac],
    "keys/verify": [.verify, .verifyMac],
    "secrets/get": [.readSecret],
    "secrets/list": [.listSecrets],
    "secrets/set": [.setSecret, .updateSecret],
    "secrets/delete": [.deleteSecret],
    "secrets/recover": [.recoverSecret],
    "secrets/purge": [.purgeSecret],
    "secrets/backup": [.backUpSecret],
    "secrets/restore": [.restoreSecret],
  ]
}

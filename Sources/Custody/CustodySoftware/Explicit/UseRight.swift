import KMSDomain
import KMSSecrets

/// Which actions are a right to a use of a key, and the usage that the key needs for each.
struct UseRight: Sendable {
  let uses: [(action: Action, usage: KeyUsages)]

  static let encipher = UseRight(uses: [(.encrypt, .encrypt), (.wrapKey, .wrap)])
  static let decipher = UseRight(uses: [(.decrypt, .decrypt), (.unwrapKey, .unwrap)])
  static let sign = UseRight(
    uses: [(.sign, .sign), (.certify, .sign), (.reCertify, .sign), (.wrapKey, .sign)])
  static let verify = UseRight(uses: [(.verify, .verify), (.unwrapKey, .verify)])
  static let mac = UseRight(uses: [(.generateMac, .mac), (.wrapKey, .mac)])
  static let verifyMac = UseRight(uses: [(.verifyMac, .verifyMac), (.unwrapKey, .verifyMac)])
  static let derive = UseRight(uses: [(.deriveObject, .deriveKey)])
  static let agree = UseRight(uses: [(.deriveObject, .deriveKey), (.deriveObject, .derive)])
  static let openBundle = UseRight(uses: [(.unwrapKey, .deriveKey)])
  static let makeBundle = UseRight(uses: [(.wrapKey, .deriveKey)])

  // What is about material and not its use: any usages will do.
  static let export = UseRight(uses: [(.getObject, []), (.exportObject, []), (.wrapKey, [])])
  /// In one piece, which is what a secret is.
  static let exportEncoded = UseRight(uses: export.uses + [(.readSecret, [])])
  /// To an environment, under a key of its own.
  static let release = UseRight(uses: [(.releaseVaultKey, [])])
  /// To have the server say what it knows of it; see `KeyRecord.right(to:)`.
  static let attest = UseRight(uses: [(.attestVaultKey, []), (.describeKey, [])])
  /// Of the key under which another one came.
  static let transfer = UseRight(uses: [(.importVaultKey, .unwrap)])
  /// Of what came so.
  static let transferred = UseRight(uses: [(.importVaultKey, [])])
  static let split = UseRight(uses: [(.createSplitKey, [])])
  static let join = UseRight(uses: [(.joinSplitKey, [])])

  // Of new material.
  static let generate = UseRight(
    uses: [
      (.createKey, []), (.reKey, []), (.reKeyPair, []), (.renewObject, []), (.createSplitKey, []),
      (.createVaultKey, []), (.rotateVaultKey, []),
    ])
  static let take = UseRight(
    uses: [
      (.setSecret, []),
      (.registerObject, []), (.importObject, []), (.deriveObject, []), (.createSplitKey, []), (.certify, []),
      (.reCertify, []), (.importVaultKey, []),
    ])

  // Without a key.
  static let hash = UseRight(uses: [(.hash, [])])

  /// - Throws: `KMSError.permitMismatch` unless the permit is such a right on exactly this, to a key with these usages.
  func check(
    _ permit: borrowing Permit, key: KeyID?, version: VersionID?, usages: KeyUsages
  ) throws(KMSError) {
    let action = permit.action
    guard uses.contains(where: { $0.action == action && $0.usage.isSubset(of: usages) }) else {
      throw .permitMismatch
    }
    try permit.check(action, key: key, version: version)
  }

  func check(_ permit: borrowing Permit, _ key: SoftwareLiveKey) throws(KMSError) {
    try check(permit, key: key.key, version: key.version, usages: key.usages)
  }

  func check(_ permit: borrowing Permit, _ identity: VersionIdentity) throws(KMSError) {
    try check(permit, key: identity.key, version: identity.version, usages: identity.usages)
  }
}

extension SoftwareCustody {
  /// The most bytes of text, message or data that explicit cryptography takes at once, and that streams hold back.
  package static let longestExplicit = 1 << 20

  /// - Throws: `KMSError.permitMismatch` for a key of another custody, and for a wrong permit.
  func ours(
    _ key: any LiveKey, _ right: UseRight, _ permit: borrowing Permit
  ) throws(KMSError) -> SoftwareLiveKey {
    guard let ours = key as? SoftwareLiveKey else { throw .permitMismatch }
    try right.check(permit, ours)
    return ours
  }

  /// The same for a use that the operator must have permitted if the key is of a legacy kind.
  func usable(
    _ key: any LiveKey, _ right: UseRight, _ permit: borrowing Permit
  ) throws(KMSError) -> SoftwareLiveKey {
    let ours = try ours(key, right, permit)
    if !legacy.contains(ours.spec.legacy) {
      throw .unsupportedAlgorithm(Insecure.refusal(of: ours.spec.standardName))
    }
    return ours
  }

  /// - Throws: `KMSError.custodyUnavailable` for a payload that was read before, or too long.
  func takeExplicit(_ payload: Payload) throws(KMSError) -> SecretBytes {
    guard payload.count <= SoftwareCustody.longestExplicit, let bytes = payload.take() else {
      throw .custodyUnavailable
    }
    return bytes
  }
}

extension CryptoFailure {
  /// Runs what libcrypto can only fail in for want of memory, or because parameters don't go together that were judged before.
  static func unavailable<Result: ~Copyable>(
    _ body: () throws(CryptoFailure) -> Result
  ) throws(KMSError) -> Result {
    do throws(CryptoFailure) { return try body() } catch { throw .custodyUnavailable }
  }
}

import KMSDomain
import WireKMIP

// KMIP's usage mask and the domain's usages. The mask has more: what only says something to clients is kept in the attribute alone.

extension KMIP.CryptographicUsageMask {
  private static let pairs: [(KMIP.CryptographicUsageMask, KeyUsages)] = [
    (.sign, .sign), (.verify, .verify), (.encrypt, .encrypt), (.decrypt, .decrypt), (.wrapKey, .wrap),
    (.unwrapKey, .unwrap), (.macGenerate, .mac), (.macVerify, .verifyMac), (.deriveKey, .deriveKey),
    (.keyAgreement, .derive),
  ]

  /// What certificates are signed with, signs.
  private static let signing: KMIP.CryptographicUsageMask = [.certificateSign, .crlSign, .contentCommitment]

  init(_ usages: KeyUsages) {
    self = KMIP.CryptographicUsageMask.pairs.reduce(into: []) { mask, pair in
      if usages.contains(pair.1) { mask.insert(pair.0) }
    }
  }

  /// What the domain lets a key with this mask be used for.
  var usages: KeyUsages {
    var usages = KMIP.CryptographicUsageMask.pairs.reduce(into: KeyUsages()) { usages, pair in
      if contains(pair.0) { usages.insert(pair.1) }
    }
    if !isDisjoint(with: KMIP.CryptographicUsageMask.signing) { usages.insert(.sign) }
    // Published test cases take keys in that come wrapped under a key that may wrap, and has no word of unwrapping.
    if contains(.wrapKey) { usages.insert(.unwrap) }
    if contains(.unrestricted) { usages = KeyUsages(rawValue: .max) }
    return usages
  }
}

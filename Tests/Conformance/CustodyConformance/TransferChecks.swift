import KMSDomain
import KMSTestKit

extension GuardedCall {
  static let transfers = [
    GuardedCall(name: "take what came under a key", actions: [.importVaultKey], spec: .aes128) {
      subject, permit in
      let (key, transfer) = try Subject.sealing([UInt8](1...16), in: subject.custody)
      _ = try subject.custody.take(
        transfer, under: key.live, as: subject.identity, keyPermit: key.permit(.importVaultKey),
        permit: permit)
    },
    GuardedCall(
      name: "the key under which something came", actions: [.importVaultKey], spec: .rsa2048,
      usages: KeySpec.rsa2048.explicitUsages
    ) { subject, permit in
      let transfer = try subject.sealed([UInt8](1...16))
      let new = try Subject([UInt8](1...16), .aes128, in: subject.custody, key: 9)
      _ = try subject.custody.take(
        transfer, under: subject.live, as: new.identity, keyPermit: permit,
        permit: new.permit(.importVaultKey))
    },
  ]
}

private let cbc = CipherParameters(.cbc, iv: .given(sample(16)))

extension CustodyConformance {
  static let transferChecks = [
    CustodyConformance("what comes under a key is the material that was sealed to it") { custody in
      let (key, transfer) = try Subject.sealing([UInt8](1...16), in: custody)
      let (identity, taken) = try key.take(transfer, as: .aes128)
      let enciphered = try custody.encipher(
        .test(sample(16)), by: cbc, associated: [],
        with: custody.open(taken.wrapped, as: identity),
        permit: Permits.permit(.encrypt, key: identity.key, version: identity.version))
      let same = try Subject([UInt8](1...16), .aes128, in: custody, key: 9)
      try expect(
        try enciphered.data == same.encipher(sample(16), cbc).data, "other material")
    },
    CustodyConformance("whatever doesn't open is told alike, and what isn't of the kind as that") { custody in
      let (key, transfer) = try Subject.sealing([UInt8](1...16), in: custody)
      for place in [0, 255, 256, transfer.count - 1] {
        var damaged = transfer
        damaged[place] ^= 1
        try refused(.invalidCiphertext, "damaged at \(place)") { try key.take(damaged, as: .aes128) }
      }
      for wrong in [
        [], Array(transfer.prefix(255)), Array(transfer.prefix(256)), transfer + [0], sample(300),
      ] {
        try refused(.invalidCiphertext, "\(wrong.count) bytes") { try key.take(wrong, as: .aes128) }
      }
      for spec in [KeySpec.aes256, .p256, .rsa2048] {
        try refused(.incorrectKeyMaterial, "as \(spec)") { try key.take(transfer, as: spec) }
      }
    },
    CustodyConformance("nothing comes under a key that isn't for it") { custody in
      let (_, transfer) = try Subject.sealing([UInt8](1...16), in: custody)
      let curve = try Subject(in: custody, key: 5, .p256, usages: [.sign, .verify])
      try refused(.permitMismatch, "a key without the usage") { try curve.take(transfer, as: .aes128) }
      let other = try Subject(explicit: .aes128, in: custody, key: 6)
      try refused(.cryptography(.keyKind), "a symmetric key") { try other.take(transfer, as: .aes128) }
    },
  ]
}

extension Subject {
  /// A fresh RSA key, and material that was sealed to it.
  fileprivate static func sealing(
    _ material: [UInt8], in custody: any Custody
  ) throws -> (Subject, [UInt8]) {
    let key = try Subject(in: custody, key: 7, .rsa2048, usages: KeySpec.rsa2048.explicitUsages)
    return (key, try key.sealed(material))
  }

  /// Material that was sealed to this key.
  fileprivate func sealed(_ material: [UInt8]) throws -> [UInt8] {
    guard let publicKey else { throw ConformanceFailure("no public key") }
    let subject = try Subject(material, .bytes, in: custody, exportable: true, key: 8)
    return try custody.release(
      subject.live, to: PublicHalf(spec: .rsa2048, publicKey: publicKey), by: .sha1,
      permit: subject.permit(.releaseVaultKey))
  }

  /// Takes in what came under this key.
  @discardableResult
  fileprivate func take(
    _ transfer: [UInt8], as spec: KeySpec
  ) throws -> (VersionIdentity, NewMaterial) {
    let identity = VersionIdentity(
      key: KeyID(Bits128(high: 0xaaaa, low: 20)), version: VersionID(Bits128(high: 0xbbbb, low: 20)),
      spec: spec, usages: spec.explicitUsages, origin: .imported, exportable: false)
    let made = try custody.take(
      transfer, under: live, as: identity, keyPermit: permit(.importVaultKey),
      permit: Permits.permit(.importVaultKey, key: identity.key, version: identity.version))
    return (identity, made)
  }
}

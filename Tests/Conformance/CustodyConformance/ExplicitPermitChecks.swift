import KMSDomain
import KMSTestKit

private let gcm = CipherParameters(.gcm, iv: .given(sample(12)))
private let pss = SignatureParameters(.rsaPSS(salt: .asHash, mask: nil), hash: .sha256)
private let ecdsa = SignatureParameters(.ecdsa, hash: .sha256)
private let all = KeySpec.aes128.explicitUsages

extension GuardedCall {
  static let onExplicitKeys =
    material + ciphers + sums + signatures + derivations + shares + backups + releases + transfers
    + statements

  private static let material = [
    GuardedCall(
      name: "generate with a length",
      actions: [
        .createKey, .reKey, .reKeyPair, .renewObject, .createSplitKey, .createVaultKey, .rotateVaultKey,
      ],
      spec: .bytes
    ) { subject, permit in
      _ = try subject.custody.generate(subject.identity, length: 32, permit: permit)
    },
    GuardedCall(
      name: "generate with an exponent",
      actions: [
        .createKey, .reKey, .reKeyPair, .renewObject, .createSplitKey, .createVaultKey, .rotateVaultKey,
      ],
      spec: .rsa2048
    ) { subject, permit in
      _ = try subject.custody.generateRSA(
        subject.identity, exponent: 17, at: .root, permit: permit)
    },
    GuardedCall(
      name: "take",
      actions: [
        .registerObject, .importObject, .deriveObject, .createSplitKey, .certify, .reCertify, .importVaultKey,
        .setSecret,
      ],
      spec: .bytes
    ) { subject, permit in
      _ = try subject.custody.take(.encoded(.test([1]), .raw), as: subject.identity, permit: permit)
    },
    GuardedCall(
      name: "export", actions: [.getObject, .exportObject, .wrapKey, .readSecret], spec: .bytes,
      exportable: true
    ) { subject, permit in _ = try subject.custody.export(subject.live, as: .raw, permit: permit) },
    GuardedCall(name: "digest", actions: [.getAttributes, .getAttributeList, .exportObject], spec: .bytes) {
      subject, permit in
      let digest = try subject.custody.digest(of: subject.live, permit: permit)
      try expect(digest?.count == 32, "a digest has 32 bytes")
    },
    GuardedCall(
      name: "exportComponents", actions: [.getObject, .exportObject, .wrapKey], spec: .p256, exportable: true
    ) { subject, permit in _ = try subject.custody.exportComponents(subject.live, permit: permit) },
    GuardedCall(
      name: "exportBundle", actions: [.getObject, .exportObject, .wrapKey], spec: .p256, exportable: true
    ) { subject, permit in
      let password = try Subject([0x70], .bytes, in: subject.custody, key: 2)
      _ = try subject.custody.exportBundle(
        subject.live, certificates: [], friendlyName: nil, password: password.live, permit: permit,
        passwordPermit: password.permit(.wrapKey))
    },
    GuardedCall(name: "exportBundle's password", actions: [.wrapKey], spec: .bytes, usages: [.deriveKey]) {
      subject, permit in
      let password = try Subject([0x70], .bytes, in: subject.custody, usages: [.deriveKey])
      let key = try Subject(explicit: .p256, in: subject.custody, key: 2)
      _ = try subject.custody.exportBundle(
        key.live, certificates: [], friendlyName: nil, password: password.live,
        permit: key.permit(.getObject),
        passwordPermit: permit)
    },
    GuardedCall(name: "openBundle", actions: [.unwrapKey], spec: .bytes, usages: [.deriveKey]) {
      subject, permit in
      let password = try Subject([0x70], .bytes, in: subject.custody, usages: [.deriveKey])
      let key = try Subject(explicit: .p256, in: subject.custody, key: 2)
      let store = try subject.custody.exportBundle(
        key.live, certificates: [], friendlyName: nil, password: password.live,
        permit: key.permit(.getObject),
        passwordPermit: password.permit(.wrapKey))
      _ = try subject.custody.openBundle(store, password: password.live, permit: permit)
    },
  ]

  private static let ciphers = [
    GuardedCall(name: "encipher", actions: [.encrypt, .wrapKey], spec: .aes128, usages: all) {
      subject, permit in
      _ = try subject.custody.encipher(
        .test([1]), by: gcm, associated: [], with: subject.live, permit: permit)
    },
    GuardedCall(name: "decipher", actions: [.decrypt, .unwrapKey], spec: .aes128, usages: all) {
      subject, permit in
      let made = try subject.encipher([1], gcm)
      _ = try subject.custody.decipher(
        .test(made.data), by: gcm, associated: [], tag: made.tag, with: subject.live, permit: permit)
    },
    GuardedCall(name: "encipherStream", actions: [.encrypt, .wrapKey], spec: .aes128, usages: all) {
      subject, permit in
      _ = try subject.custody.encipherStream(by: gcm, associated: [], with: subject.live, permit: permit)
    },
    GuardedCall(name: "a piece to encipher", actions: [.encrypt, .wrapKey], spec: .aes128, usages: all) {
      subject, permit in
      let stream = try subject.custody.encipherStream(
        by: gcm, associated: [], with: subject.live, permit: subject.permit(.encrypt))
      _ = try stream.add(.test([1]), permit: permit)
      _ = try stream.finish(.test([2]), permit: permit)
    },
    GuardedCall(name: "decipherStream", actions: [.decrypt, .unwrapKey], spec: .aes128, usages: all) {
      subject, permit in
      _ = try subject.custody.decipherStream(by: gcm, associated: [], with: subject.live, permit: permit)
    },
    GuardedCall(name: "a piece to decipher", actions: [.decrypt, .unwrapKey], spec: .aes128, usages: all) {
      subject, permit in
      let made = try subject.encipher([1, 2], gcm)
      let stream = try subject.custody.decipherStream(
        by: gcm, associated: [], with: subject.live, permit: subject.permit(.decrypt))
      _ = try stream.add(.test([made.data[0]]), permit: permit)
      _ = try stream.finish(.test([made.data[1]]), tag: made.tag, permit: permit)
    },
    GuardedCall(
      name: "encrypt by RSA with parameters", actions: [.encrypt, .wrapKey], spec: .rsa2048,
      usages: KeySpec.rsa2048.explicitUsages
    ) { subject, permit in
      _ = try subject.custody.encrypt(
        .test([1]), by: .oaep(.sha256, mask: nil, label: []), with: subject.live, permit: permit)
    },
    GuardedCall(
      name: "decrypt by RSA with parameters", actions: [.decrypt, .unwrapKey], spec: .rsa2048,
      usages: KeySpec.rsa2048.explicitUsages
    ) { subject, permit in
      let oaep = RSAEncryption.oaep(.sha256, mask: nil, label: [])
      let made = try whereAble([1]) {
        try subject.custody.encrypt(
          .test([1]), by: oaep, with: subject.live, permit: subject.permit(.encrypt))
      }
      _ = try subject.custody.decrypt(made, by: oaep, with: subject.live, permit: permit)
    },
  ]

  private static let sums = [
    GuardedCall(
      name: "mac with parameters", actions: [.generateMac, .wrapKey], spec: .hmacSHA256, usages: all
    ) {
      subject, permit in
      _ = try subject.custody.mac(.test([1]), by: .hmac(.sha256), with: subject.live, permit: permit)
    },
    GuardedCall(
      name: "verifyMac with parameters", actions: [.verifyMac, .unwrapKey], spec: .hmacSHA256, usages: all
    ) { subject, permit in
      let code = try subject.custody.mac(
        .test([1]), by: .hmac(.sha256), with: subject.live, permit: subject.permit(.generateMac))
      try subject.custody.verifyMac(
        code, of: .test([1]), by: .hmac(.sha256), with: subject.live, permit: permit)
    },
    GuardedCall(name: "macStream", actions: [.generateMac, .wrapKey], spec: .hmacSHA256, usages: all) {
      subject, permit in
      let stream = try subject.custody.macStream(by: .hmac(.sha256), with: subject.live, permit: permit)
      try stream.add(.test([1]), permit: permit)
      _ = try stream.finish(nil, permit: permit)
    },
    GuardedCall(
      name: "a piece of a code", actions: [.generateMac, .wrapKey], spec: .hmacSHA256, usages: all
    ) { subject, permit in
      let stream = try subject.custody.macStream(
        by: .hmac(.sha256), with: subject.live, permit: subject.permit(.generateMac))
      try stream.add(.test([1]), permit: permit)
    },
    GuardedCall(
      name: "macVerificationStream", actions: [.verifyMac, .unwrapKey], spec: .hmacSHA256, usages: all
    ) { subject, permit in
      let stream = try subject.custody.macVerificationStream(
        by: .hmac(.sha256), with: subject.live, permit: permit)
      try stream.add(.test([1]), permit: permit)
    },
  ]

  private static let signatures = [
    GuardedCall(name: "sign with parameters", actions: [.sign, .certify, .reCertify, .wrapKey], spec: .p256) {
      subject, permit in
      _ = try subject.custody.sign(.test([1]), by: ecdsa, with: subject.live, permit: permit)
    },
    GuardedCall(name: "verify with parameters", actions: [.verify, .unwrapKey], spec: .p256) {
      subject, permit in
      let signature = try whereAble([1]) { try subject.sign([1], ecdsa) }
      try subject.custody.verify(signature, of: .test([1]), by: ecdsa, with: subject.live, permit: permit)
    },
    GuardedCall(name: "signatureStream", actions: [.sign, .certify, .reCertify, .wrapKey], spec: .p256) {
      subject, permit in
      let stream = try subject.custody.signatureStream(by: ecdsa, with: subject.live, permit: permit)
      try stream.add(.test([1]), permit: permit)
      _ = try stream.finish(nil, permit: permit)
    },
    GuardedCall(name: "a piece to sign", actions: [.sign, .certify, .reCertify, .wrapKey], spec: .p256) {
      subject, permit in
      let stream = try whereAble(nil) {
        try subject.custody.signatureStream(by: ecdsa, with: subject.live, permit: subject.permit(.sign))
      }
      // Without a stream there is nobody to judge the permit of a piece.
      guard let stream else { throw KMSError.permitMismatch }
      _ = try stream.finish(.test([1]), permit: permit)
    },
    GuardedCall(name: "verificationStream", actions: [.verify, .unwrapKey], spec: .p256) {
      subject, permit in
      let signature = try whereAble([1]) { try subject.sign([1], ecdsa) }
      let stream = try subject.custody.verificationStream(by: ecdsa, with: subject.live, permit: permit)
      try stream.add(.test([1]), permit: permit)
      try stream.finish(nil, expecting: signature, permit: permit)
    },
  ]

  private static let derivations = [
    GuardedCall(name: "derive", actions: [.deriveObject], spec: .bytes, usages: [.deriveKey]) {
      subject, permit in
      _ = try subject.custody.derive(
        16, by: .hash(.sha256, data: []), with: subject.live, permit: permit)
    },
    GuardedCall(name: "derive from secret data", actions: [.deriveObject], spec: .bytes, usages: [.deriveKey])
    {
      subject, permit in
      let data = try Subject([1], .bytes, in: subject.custody, key: 2)
      _ = try subject.custody.derive(
        16, by: .hash(.sha256, data: []), with: subject.live, data: data.live, permit: permit,
        dataPermit: data.permit(.deriveObject))
    },
    GuardedCall(
      name: "secret data to derive from", actions: [.deriveObject], spec: .bytes, usages: [.deriveKey]
    ) {
      subject, permit in
      let key = try Subject([1], .bytes, in: subject.custody, key: 2)
      _ = try subject.custody.derive(
        16, by: .hash(.sha256, data: []), with: key.live, data: subject.live,
        permit: key.permit(.deriveObject), dataPermit: permit)
    },
    GuardedCall(name: "agree", actions: [.deriveObject], spec: .p256) { subject, permit in
      _ = try subject.custody.derive(
        32, by: .agreement(peer: subject.publicKey ?? []), with: subject.live, permit: permit)
    },
  ]

  private static let shares = [
    GuardedCall(name: "split", actions: [.createSplitKey], spec: .bytes, exportable: true) {
      subject, permit in
      _ = try subject.custody.split(
        subject.live, by: SecretSharing(.gf256, parts: 3, threshold: 2), permit: permit)
    },
    GuardedCall(name: "a share to join", actions: [.joinSplitKey], spec: .bytes) { subject, permit in
      let join = subject.custody.join(by: try SecretSharing(.gf256, parts: 3, threshold: 2))
      try join.add(subject.live, identifier: 1, permit: permit)
    },
    GuardedCall(name: "join", actions: [.joinSplitKey], spec: .bytes) { subject, permit in
      let join = subject.custody.join(by: try SecretSharing(.gf256, parts: 1, threshold: 1))
      try join.add(subject.live, identifier: 1, permit: subject.permit(.joinSplitKey))
      _ = try join.finish(as: subject.identity, length: nil, form: .raw, permit: permit)
    },
  ]

  static let explicitWithoutKey = [
    GuardedCall(name: "hash", actions: [.hash]) { subject, permit in
      _ = try subject.custody.hash(.test([1]), by: .sha256, permit: permit)
    },
    GuardedCall(name: "hashStream", actions: [.hash]) { subject, permit in
      let stream = try subject.custody.hashStream(by: .sha256, permit: permit)
      try stream.add(.test([1]), permit: permit)
      _ = try stream.finish(nil, permit: permit)
    },
    GuardedCall(name: "a piece to hash", actions: [.hash]) { subject, permit in
      let stream = try subject.custody.hashStream(by: .sha256, permit: Permits.permit(.hash))
      try stream.add(.test([1]), permit: permit)
    },
    GuardedCall(name: "seedRandom", actions: [.seedRandom]) { subject, permit in
      try subject.custody.seedRandom(.test([1]), permit: permit)
    },
  ]
}

extension CustodyConformance {
  static let explicitPermitChecks = [
    CustodyConformance("each right with explicit parameters needs its own usage of the key") { custody in
      let cases: [(Action, KeyUsages)] = [(.encrypt, .encrypt), (.wrapKey, .wrap)]
      for (action, usage) in cases {
        let others = KeySpec.aes128.explicitUsages.subtracting(usage)
        let subject = try Subject(in: custody, .aes128, usages: others)
        try refused(.permitMismatch, "\(action) without \(usage)") {
          try subject.encipher([1], gcm, action: action)
        }
        let alone = try Subject(in: custody, .aes128, usages: usage)
        _ = try alone.encipher([1], gcm, action: action)
      }
      for (action, usage) in [(Action.decrypt, KeyUsages.decrypt), (.unwrapKey, .unwrap)] {
        let subject = try Subject(
          in: custody, .aes128, usages: KeySpec.aes128.explicitUsages.subtracting(usage))
        let made = try subject.encipher([1], gcm)
        try refused(.permitMismatch, "\(action) without \(usage)") {
          try subject.decipher(made.data, gcm, tag: made.tag, action: action)
        }
      }
      let rsa = try Subject(in: custody, .rsa2048, usages: [.encrypt, .decrypt])
      try refused(.permitMismatch, "a signature by a key for encryption") { try rsa.sign([1], pss) }
      let seed = try Subject([1, 2, 3], .bytes, in: custody, usages: [.encrypt])
      try refused(.permitMismatch, "derivation without the usage") {
        try seed.derive(16, by: .hash(.sha256, data: []))
      }
    },
    CustodyConformance("a wrong permit leaves streams and payloads as they were") { custody in
      let subject = try Subject(explicit: .aes128, in: custody)
      let text = try Payload.test([1, 2, 3])
      try refused(.permitMismatch, "encipher by sign") {
        try custody.encipher(text, by: gcm, associated: [], with: subject.live, permit: subject.permit(.sign))
      }
      let stream = try custody.encipherStream(
        by: gcm, associated: [], with: subject.live, permit: subject.permit(.encrypt))
      try refused(.permitMismatch, "a piece by decrypt") {
        try stream.add(text, permit: subject.permit(.decrypt))
      }
      let made = try stream.finish(text, permit: subject.permit(.encrypt))
      try expect(try subject.decipher(made.data, gcm, tag: made.tag) == [1, 2, 3], "the text went in once")
      try refused(.cryptography(.streamEnded), "a piece after the end") {
        try stream.add(.test([1]), permit: subject.permit(.encrypt))
      }
      let plain = try Payload.test([9])
      try refused(.permitMismatch, "take by getObject") {
        try custody.take(
          .encoded(plain, .raw), as: VersionIdentity.test(.bytes, []),
          permit: VersionIdentity.test(.bytes, []).permit(.getObject))
      }
      try expect(try plain.testBytes() == [9], "the material is still there")
    },
  ]
}

import KMSDomain
import KMSTestKit

/// A method with the permits that it takes.
struct GuardedCall: Sendable {
  let name: String
  let actions: Set<Action>
  var spec = KeySpec.aes256
  /// nil for all that such a key can do by its algorithms.
  var usages: KeyUsages?
  var exportable = false
  let call: @Sendable (Subject, borrowing Permit) throws -> Void

  static let onKeys = onSymmetricKeys + onOtherKeys + onExplicitKeys

  /// A key of a kind that isn't kept on devices is under the root.
  func subject(in custody: any Custody) throws -> Subject {
    do {
      return try Subject(in: custody, spec, usages: usages, exportable: exportable)
    } catch KMSError.unsupportedAlgorithm {
      return try Subject(in: custody, spec, usages: usages, exportable: exportable, at: .root)
    }
  }

  private static let onSymmetricKeys = [
    GuardedCall(name: "generate", actions: [.createKey, .rotateKey, .rotateKeyOnDemand]) { subject, permit in
      _ = try subject.custody.generate(subject.identity, permit: permit)
    },
    GuardedCall(name: "encrypt", actions: [.encrypt, .reEncryptTo]) { subject, permit in
      _ = try subject.custody.encrypt(.test([1, 2, 3]), context: .empty, with: subject.live, permit: permit)
    },
    GuardedCall(name: "decrypt", actions: [.decrypt, .reEncryptFrom]) { subject, permit in
      let sealed = try subject.encrypt([1, 2, 3])
      _ = try subject.custody.decrypt(sealed, context: .empty, with: subject.live, permit: permit)
    },
    GuardedCall(name: "generateDataKey", actions: [.generateDataKey]) { subject, permit in
      _ = try subject.custody.generateDataKey(
        count: 32, context: .empty, with: subject.live, permit: permit)
    },
    GuardedCall(name: "generateDataKeyWithoutPlaintext", actions: [.generateDataKeyWithoutPlaintext]) {
      subject, permit in
      _ = try subject.custody.generateDataKeyWithoutPlaintext(
        count: 32, context: .empty, with: subject.live, permit: permit)
    },
  ]

  private static let onOtherKeys = [
    GuardedCall(name: "sign", actions: [.sign], spec: .p256) { subject, permit in
      _ = try subject.custody.sign(
        .test([1]), as: .raw, by: .ecdsaSHA256, with: subject.live, permit: permit)
    },
    GuardedCall(name: "verify", actions: [.verify], spec: .p256) { subject, permit in
      let signature = try subject.sign([1], by: .ecdsaSHA256)
      try subject.custody.verify(
        signature, of: .test([1]), as: .raw, by: .ecdsaSHA256, with: subject.live, permit: permit)
    },
    GuardedCall(name: "encrypt by RSA", actions: [.encrypt, .reEncryptTo], spec: .rsa2048) {
      subject, permit in
      _ = try subject.custody.encrypt(.test([1]), by: .rsaOAEPSHA256, with: subject.live, permit: permit)
    },
    GuardedCall(name: "decrypt by RSA", actions: [.decrypt, .reEncryptFrom], spec: .rsa2048) {
      subject, permit in
      let sealed = try whereAble([1]) { try subject.encrypt([1], by: .rsaOAEPSHA256) }
      _ = try subject.custody.decrypt(sealed, by: .rsaOAEPSHA256, with: subject.live, permit: permit)
    },
    GuardedCall(name: "mac", actions: [.generateMac], spec: .hmac256) { subject, permit in
      _ = try subject.custody.mac(.test([1]), by: .hmacSHA256, with: subject.live, permit: permit)
    },
    GuardedCall(name: "verifyMac", actions: [.verifyMac], spec: .hmac256) { subject, permit in
      let code = try subject.mac([1], by: .hmacSHA256)
      try subject.custody.verifyMac(
        code, of: .test([1]), by: .hmacSHA256, with: subject.live, permit: permit)
    },
    GuardedCall(name: "deriveSharedSecret", actions: [.deriveSharedSecret], spec: .p256) {
      subject, permit in
      _ = try subject.custody.deriveSharedSecret(
        with: subject.publicKey ?? [], key: subject.live, permit: permit)
    },
    GuardedCall(name: "encapsulate", actions: [.encapsulate], spec: .mlKEM768) { subject, permit in
      _ = try subject.custody.encapsulate(with: subject.live, permit: permit)
    },
    GuardedCall(name: "decapsulate", actions: [.decapsulate], spec: .mlKEM768) { subject, permit in
      let made = try subject.custody.encapsulate(with: subject.live, permit: subject.permit(.encapsulate))
      _ = try subject.custody.decapsulate(made.ciphertext, with: subject.live, permit: permit)
    },
    GuardedCall(name: "generateDataKeyPair", actions: [.generateDataKeyPair]) { subject, permit in
      _ = try subject.custody.generateDataKeyPair(
        .p256, context: .empty, with: subject.live, permit: permit)
    },
    GuardedCall(
      name: "generateDataKeyPairWithoutPlaintext", actions: [.generateDataKeyPairWithoutPlaintext]
    ) { subject, permit in
      _ = try subject.custody.generateDataKeyPairWithoutPlaintext(
        .p256, context: .empty, with: subject.live, permit: permit)
    },
  ]

  static let withoutKey = withoutKeyAndParameters + explicitWithoutKey

  private static let withoutKeyAndParameters = [
    GuardedCall(name: "random", actions: [.generateRandom]) { subject, permit in
      let bytes = try subject.custody.random(count: 16, permit: permit).testBytes()
      try expect(bytes.count == 16, "16 bytes were asked for")
    },
    GuardedCall(name: "wrap", actions: [.issueAccessKey, .seedAccessKey]) {
      subject, permit in
      _ = try subject.custody.wrap(
        .test([1, 2, 3]), accessKey: "AKIATEST", owner: IdentityID("AIDATEST"), permit: permit)
    },
    GuardedCall(name: "wrap for a proxy", actions: [.createCustomKeyStore, .updateCustomKeyStore]) {
      subject, permit in
      let credential = NewProxyCredential(accessKey: "AKIATEST", secret: try .test([1, 2, 3]))
      let wrapped = try subject.custody.wrap(
        credential, for: KeyStoreID(Bits128(high: 1, low: 1)), permit: permit)
      try expect(wrapped.accessKey == "AKIATEST", "the access key is kept")
    },
    GuardedCall(
      name: "issueSession",
      actions: [.assumeRole, .assumeRoleWithWebIdentity, .getSessionToken, .getFederationToken]
    ) { subject, permit in
      let claims = SessionClaims(
        kind: .role, account: Fixtures.account, principal: IdentityID("AROATEST"), name: "test",
        issuedAt: Fixtures.start, expiresAt: Fixtures.start.advanced(seconds: 900))
      let issued = try subject.custody.issueSession(claims, permit: permit)
      try expect(
        subject.custody.openSession(issued.token, accessKey: issued.accessKey) == claims, "it opens")
    },
    GuardedCall(name: "makeSecret", actions: [.createAccessKey, .issueAccessKey]) { subject, permit in
      let made = try subject.custody.makeSecret(
        accessKey: "AKIATEST", owner: IdentityID("AIDATEST"), permit: permit)
      try expect(try made.plain.testBytes().count == 40, "a secret has 40 characters")
    },
    GuardedCall(name: "makeEpoch", actions: [.renewEpoch]) { subject, permit in
      _ = try subject.custody.makeEpoch(now: Fixtures.start, permit: permit)
    },
    GuardedCall(name: "rewrap", actions: [.rewrapMaterial]) { subject, permit in
      let secret = WrappedCredential(epoch: subject.custody.status.epoch, bytes: [1])
      let accessKey = AccessKeyRecord(
        id: "AKIATEST", principal: IdentityID("AIDATEST"), secret: secret, isActive: true,
        createdAt: Fixtures.start)
      try expect(
        try subject.custody.rewrap(accessKey, permit: permit) == accessKey,
        "what is under the newest epoch stays")
    },
  ]
}

extension CustodyConformance {
  static let permitChecks = [
    CustodyConformance("every method takes its own actions") { custody in
      for method in GuardedCall.onKeys where custody.has(method.spec) {
        let subject = try method.subject(in: custody)
        for action in method.actions { try method.call(subject, subject.permit(action)) }
      }
    },
    // Also where it can't do what the method is for: without the right nobody learns that.
    CustodyConformance("no method takes another's action, whatever custody can do") { custody in
      for method in GuardedCall.onKeys where custody.has(method.spec) {
        let subject = try method.subject(in: custody)
        for action in Action.allCases where !method.actions.contains(action) {
          try refused(.permitMismatch, "\(method.name) by \(action)") {
            try method.call(subject, subject.permit(action))
          }
        }
      }
    },
    CustodyConformance("a permit for another key, another version or none is refused") { custody in
      for method in GuardedCall.onKeys where custody.has(method.spec) {
        let subject = try method.subject(in: custody)
        let (key, version) = (subject.identity.key, subject.identity.version)
        let otherKey = KeyID(Bits128(high: 1, low: 1))
        let otherVersion = VersionID(Bits128(high: 1, low: 1))
        let wrong: [(KeyID?, VersionID?)] = [
          (otherKey, version), (key, otherVersion), (otherKey, otherVersion), (key, nil), (nil, version),
          (nil, nil),
          (KeyID(version.bits), VersionID(key.bits)),
        ]
        for action in method.actions {
          for (key, version) in wrong {
            try refused(.permitMismatch, "\(method.name) for another key or version") {
              try method.call(subject, Permits.permit(action, key: key, version: version))
            }
          }
        }
      }
    },
    CustodyConformance("a right to a key of a family is one to the family's material, and to no other") {
      custody in
      let subject = try Subject(in: custody)
      let version = subject.identity.version
      let sealed = try subject.encrypt([1, 2, 3])
      let related = try Permits.permit(.decrypt, of: subject.identity.key, version: version)
      let opened = try custody.decrypt(sealed, context: .empty, with: subject.live, permit: related)
      try expect(try opened.testBytes() == [1, 2, 3], "a related key opens it")
      try refused(.permitMismatch, "decrypt for another family") {
        try custody.decrypt(
          sealed, context: .empty, with: subject.live,
          permit: Permits.permit(.decrypt, of: KeyID(Bits128(high: 1, low: 1)), version: version))
      }
    },
    CustodyConformance("what touches no key needs its own permit, and one without a key") { custody in
      let subject = try Subject(in: custody)
      for method in GuardedCall.withoutKey {
        for action in Action.allCases {
          if method.actions.contains(action) {
            try method.call(subject, Permits.permit(action))
          } else {
            try refused(.permitMismatch, "\(method.name) by \(action)") {
              try method.call(subject, Permits.permit(action))
            }
          }
          try refused(.permitMismatch, "\(method.name) by a permit for a key") {
            try method.call(subject, subject.permit(action))
          }
        }
      }
    },
    CustodyConformance("a secret is not taken by a wrong permit") { custody in
      let secret = try Payload.test([1, 2, 3])
      let owner = IdentityID("AIDATEST")
      try refused(.permitMismatch, "wrap by readStatus") {
        try custody.wrap(secret, accessKey: "AKIATEST", owner: owner, permit: Permits.permit(.readStatus))
      }
      try refused(.permitMismatch, "wrap for a proxy by readStatus") {
        try custody.wrap(
          NewProxyCredential(accessKey: "AKIATEST", secret: secret),
          for: KeyStoreID(Bits128(high: 1, low: 1)), permit: Permits.permit(.readStatus))
      }
      try expect(try secret.testBytes() == [1, 2, 3], "the secret is still there")
    },
    CustodyConformance("a live key of another custody is refused") { custody in
      let subject = try Subject(in: custody)
      let foreign = ForeignKey(key: subject.identity.key, version: subject.identity.version)
      let sealed = try subject.encrypt([1])
      try refused(.permitMismatch, "encrypt with a foreign key") {
        try custody.encrypt(.test([1]), context: .empty, with: foreign, permit: subject.permit(.encrypt))
      }
      try refused(.permitMismatch, "decrypt with a foreign key") {
        try custody.decrypt(sealed, context: .empty, with: foreign, permit: subject.permit(.decrypt))
      }
      try refused(.permitMismatch, "a data key with a foreign key") {
        try custody.generateDataKey(
          count: 32, context: .empty, with: foreign, permit: subject.permit(.generateDataKey))
      }
      try refused(.permitMismatch, "a data key without plaintext with a foreign key") {
        try custody.generateDataKeyWithoutPlaintext(
          count: 32, context: .empty, with: foreign,
          permit: subject.permit(.generateDataKeyWithoutPlaintext))
      }
    },
  ]
}

private final class ForeignKey: LiveKey {
  let key: KeyID
  let version: VersionID
  let isElsewhere = false

  init(key: KeyID, version: VersionID) {
    self.key = key
    self.version = version
  }
}

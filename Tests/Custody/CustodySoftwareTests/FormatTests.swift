import CustodyConformance
import Foundation
import KMSDomain
import KMSSecrets
import Testing

@testable import CustodySoftware

/// `Tests/Vectors/custody/formats.json`, which another implementation wrote from the words of
/// `docs/formats.md`.
struct FormatVectors: Decodable {
  struct Sealed: Decodable {
    let kind: UInt8
    let secret: String
    let encoded: String
  }

  struct StoredEpoch: Decodable {
    let number: UInt32
    let key: String
    let blob: String
  }

  struct Version: Decodable {
    let key: String
    let version: String
    let identity: String
    let material: String
    let blob: String
  }

  struct Credential: Decodable {
    let access_key: String
    let owner: String
    let scope: [String]
    let signing_key: String
    let blob: String
  }

  struct ProxySecret: Decodable {
    let access_key: String
    let key_store: String
    let secret: String
    let blob: String
  }

  struct Fingerprints: Decodable {
    let material: String
    let public_key: String
    let pair: String
  }

  struct Token: Decodable {
    let expiry: Int64
    let import_key: String
    let encoded: String
  }

  struct Session: Decodable {
    let access_key: String
    let secret: String
    let claims: String
    let encoded: String
    let scope: [String]
    let signing_key: String
  }

  struct Backup: Decodable {
    let account: String
    let contents: String
    let materials: [String]
    let encoded: String
  }

  struct Ciphertext: Decodable {
    let format: UInt8
    let context: [String: String]
    let canonical: String
    let plaintext: String
    let derived: String
    let ciphertext: String
  }

  let root: String
  let store: String
  let derived: [String: String]
  let sealed_roots: [Sealed]
  let epoch: StoredEpoch
  let version: Version
  let credential: Credential
  let proxy_credential: ProxySecret
  let fingerprints: Fingerprints
  let token: Token
  let session: Session
  let backup: Backup
  let message: String
  let record_code: String
  let checkpoint_key: String
  let checkpoint_signature: String
  let ciphertexts: [Ciphertext]

  static func load() throws -> FormatVectors {
    let data = try Data(contentsOf: Checkout.root.appending(path: "Tests/Vectors/custody/formats.json"))
    return try JSONDecoder().decode(FormatVectors.self, from: data)
  }
}

/// A seal that knows the root key: the vectors' own seals cost half a second each.
struct KnownRoot: Seal {
  let root: [UInt8]
  let kind = SealKind.keyFile

  func make(for store: Bits128) throws(SealError) -> NewRoot { throw .cryptoUnavailable }

  func unseal(_ holder: SealHolder, for store: Bits128) throws(SealError) -> any Root {
    try SoftwareRoot(SecretBytes(root), id: holder.root, store: store)
  }
}

@Suite("The layouts are the documented ones")
struct FormatTests {
  let vectors: FormatVectors
  let store: Bits128
  let custody: SoftwareCustody
  let identity: VersionIdentity

  init() throws {
    vectors = try FormatVectors.load()
    store = try #require(Bits128(hex: vectors.store))
    let epoch = EpochRecord(
      id: EpochID(vectors.epoch.number), wrapped: hex(vectors.epoch.blob),
      createdAt: Instant(milliseconds: 0),
      wraps: 0)
    custody = try SoftwareCustody(
      seal: KnownRoot(root: hex(vectors.root)), sealed: SealFile(hex(vectors.sealed_roots[0].encoded)),
      storeID: store, epochs: [epoch])
    identity = VersionIdentity(
      key: KeyID(try #require(Bits128(hex: vectors.version.key))),
      version: VersionID(try #require(Bits128(hex: vectors.version.version))), spec: .aes256,
      usages: [.encrypt, .decrypt], origin: .generated, exportable: false)
  }

  @Test("The sealed root opens with its key file and with its passphrase")
  func sealedRoots() throws {
    let folder = try TemporaryFolder()
    for sealed in vectors.sealed_roots {
      try folder.write(hex(sealed.secret), "secret-\(sealed.kind)")
      let path = folder.path("secret-\(sealed.kind)")
      let kind = try #require(SealKind(rawValue: sealed.kind))
      let seal: any Seal =
        kind == .keyFile ? KeyFileSeal(path: path) : PassphraseSeal(source: .file(path))
      let decoded = try SealFile(hex(sealed.encoded))
      #expect(decoded.encoded == hex(sealed.encoded))
      let holder = decoded.entries[0].holder
      #expect(holder.kind == kind && ScryptSealing.cost(of: holder) == .standard)
      let root = try #require(try seal.unseal(holder, for: store) as? SoftwareRoot)
      #expect(root.secret.bytes.bytes == hex(vectors.root))
    }
  }

  @Test("Every purpose has the documented key")
  func derivations() throws {
    let root = SecretBytes(hex(vectors.root))
    let epoch = SecretBytes(hex(vectors.epoch.key))
    var seen: Set<String> = []
    for (label, key) in vectors.derived {
      let from = label.hasPrefix("claviger/root/") ? root.bytes : epoch.bytes
      #expect(
        try Derivation.key(from: SecretBytes(from), label: label, context: store.bytes).bytes == hex(key))
      seen.insert(key)
    }
    #expect(seen.count == 8)
  }

  @Test("The version's identity has the documented bytes, and its blob holds the documented material")
  func material() throws {
    #expect(identity.canonicalBytes == hex(vectors.version.identity))
    let epoch = try #require(custody.epochs[EpochID(vectors.epoch.number)])
    let opened = try epoch.keys.open(
      hex(vectors.version.blob), aad: BlobIdentity.version(identity, in: store))
    #expect(opened.bytes == hex(vectors.version.material))
  }

  @Test("Fingerprints are of the key's id and the material, or the public half of a pair")
  func fingerprints() throws {
    let made = try custody.wrap(SecretBytes(hex(vectors.version.material)), as: identity)
    #expect(made.fingerprint == hex(vectors.fingerprints.material))
    let bytes = identity.key.bits.bytes + hex(vectors.fingerprints.public_key)
    #expect(try custody.storeKeys.fingerprints.code(of: bytes) == hex(vectors.fingerprints.pair))
  }

  @Test("An import token has the documented bytes, and holds the private half of its import key")
  func token() throws {
    let token = try #require(ImportToken(hex(vectors.token.encoded)))
    #expect(token.bytes == hex(vectors.token.encoded))
    #expect(token.epoch == EpochID(vectors.epoch.number) && token.importKey == .rsa3072)
    #expect(token.algorithm == .rsaAESKeyWrapSHA256 && token.expiry.milliseconds == vectors.token.expiry)
    let epoch = try #require(custody.epochs[token.epoch])
    let opened = try epoch.imports.open(
      token.blob, aad: token.identity(of: identity.key, identity.spec, in: store))
    #expect(opened.bytes == hex(vectors.token.import_key))
  }

  @Test("A session's token has the documented bytes, and opens for its access key")
  func session() throws {
    let stored = vectors.session
    let claims = try #require(
      try custody.openSession(hex(stored.encoded), accessKey: stored.access_key))
    #expect(claims.canonicalBytes == hex(stored.claims))
    #expect(claims.kind == .role && claims.principal.text == "AROAEXAMPLE" && claims.name == "build")
    #expect(
      claims.policies?.managed == [.own(IdentityID("ANPAEXAMPLE"))]
        && claims.tags == [.init(key: "team", value: "blue")])
    #expect(claims.transitiveTags == ["team"] && claims.sourceIdentity == "maria" && claims.provider == nil)
    let key = try custody.sessionSigningKey(
      hex(stored.encoded), accessKey: stored.access_key, date: stored.scope[0], region: stored.scope[1],
      service: stored.scope[2])
    #expect(try key.testBytes() == hex(stored.signing_key))
  }

  @Test("A backup has the documented bytes, and holds its materials on their terms")
  func backup() throws {
    let stored = vectors.backup
    let subject = BackupSubject(
      account: try #require(AccountID(stored.account)), kind: .vault, collection: .keys)
    let opened = try custody.openBackup(hex(stored.encoded), of: subject)
    #expect(opened.contents == hex(stored.contents))
    #expect(
      opened.terms == [
        BackupTerms(spec: .aes256, usages: [.encrypt, .decrypt], origin: .generated, exportable: false),
        BackupTerms(spec: .bytes, usages: [], origin: .imported, exportable: true),
      ])
    let permit = try Permits.permit(.restoreVaultKey, key: identity.key, version: identity.version)
    let made = try opened.take(0, as: identity, permit: permit)
    let epoch = try #require(custody.epochs[made.wrapped.epoch])
    let material = try epoch.keys.open(made.wrapped.bytes, aad: BlobIdentity.version(identity, in: store))
    #expect(material.bytes == hex(stored.materials[0]))
  }

  @Test("Ciphertexts of the other implementation open")
  func ciphertexts() throws {
    let live = try custody.open(
      WrappedKey(epoch: EpochID(vectors.epoch.number), bytes: hex(vectors.version.blob)), as: identity)
    let envelope = try Envelope(
      material: SecretBytes(hex(vectors.version.material)), key: identity.key, version: identity.version)
    // Format 1 isn't written any more and opens for ever.
    #expect(vectors.ciphertexts.map(\.format) == [1, 1, 1, 2, 2, 2])
    for vector in vectors.ciphertexts {
      let context = try #require(
        EncryptionContext(vector.context.map { .init(name: $0.key, value: $0.value) }))
      var canonical: [UInt8] = []
      context.appendCanonical(to: &canonical)
      #expect(canonical == hex(vector.canonical))
      let permit = try Permits.permit(.decrypt, key: identity.key, version: identity.version)
      let text = try custody.decrypt(hex(vector.ciphertext), context: context, with: live, permit: permit)
      #expect(try text.testBytes() == hex(vector.plaintext))
      #expect(hex(vector.ciphertext)[0] == vector.format)
      #expect(try envelope.derive(Array(hex(vector.ciphertext)[..<49])).bytes == hex(vector.derived))
    }
  }

  @Test("The signing key of a credential is that of Signature Version 4")
  func credential() throws {
    let stored = vectors.credential
    let record = AccessKeyRecord(
      id: stored.access_key, principal: IdentityID(stored.owner),
      secret: WrappedCredential(epoch: EpochID(vectors.epoch.number), bytes: hex(stored.blob)),
      isActive: true,
      createdAt: Instant(milliseconds: 0))
    let key = try custody.signingKey(
      for: record, date: stored.scope[0], region: stored.scope[1], service: stored.scope[2])
    #expect(try key.testBytes() == hex(stored.signing_key))
  }

  @Test("The secret of a proxy is bound to its access key and its key store")
  func proxyCredential() throws {
    let stored = vectors.proxy_credential
    let epoch = try #require(custody.epochs[EpochID(vectors.epoch.number)])
    let aad = BlobIdentity.proxyCredential(
      stored.access_key, of: try #require(KeyStoreID(stored.key_store)), in: store)
    #expect(try epoch.credentials.open(hex(stored.blob), aad: aad).bytes == hex(stored.secret))
  }

  @Test("Records and checkpoints are authenticated as documented")
  func records() throws {
    #expect(custody.code(for: hex(vectors.message)) == hex(vectors.record_code))
    #expect(custody.isValid(hex(vectors.record_code), for: hex(vectors.message)))
    #expect(custody.publicKey == hex(vectors.checkpoint_key))
    #expect(try custody.sign(hex(vectors.message)) == hex(vectors.checkpoint_signature))
  }
}

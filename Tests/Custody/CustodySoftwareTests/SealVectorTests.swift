import Foundation
import KMSDomain
import KMSSecrets
import Testing

@testable import CustodySoftware

/// `Tests/Vectors/custody/seals.json`, which another implementation wrote from the words of `docs/formats.md`.
private struct SealVectors: Decodable {
  struct Typed: Decodable {
    let secret: String
    let root: String
    let encoded: String
  }

  struct Divided: Decodable {
    let root: String
    let shares: [String]
    let encoded: String
  }

  struct Remote: Decodable {
    let root: String
    let arn: String
    let ciphertext: String
    let encoded: String
  }

  struct OnToken: Decodable {
    let key_on_token: String
    let reference: String
    let encoded: String
  }

  struct Recovery: Decodable {
    let secret: String
    let shares: [String]
    let encoded: String
  }

  struct Between: Decodable {
    let old_secret: String
    let new_secret: String
    let old_root: String
    let new_root: String
    let encoded: String
  }

  struct WrappedEpoch: Decodable {
    let number: UInt32
    let key: String
    let erasure: String
    let wrapped: String
    let recovery: String
    let created_at: Int64
    let seal: UInt64
    let code: String
  }

  struct Counted: Decodable {
    let secret: String
    let root: String
    let generation: UInt64
    let encoded: String
    let note: String
  }

  struct Remains: Decodable {
    let number: UInt32
    let secret: String
    let erasure: String
    let wrapped: String
  }

  struct Erasure: Decodable {
    struct Secret: Decodable {
      let id: String
      let created_at: Int64
      let secret: String
    }

    let secrets: [Secret]
    let one: String
    let two: String
  }

  let store: String
  let store_secret: String
  let key_file: Typed
  let passphrase: Typed
  let shamir: Divided
  let awskms: Remote
  let pkcs11: OnToken
  let recovery: Recovery
  let between: Between
  let epoch: WrappedEpoch
  let counted: Counted
  let remains: Remains
  let erasure: Erasure

  static func load() throws -> SealVectors {
    let data = try Data(contentsOf: Checkout.root.appending(path: "Tests/Vectors/custody/seals.json"))
    return try JSONDecoder().decode(SealVectors.self, from: data)
  }
}

/// Another service, as far as a vector goes: it knows one ciphertext and what is in it.
private struct KnownService: Seal {
  let arn: String
  let ciphertext: [UInt8]
  let root: [UInt8]
  let kind = SealKind.awskms

  func make(for store: Bits128) throws(SealError) -> NewRoot { throw .cryptoUnavailable }

  func unseal(_ holder: SealHolder, for store: Bits128) throws(SealError) -> any Root {
    guard holder.parameters == Array(arn.utf8), holder.sealed == ciphertext else {
      throw .refused("another ciphertext")
    }
    return try SoftwareRoot(SecretBytes(root), id: holder.root, store: store)
  }
}

/// A token whose key is known.
private struct KnownToken: RootDevice {
  let reference: [UInt8]
  let key: [UInt8]

  private struct Key: RootDeviceKey {
    let bytes: [UInt8]

    func wrap(_ secret: borrowing SecretBytes, bound: [UInt8]) throws(DeviceFault) -> [UInt8] {
      do throws(CryptoFailure) {
        return try Blob.seal(secret, key: SecretBytes(bytes), aad: bound)
      } catch {
        throw .rejected
      }
    }

    func unwrap(_ blob: [UInt8], bound: [UInt8]) throws(DeviceFault) -> SecretBytes {
      do throws(CryptoFailure) {
        return try Blob.open(blob, key: SecretBytes(bytes), aad: bound)
      } catch {
        throw .rejected
      }
    }
  }

  func makeKey(for store: Bits128) throws(DeviceFault) -> [UInt8] { throw .rejected }

  func key(_ reference: [UInt8], of store: Bits128) throws(DeviceFault) -> any RootDeviceKey {
    guard reference == self.reference else { throw .refused("another key") }
    return Key(bytes: key)
  }
}

@Suite("Seal files, shares and erasure secrets are the documented ones")
struct SealVectorTests {
  private let vectors: SealVectors
  private let store: Bits128
  private let folder: TemporaryFolder

  init() throws {
    vectors = try SealVectors.load()
    store = try #require(Bits128(hex: vectors.store))
    folder = try TemporaryFolder()
  }

  private func keyFile(_ secret: String) throws -> KeyFileSeal {
    try folder.write(hex(secret), "key")
    return KeyFileSeal(path: folder.path("key"))
  }

  private func box(_ file: SealFile, _ entry: SealFile.Entry, _ shares: [String]) throws -> ShareBox {
    let box = try ShareBox(for: entry.holder, in: file.store)
    for share in shares { try box.add(Payload(SecretBytes(Array(share.utf8)))) }
    return box
  }

  /// Opened by this seal, it has the root and the store secret of the vectors; and it is written as it was read.
  @discardableResult
  private func check(_ encoded: String, _ seal: any Seal, root: String? = nil) throws -> OpenSeal {
    let file = try SealFile(hex(encoded))
    #expect(file.encoded == hex(encoded))
    let opened = try OpenSeal(file, by: seal, for: store)
    #expect(opened.storeSecret.bytes.bytes == hex(vectors.store_secret))
    if let root { #expect((opened.root as? SoftwareRoot)?.secret.bytes.bytes == hex(root)) }
    return opened
  }

  @Test("A key file and a passphrase open theirs")
  func scrypt() throws {
    try check(vectors.key_file.encoded, keyFile(vectors.key_file.secret), root: vectors.key_file.root)
    try check(
      vectors.passphrase.encoded, Installation.seal(vectors.passphrase.secret), root: vectors.passphrase.root)
  }

  @Test("Any three of five shares give the root, and two don't")
  func shares() throws {
    let vector = vectors.shamir
    let file = try SealFile(hex(vector.encoded))
    let entry = try #require(file.keepers.first)
    let parameters = try SharedParameters(entry.holder)
    #expect(parameters.threshold == 3 && parameters.parts == 5)
    for some in [[0, 1, 2], [4, 2, 0], [1, 3, 4]] {
      let box = try box(file, entry, some.map { vector.shares[$0] })
      try check(vector.encoded, ShamirSeal(parameters, box: box), root: vector.root)
    }
    let few = ShamirSeal(parameters, box: try box(file, entry, Array(vector.shares.prefix(2))))
    #expect(throws: SealError.needsPeople(.shamir)) { try OpenSeal(file, by: few, for: store) }
  }

  @Test("Another service's key and a token's key are named by the file")
  func elsewhere() throws {
    let remote = vectors.awskms
    try check(
      remote.encoded,
      KnownService(arn: remote.arn, ciphertext: hex(remote.ciphertext), root: hex(remote.root)),
      root: remote.root)
    let token = KnownToken(reference: hex(vectors.pkcs11.reference), key: hex(vectors.pkcs11.key_on_token))
    try check(vectors.pkcs11.encoded, DeviceSeal { () throws(SealError) in token })
  }

  @Test("Two of three recovery shares open the store, as its key file does")
  func recovery() throws {
    let vector = vectors.recovery
    let file = try SealFile(hex(vector.encoded))
    let entry = try #require(file.recovery)
    let seal = try RecoverySeal(
      SharedParameters(entry.holder), box: box(file, entry, [vector.shares[2], vector.shares[0]]))
    try check(vector.encoded, seal)
    try check(vector.encoded, keyFile(vector.secret))
  }

  @Test("Between two roots either opens the other")
  func between() throws {
    let vector = vectors.between
    let old = try check(vector.encoded, keyFile(vector.old_secret), root: vector.old_root)
    #expect((old.other as? SoftwareRoot)?.secret.bytes.bytes == hex(vector.new_root))
    let new = try check(vector.encoded, Installation.seal(vector.new_secret), root: vector.new_root)
    #expect((new.other as? SoftwareRoot)?.secret.bytes.bytes == hex(vector.old_root))
  }

  private func erasure(_ encoded: String) throws -> ErasureSecrets {
    try folder.write(hex(encoded), "erasure")
    return try #require(
      try ErasureSecrets.open(ErasureFile(path: folder.path("erasure")), for: store, begun: nil))
  }

  @Test("The file of erasure secrets holds one, and two while an erasure is under way")
  func erasureFile() throws {
    for (encoded, count) in [(vectors.erasure.one, 1), (vectors.erasure.two, 2)] {
      let secrets = try erasure(encoded)
      #expect(secrets.facts.count == count)
      for (facts, wanted) in zip(secrets.facts, vectors.erasure.secrets) {
        #expect(facts.id.hex == wanted.id && facts.createdAt.milliseconds == wanted.created_at)
        #expect(secrets[facts.id]?.secret.bytes.bytes == hex(wanted.secret))
      }
      try ErasureFile(path: folder.path("again")).write(
        secrets.facts.compactMap { secrets[$0.id] }, for: store)
      #expect(try Data(contentsOf: folder.url.appending(path: "again")) == Data(hex(encoded)))
    }
  }

  @Test("A counted file opens, and vouches for the epoch of its time and for what the store knows of it")
  func counted() throws {
    let vector = vectors.counted
    let opened = try check(vector.encoded, keyFile(vector.secret), root: vector.root)
    #expect(opened.file.format == 3 && opened.file.generation == vector.generation)
    let note = opened.file.note
    #expect(note.generation == vector.generation && note.fileCode == hex(vector.encoded).suffix(32))
    #expect(try opened.vouches(for: Authenticated(note, code: hex(vector.note))))
    let record = EpochRecord(
      id: EpochID(vectors.epoch.number), wrapped: hex(vectors.epoch.wrapped),
      recovery: hex(vectors.epoch.recovery), createdAt: Instant(milliseconds: vectors.epoch.created_at),
      wraps: 0, erasure: Bits128(hex: vectors.epoch.erasure), seal: vectors.epoch.seal,
      code: hex(vectors.epoch.code))
    let sealing = EpochSealing(roots: opened, erasure: try erasure(vectors.erasure.two))
    #expect(try sealing.opened(record).bytes == hex(vectors.epoch.key))
    #expect(try sealing.renewed(record) == nil)
  }

  @Test("An epoch opens by the root, and by the recovery, with its erasure secret and not without")
  func epoch() throws {
    let secrets = try erasure(vectors.erasure.two)
    let record = EpochRecord(
      id: EpochID(vectors.epoch.number), wrapped: hex(vectors.epoch.wrapped),
      recovery: hex(vectors.epoch.recovery), createdAt: Instant(milliseconds: 0), wraps: 0,
      erasure: Bits128(hex: vectors.epoch.erasure))
    let file = try SealFile(hex(vectors.recovery.encoded))
    let entry = try #require(file.recovery)
    let people = try RecoverySeal(
      SharedParameters(entry.holder), box: box(file, entry, Array(vectors.recovery.shares.prefix(2))))
    for seal in [try keyFile(vectors.recovery.secret) as any Seal, people] {
      let opened = try OpenSeal(file, by: seal, for: store)
      let sealing = EpochSealing(roots: opened, erasure: secrets)
      #expect(try sealing.opened(record).bytes == hex(vectors.epoch.key))
      #expect(sealing.isForRecovery(record))
      #expect(throws: SealError.rejected) {
        _ = try EpochSealing(roots: opened, erasure: nil).opened(record).bytes
      }
    }
  }

  @Test("What is left of an epoch opens by the store secret and its erasure secret")
  func remains() throws {
    let secrets = try erasure(vectors.erasure.two)
    let keys = try StoreKeys(secret: SecretBytes(hex(vectors.store_secret)), store: store)
    let id = EpochID(vectors.remains.number)
    let opened = try keys.remains.open(
      hex(vectors.remains.wrapped), under: Bits128(hex: vectors.remains.erasure), of: secrets,
      aad: BlobIdentity.remains(of: id, in: store))
    #expect(opened.bytes == hex(vectors.remains.secret))
  }
}

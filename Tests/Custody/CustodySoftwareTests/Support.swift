import CustodyConformance
import Foundation
import KMSBytes
import KMSDomain
import KMSSecrets
import KMSTestKit

@testable import CustodySoftware

/// Files beside the sources, found from where this file was compiled.
enum Checkout {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The folder of Wycheproof's vectors: `CLAVIGER_VECTORS`, or beside the checkout.
  static let wycheproof: URL = {
    if let path = ProcessInfo.processInfo.environment["CLAVIGER_VECTORS"] { return URL(filePath: path) }
    return root.deletingLastPathComponent().appending(path: "shared/vectors/wycheproof")
  }()

  /// The folder of the Python package cryptography_vectors, which carries vectors of NIST and of RFCs.
  static let cryptographyVectors: URL? = {
    let libraries = root.appending(path: ".venv/lib")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: libraries.path)) ?? []
    return names.map { libraries.appending(path: "\($0)/site-packages/cryptography_vectors") }
      .first { FileManager.default.fileExists(atPath: $0.path) }
  }()

  static var hasWycheproof: Bool {
    FileManager.default.fileExists(atPath: wycheproof.appending(path: "aes_gcm_test.json").path)
  }
}

/// A folder of a test's own, gone with the value.
final class TemporaryFolder {
  let url = FileManager.default.temporaryDirectory.appending(path: "claviger-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path }

  func write(_ bytes: [UInt8], _ name: String, mode: Int = 0o600) throws {
    try Data(bytes).write(to: url.appending(path: name))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path(name))
  }
}

/// A custody with everything that it was made from, so that a test can start it again.
struct Installation {
  static let store = Bits128(high: 0x5354, low: 1)
  let seal: any Seal
  var sealed: SealFile
  var epochs: [EpochRecord]

  init(passphrase: String = "for tests only", store: Bits128 = store) throws {
    seal = Installation.seal(passphrase)
    let (sealed, epoch) = try SoftwareCustody.initialise(seal: seal, storeID: store, now: Fixtures.start)
    self.sealed = sealed
    epochs = [epoch]
  }

  func start(
    store: Bits128 = store, limits: EpochLimits = .standard, stockDepth: Int = 0,
    legacy: LegacyAlgorithms = .none
  ) throws -> SoftwareCustody {
    try SoftwareCustody(
      seal: seal, sealed: sealed, storeID: store, epochs: epochs, limits: limits, stockDepth: stockDepth,
      legacy: legacy)
  }

  static func seal(_ passphrase: String, cost: ScryptCost = .insecureForTests) -> PassphraseSeal {
    PassphraseSeal(source: .supplied { () throws(SealError) in supply(passphrase) }, cost: cost)
  }

  private static func supply(_ passphrase: String) -> Payload { Payload(SecretBytes(Array(passphrase.utf8))) }
}

extension SecretBytes {
  init(_ bytes: [UInt8]) { self.init(copying: bytes.span) }

  var bytes: [UInt8] {
    withBytes { span in
      var result: [UInt8] = []
      for index in span.indices { result.append(span[index]) }
      return result
    }
  }
}

extension MACKey {
  func code(of bytes: [UInt8]) throws -> [UInt8] { try code(for: bytes.span) }
}

/// The bytes of hex digits in a vector; none when it is malformed, which no comparison survives.
func hex(_ text: String) -> [UInt8] { Hex.bytes(text) ?? [] }

extension SoftwareCustody {
  /// Takes material in as that of one version.
  func adopt(_ material: borrowing SecretBytes, as identity: VersionIdentity) throws(KMSError) -> NewMaterial
  {
    try adopt(material, of: identity.key, identity.spec) { (_: [UInt8]) throws(KMSError) in identity }
  }
}

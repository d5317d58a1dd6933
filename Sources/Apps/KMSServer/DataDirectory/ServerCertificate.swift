import Foundation
import KMSDomain
import KMSSystem
import NetKit

/// The TLS certificate of a server without one of its own: made by a private CA in the data directory.
struct ServerCertificate: Sendable {
  let certificatePath: String
  let keyPath: String
  /// What clients trust; nil when the operator's own certificate is used.
  let authorityPath: String?

  private static let limit = 64 << 10
  /// Where Debian keeps the authorities that the machine trusts.
  private static let machine = "/etc/ssl/certs/ca-certificates.crt"

  /// Issues what is missing or about to end, and keeps the rest.
  /// - Parameter domain: of the server's vaults.
  init(privateIn directory: DataDirectory, now: Instant, domain: String) throws {
    let date = Date(now)
    try Directory.makePrivate(directory.tls)
    let authority = try ServerCertificate.authority(directory, date, domain)
    let names = ServerCertificate.names(domain)
    if try !ServerCertificate.isSound(directory, authority, date, names) {
      let leaf = try authority.issueServer(now: date, names: names)
      try PrivateFile.write(Array(leaf.keyPEM.utf8), to: directory.certificateKey)
      try PrivateFile.write(Array(leaf.certificatePEM.utf8), to: directory.certificate)
    }
    try ServerCertificate.writeTrusted(directory)
    certificatePath = directory.certificate
    keyPath = directory.certificateKey
    authorityPath = directory.authority
  }

  /// The operator's own.
  /// - Throws: `SystemError` when the key is readable by others.
  init(_ files: Configuration.CertificateFiles) throws {
    _ = try PrivateFile.read(files.key, limit: ServerCertificate.limit)
    certificatePath = files.certificate
    keyPath = files.key
    authorityPath = nil
  }

  /// What Azure's clients call the vaults, the managed HSMs and the authority.
  private static func names(_ domain: String) -> [String] {
    ["*.vault." + domain, "*.managedhsm." + domain, "login." + domain]
  }

  /// The authority that is there, or a new one.
  static func authority(
    _ directory: DataDirectory, _ now: Date, _ domain: String
  ) throws -> PrivateCA {
    if try FileStatus.of(directory.authority) != nil {
      let authority = try PrivateCA(
        certificatePEM: try read(directory.authority), keyPEM: try read(directory.authorityKey))
      if authority.isCurrent(now: now), authority.permits(domain) { return authority }
    }
    let isLocal = domain.hasSuffix(".localhost")
    let fresh = try PrivateCA(now: now, domain: isLocal ? nil : domain)
    try PrivateFile.write(Array(fresh.keyPEM.utf8), to: directory.authorityKey)
    try PrivateFile.write(Array(fresh.certificatePEM.utf8), to: directory.authority)
    return fresh
  }

  /// What a client is told to trust by a variable that it heeds for every server: the private CA, and whom it would trust without.
  private static func writeTrusted(_ directory: DataDirectory) throws {
    let others = FileManager.default.contents(atPath: machine) ?? Data()
    try PrivateFile.write(Array(try read(directory.authority).utf8) + others, to: directory.trusted)
  }

  /// Whether the certificate in the directory will do for a while; makes nothing.
  static func isSound(_ directory: DataDirectory, now: Instant) throws -> Bool {
    let authority = try PrivateCA(
      certificatePEM: try read(directory.authority), keyPEM: try read(directory.authorityKey))
    return try isSound(directory, authority, Date(now))
  }

  private static func isSound(
    _ directory: DataDirectory, _ authority: PrivateCA, _ now: Date, _ names: [String] = []
  ) throws -> Bool {
    guard try FileStatus.of(directory.certificate) != nil, try FileStatus.of(directory.certificateKey) != nil
    else { return false }
    let leaf = PrivateCA.Leaf(
      certificatePEM: try read(directory.certificate), keyPEM: try read(directory.certificateKey))
    return authority.stillVouches(for: leaf, now: now, names: names)
  }

  private static func read(_ path: String) throws(SystemError) -> String {
    String(decoding: try PrivateFile.read(path, limit: limit), as: UTF8.self)
  }
}

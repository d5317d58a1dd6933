import DoorAdmin
import Foundation
import KMSBytes
import KMSDomain
import KMSSystem
import NetKit
import Synchronization

/// Issues certificates to clients, by an authority in the data directory that is made when the first is wanted.
final class ClientAuthority: ClientCertificates {
  private let directory: DataDirectory
  private let clock: any TimeSource
  /// One at a time makes the authority.
  private let making = Mutex<Void>(())
  private static let limit = 64 << 10

  /// - Parameter clock: the one by which certificates begin and end.
  init(_ directory: DataDirectory, clock: any TimeSource) {
    self.directory = directory
    self.clock = clock
  }

  func issue(_ request: String, name: String, days: Int?) throws -> IssuedCertificate? {
    guard let request = ClientCertificateRequest(pem: request) else { return nil }
    let now = now
    let authority: ClientCA = try making.withLock { _ in try current(now) }
    let certificate = try authority.issue(
      request, name: name, days: days ?? ClientCA.Lifetime.client, now: now)
    guard let facts = facts(of: certificate) else { return nil }
    return IssuedCertificate(certificate: certificate, authority: authority.certificatePEM, facts: facts)
  }

  func facts(of certificate: String) -> ClientCertificateFacts? {
    guard let facts = CertificateFacts(pem: certificate) else { return nil }
    return ClientCertificateFacts(
      fingerprint: facts.fingerprint, label: facts.subject, notBefore: Instant(facts.notBefore),
      notAfter: Instant(facts.notAfter))
  }

  func assertionCertificate(_ certificate: String) -> Application.AssertionCertificate? {
    guard let facts = CertificateFacts(pem: certificate), let key = facts.rsaKey else { return nil }
    return Application.AssertionCertificate(
      sha256: facts.fingerprint.bytes, sha1: facts.sha1, publicKey: key, expiresAt: Instant(facts.notAfter))
  }

  private var now: Date { Date(clock.now()) }

  private func current(_ now: Date) throws -> ClientCA {
    try Directory.makePrivate(directory.tls)
    if try FileStatus.of(directory.clientAuthority) != nil {
      let present = try ClientCA(
        certificatePEM: try read(directory.clientAuthority), keyPEM: try read(directory.clientAuthorityKey))
      guard try present.isMadeHere else { return try usable(present, now) }
      if present.isCurrent(now: now) { return present }
    }
    let fresh = try ClientCA(now: now)
    try PrivateFile.write(Array(fresh.keyPEM.utf8), to: directory.clientAuthorityKey)
    try PrivateFile.write(Array(fresh.certificatePEM.utf8), to: directory.clientAuthority)
    return fresh
  }

  /// The operator's own is never made anew.
  private func usable(_ authority: ClientCA, _ now: Date) throws -> ClientCA {
    guard authority.isValid(now: now) else {
      throw Problem(
        "\(directory.clientAuthority) is outside its dates",
        remedy: "put one there that isn't, or remove it to have one made")
    }
    return authority
  }

  private func read(_ path: String) throws(SystemError) -> String {
    String(decoding: try PrivateFile.read(path, limit: ClientAuthority.limit), as: UTF8.self)
  }
}

extension Instant {
  fileprivate init(_ date: Date) {
    self.init(milliseconds: Int64(clamping: Int((date.timeIntervalSince1970 * 1000).rounded())))
  }
}

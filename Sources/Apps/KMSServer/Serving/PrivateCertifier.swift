import Foundation
import KMSDomain
import KMSSystem
import NetKit
import Synchronization

/// The private authority of the data directory vouches for the keys of statements, with an operator's certificate for TLS too: then it is
/// made for this alone.
final class PrivateCertifier: TokenKeyCertifier {
  private struct Known: Sendable {
    let key: GUID
    let chain: [[UInt8]]
  }

  private let directory: DataDirectory
  private let domain: String
  private let faults: any FaultLog
  /// Of the key that signs now: there is a new one every month.
  private let known = Mutex<Known?>(nil)

  init(_ directory: DataDirectory, domain: String, faults: any FaultLog) {
    self.directory = directory
    self.domain = domain
    self.faults = faults
  }

  func chain(of key: TokenKey) throws(KMSError) -> [[UInt8]] {
    do {
      // Inside the lock, so that no two make an authority.
      return try known.withLock { known in
        if let known, known.key == key.id { return known.chain }
        let chain = try issue(key)
        known = Known(key: key.id, chain: chain)
        return chain
      }
    } catch {
      faults.record("nothing vouches for the key of statements: \(error)", request: nil)
      throw .custodyUnavailable
    }
  }

  private func issue(_ key: TokenKey) throws -> [[UInt8]] {
    try Directory.makePrivate(directory.tls)
    let authority = try ServerCertificate.authority(directory, Date(SystemTime().now()), domain)
    return try authority.issueSigner(
      publicKey: key.publicKey, name: "Claviger key statements \(key.id.text)", from: Date(key.startsAt),
      until: Date(key.endsAt))
  }
}

import Foundation
import SwiftASN1
import WireKMIP
@_spi(FixedExpiryValidationTime) import X509

/// Certificates that a client wants to have judged, as the one chain that they must be (KMIP 2.1 section 6.1.57).
struct CertificateChain: Sendable {
  /// Whoever sends more doesn't send one chain.
  static let longest = 16

  /// From the certificate of somebody who issues none of the others on.
  private let chain: [Certificate]
  /// Of the chain: those that are objects here.
  private let anchors: [Certificate]
}

extension CertificateChain {
  /// - Returns: nil where one isn't a certificate, or has a key of a kind that nobody here can verify with.
  /// - Throws: `invalidField` where they aren't one chain.
  init?(brought: [[UInt8]], kept: [[UInt8]]) throws(KMIPFault) {
    guard !brought.isEmpty || !kept.isEmpty, brought.count + kept.count <= CertificateChain.longest else {
      throw .noChain
    }
    guard let anchors = try? kept.map({ try Certificate(derEncoded: $0) }),
      let others = try? brought.map({ try Certificate(derEncoded: $0) })
    else { return nil }
    var all: [Certificate] = []
    for certificate in anchors + others where !all.contains(certificate) { all.append(certificate) }
    self.anchors = anchors
    chain = try CertificateChain.ordered(all)
  }

  /// No two have one name, and each but the last names the next as its issuer: so there is one way to the end, and nobody can make the
  /// search for it long.
  private static func ordered(_ all: [Certificate]) throws(KMIPFault) -> [Certificate] {
    let issuers = Set(all.filter { $0.subject != $0.issuer }.map(\.issuer))
    guard Set(all.map(\.subject)).count == all.count,
      var next = all.first(where: { !issuers.contains($0.subject) })
    else { throw .noChain }
    var chain = [next]
    while next.issuer != next.subject, let issuer = all.first(where: { $0.subject == next.issuer }),
      chain.count < all.count
    {
      chain.append(issuer)
      next = issuer
    }
    guard chain.count == all.count else { throw .noChain }
    return chain
  }

  /// Valid is a chain that ends in a root which is an object here, so that somebody with a right to that put it there. One that ends in
  /// nothing, or in a root that its sender brought along, may be anybody's: unknown.
  /// - Parameter seconds: since 1970: when it has to be valid.
  func validity(at seconds: Int64) async -> KMIP.ValidityIndicator {
    guard let leaf = chain.first, let end = chain.last else { return .unknown }
    let date = Date(timeIntervalSince1970: Double(seconds))
    guard chain.allSatisfy({ $0.notValidBefore <= date && date <= $0.notValidAfter }) else { return .invalid }
    for (certificate, issuer) in zip(chain, chain.dropFirst()) {
      guard issuer.publicKey.isValidSignature(certificate.signature, for: certificate) else {
        return .invalid
      }
    }
    let isRoot = end.subject == end.issuer
    guard !isRoot || end.publicKey.isValidSignature(end.signature, for: end) else { return .invalid }
    guard chain.count > 1 else { return isRoot && anchors.contains(end) ? .valid : .unknown }
    // What is wrong about a chain is wrong whoever vouches for its end.
    var verifier = Verifier(rootCertificates: CertificateStore([end])) {
      RFC5280Policy(fixedExpiryValidationTime: date)
    }
    let intermediates = CertificateStore(chain.dropFirst().dropLast())
    guard case .validCertificate = await verifier.validate(leaf: leaf, intermediates: intermediates),
      chain.dropFirst().allSatisfy(CertificateChain.isAuthority)
    else { return .invalid }
    return isRoot && anchors.contains(end) ? .valid : .unknown
  }

  /// The policy of the library lets certificates of version 1 issue others, and doesn't ask for the usage of keys.
  private static func isAuthority(_ certificate: Certificate) -> Bool {
    guard certificate.version == .v3, let constraints = try? certificate.extensions.basicConstraints,
      case .isCertificateAuthority = constraints
    else { return false }
    guard let usage = try? certificate.extensions.keyUsage else { return true }
    return usage.keyCertSign
  }
}

extension KMIPFault {
  fileprivate static let noChain = KMIPFault(
    .invalidField, older: .invalidMessage, "The certificates aren't one chain.")
}

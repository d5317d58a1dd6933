import KMSDomain
import KMSTestKit

extension GuardedCall {
  static let releases = [
    GuardedCall(name: "release", actions: [.releaseVaultKey], spec: .bytes, exportable: true) {
      subject, permit in
      let recipient = try Subject(in: subject.custody, key: 2, .rsa2048)
      _ = try subject.custody.release(
        subject.live, to: recipient.asRecipient(), by: .sha256, permit: permit)
    }
  ]
}

extension CustodyConformance {
  static let releaseChecks = [
    CustodyConformance("what is released opens under the recipient's key, and is the material") { custody in
      let subject = try Subject([UInt8](1...20), .bytes, in: custody, exportable: true)
      let recipient = try Subject(
        in: custody, key: 2, .rsa2048, usages: KeySpec.rsa2048.explicitUsages)
      for hash in [HashFunction.sha1, .sha256, .sha384] {
        let released = try custody.release(
          subject.live, to: recipient.asRecipient(), by: hash, permit: subject.permit(.releaseVaultKey))
        try expect(released.count == 256 + 32, "\(released.count) bytes")
        let wrapping = try custody.decrypt(
          Array(released.prefix(256)), by: .oaep(hash, mask: nil, label: []), with: recipient.live,
          permit: recipient.permit(.decrypt)
        ).testBytes()
        let key = try Subject(wrapping, .aes256, in: custody, usages: [.unwrap], key: 3)
        let opened = try custody.decipher(
          .test(Array(released.dropFirst(256))), by: CipherParameters(.keyWrapPadded), associated: [],
          tag: nil,
          with: key.live, permit: key.permit(.unwrapKey))
        try expect(try opened.testBytes() == [UInt8](1...20), "other material")
      }
    },
    CustodyConformance("what may not leave isn't released, and nothing goes to a key that isn't RSA") {
      custody in
      let recipient = try Subject(in: custody, key: 2, .rsa2048)
      let kept = try Subject(in: custody, .p256)
      try refused(.cryptography(.notExportable), "a key that stays") {
        try custody.release(
          kept.live, to: recipient.asRecipient(), by: .sha256, permit: kept.permit(.releaseVaultKey))
      }
      let open = try Subject(in: custody, .p256, exportable: true)
      try refused(.invalidPublicKey, "to a curve") {
        try custody.release(
          open.live, to: kept.asRecipient(), by: .sha256, permit: open.permit(.releaseVaultKey))
      }
    },
  ]
}

extension Subject {
  fileprivate func asRecipient() throws -> PublicHalf {
    guard let publicKey else { throw ConformanceFailure("no public key") }
    return PublicHalf(spec: identity.spec, publicKey: publicKey)
  }
}

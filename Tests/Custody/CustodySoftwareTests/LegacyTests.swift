import CustodyConformance
import KMSDomain
import Testing

@testable import CustodySoftware

@Suite("What the operator permits works, and no more of it")
struct LegacyTests {
  @Test func `every legacy algorithm has its own name`() {
    #expect(Set(LegacyAlgorithms.names.map(\.name)).count == LegacyAlgorithms.names.count)
    #expect(LegacyAlgorithms.names.reduce(into: LegacyAlgorithms.none) { $0.insert($1.algorithm) } == .all)
    for (name, algorithm) in LegacyAlgorithms.names { #expect(LegacyAlgorithms(named: name) == algorithm) }
    #expect(LegacyAlgorithms(named: "everything") == nil)
  }

  private static let uses: [(LegacyAlgorithms, @Sendable (SoftwareCustody) throws -> Void)] = [
    (
      .electronicCodebook,
      { _ = try Subject(explicit: .aes128, in: $0).encipher(sample, CipherParameters(.ecb)) }
    ),
    (
      .tripleDES,
      {
        _ = try Subject(sample + sample.prefix(8), .tripleDES168, in: $0).encipher(
          sample, CipherParameters(.cbc, iv: .random))
      }
    ),
    (
      .blowfish,
      {
        _ = try Subject(sample, .blowfish, in: $0).encipher(sample, CipherParameters(.cbc, iv: .random))
      }
    ),
    (
      .oneTimePad, { _ = try Subject(sample, .bytes, in: $0).encipher(sample, CipherParameters(.oneTimePad)) }
    ),
    (.oldHashes, { _ = try $0.hash(.test(sample), by: .md5, permit: Permits.permit(.hash)) }),
    (
      .sha1Signatures,
      {
        _ = try Subject(explicit: .rsa2048, in: $0).sign(sample, SignatureParameters(.rsaPKCS1, hash: .sha1))
      }
    ),
    (
      .rawRSA,
      {
        _ = try Subject(explicit: .rsa2048, in: $0).sign(
          sample, SignatureParameters(.rsaPKCS1, hash: nil, isDigest: true))
      }
    ),
    (
      .rsaPKCS1Encryption,
      {
        let subject = try Subject(explicit: .rsa2048, in: $0)
        let made = try $0.encrypt(
          .test(sample), by: .pkcs1, with: subject.live, permit: subject.permit(.encrypt))
        let opened = try $0.decrypt(made, by: .pkcs1, with: subject.live, permit: subject.permit(.decrypt))
        try #require(try opened.testBytes() == sample)
      }
    ),
    (
      .shortKeys,
      {
        let rsa = try Subject(explicit: .rsa1024, in: $0)
        let pss = SignatureParameters(.rsaPSS(salt: .asHash, mask: nil), hash: .sha256)
        try rsa.verify(try rsa.sign(sample, pss), of: sample, pss)
        let curve = try Subject(explicit: .p192, in: $0)
        let ecdsa = SignatureParameters(.ecdsa, hash: .sha256)
        try curve.verify(try curve.sign(sample, ecdsa), of: sample, ecdsa)
      }
    ),
  ]

  private static let sample = (0..<16).map { UInt8($0) }

  @Test(arguments: uses.indices.filter { hasBlowfish || uses[$0].0 != .blowfish })
  func `each needs its own permission and no other`(at: Int) throws {
    let (algorithm, use) = Self.uses[at]
    let installation = try Installation()
    try use(try installation.start(legacy: algorithm))
    let others = LegacyAlgorithms.all.subtracting(algorithm)
    do {
      try use(try installation.start(legacy: others))
      Issue.record("it works without")
    } catch KMSError.unsupportedAlgorithm(let reason) {
      #expect(reason.contains("doesn't permit"))
    }
  }
}

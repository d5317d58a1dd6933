import Foundation
import KMSAudit
import KMSDomain
import KMSTestKit
import Testing

@Suite("Proofs and certificates")
struct CertificateTests {
  private static let name = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd"
  private static let key = Fixtures.keyID(1).bits.hex

  private static func record(
    _ number: UInt64, _ operation: String, _ details: [(String, String)],
    outcome: AuditRecord.Outcome = .success
  ) -> AuditRecord {
    AuditRecord(
      id: Bits128(high: 0xce27, low: number), time: Fixtures.start.advanced(seconds: Int64(number)),
      origin: Fixtures.origin(number), who: nil, operation: operation, demands: [], outcome: outcome,
      encryptionContext: nil, details: details.map { AuditRecord.Detail(name: $0.0, value: $0.1) })
  }

  private static func destroys(_ number: UInt64, key: String = key, name: String = name) -> AuditRecord {
    record(number, "DestroyKey", [("destroyedKeys", "\(key) \(name)")])
  }
  /// Of a key on a device.
  private static func leaves(_ number: UInt64) -> AuditRecord {
    record(number, "DestroyKey", [("destroyedKeys", "\(key) \(name)"), ("keysOnDevice", "\(key) \(name)")])
  }
  private static func removes(_ number: UInt64, key: String = key) -> AuditRecord {
    record(number, "RemoveFromDevice", [("removed", "1"), ("removedKeys", "\(key) \(name)")])
  }
  private static func begins(_ number: UInt64, _ erasure: String) -> AuditRecord {
    record(number, "BeginErasure", [("erasure", erasure)])
  }
  private static func finishes(_ number: UInt64, _ erasure: String) -> AuditRecord {
    record(number, "FinishErasure", [("erasure", erasure), ("destroyed", "1")])
  }

  /// A log of these records and five others between each two, signed.
  private static func log(_ records: [AuditRecord]) async throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let log = try Samples.open(Samples.settings(folder, segmentBytes: 2000))
    var other: UInt64 = 100
    for record in records {
      for _ in 0..<5 {
        try log.appendNow([Samples.small(other)])
        other += 1
      }
      try log.appendNow([record])
    }
    try await Samples.checkpoint(log)
    return folder
  }

  private static let whole = [destroys(1), begins(2, "aa"), finishes(3, "aa")]

  private static func verifier(_ folder: TemporaryFolder) throws -> VerifierKey {
    try #require(VerifierKey(text: String(decoding: try folder.read("verifier-key"), as: UTF8.self)))
  }

  private static func obstacle(_ records: [AuditRecord], _ key: String = key) async throws
    -> CertificateMaker.Obstacle?
  {
    let folder = try await log(records)
    do {
      _ = try CertificateMaker(folder: folder.log).certificate(of: key)
    } catch let obstacle as CertificateMaker.Obstacle {
      return obstacle
    }
    return nil
  }

  @Test("every leaf of every tree up to 70 leaves is proved, and at no other place")
  func proofs() throws {
    let leaves = (0..<70).map { MerkleHash.leaf(Array("record \($0)".utf8)) }
    for size in 1...leaves.count {
      var tree = MerkleFrontier()
      for leaf in leaves[..<size] { tree.append(leaf) }
      for index in 0..<size {
        var collector = try #require(ProofCollector(of: UInt64(index), in: UInt64(size)))
        for (place, leaf) in leaves[..<size].enumerated() { collector.take(leaf, at: UInt64(place)) }
        let proof = collector.proof
        #expect(proof.root(of: leaves[index], in: UInt64(size)) == tree.root)
        if size > 1 {
          let other = InclusionProof(index: UInt64((index + 1) % size), path: proof.path)
          #expect(other.root(of: leaves[index], in: UInt64(size)) != tree.root)
        }
      }
    }
    #expect(ProofCollector(of: 3, in: 3) == nil)
    #expect(InclusionProof(index: .max, path: []).root(of: leaves[0], in: .max) == nil)
  }

  @Test("a certificate is made by id, by name and by the end of the name, and verifies without the log")
  func sound() async throws {
    let folder = try await Self.log(Self.whole)
    let verifier = try Self.verifier(folder)
    for given in [Self.key, Self.name, "1234abcd"] {
      let text = try CertificateMaker(folder: folder.log).certificate(of: given).text
      let certificate = try #require(DestructionCertificate(text))
      let statement = try CertificateVerifier(by: verifier).verify(certificate)
      #expect(statement.key == Self.key && statement.name == Self.name)
      #expect(statement.checkpointSize == 18)
      #expect(statement.destroyedAt < statement.erasureBegunAt)
      #expect(statement.erasureBegunAt < statement.erasedAt)
    }
  }

  @Test("no altered character of a certificate goes unnoticed where it says something")
  func altered() async throws {
    let folder = try await Self.log(Self.whole)
    let verifier = CertificateVerifier(by: try Self.verifier(folder))
    let good = try CertificateMaker(folder: folder.log).certificate(of: Self.key)
    let statement = try verifier.verify(good)
    for index in good.text.indices {
      var changed = good.text
      changed[index] ^= 1
      guard let certificate = DestructionCertificate(changed) else { continue }
      do throws(CertificateVerifier.Fault) {
        // Only what reads the same is the same.
        let found = try verifier.verify(certificate)
        #expect(found == statement, "byte \(index)")
      } catch {
        continue
      }
    }
  }

  @Test("another log's key doesn't verify it")
  func otherKey() async throws {
    let folder = try await Self.log(Self.whole)
    let certificate = try CertificateMaker(folder: folder.log).certificate(of: Self.key)
    let other = try #require(VerifierKey(name: Samples.origin, publicKey: TestSigner(9).publicKey))
    #expect(throws: CertificateVerifier.Fault.notSigned) {
      _ = try CertificateVerifier(by: other).verify(certificate)
    }
  }

  @Test("there is none before an erasure that was begun after the destruction is finished")
  func order() async throws {
    let (destroys, begins, finishes) = (Self.destroys(1), Self.begins(2, "aa"), Self.finishes(3, "aa"))
    #expect(try await Self.obstacle([begins, finishes]) == .notDestroyed)
    #expect(try await Self.obstacle([destroys]) == .notErased)
    #expect(try await Self.obstacle([destroys, begins]) == .notErased)
    #expect(try await Self.obstacle([begins, destroys, finishes]) == .notErased)
    #expect(try await Self.obstacle([destroys, begins, Self.finishes(3, "bb")]) == .notErased)
    #expect(try await Self.obstacle(Self.whole, "another") == .notDestroyed)
    let denied = Self.record(
      1, "DestroyKey", [("destroyedKeys", "\(Self.key) \(Self.name)")], outcome: .denied)
    #expect(try await Self.obstacle([denied, begins, finishes]) == .notDestroyed)
    #expect(try await Self.obstacle([destroys, begins, finishes]) == nil)
  }

  @Test("a log that isn't what was signed yields none")
  func damagedLog() async throws {
    let folder = try await Self.log(Self.whole)
    let segment = try #require(try folder.segmentNames.first)
    var bytes = try folder.read(segment)
    bytes[40] ^= 1
    try folder.write(bytes, segment)
    #expect(throws: CertificateMaker.Obstacle.damaged) {
      _ = try CertificateMaker(folder: folder.log).certificate(of: Self.key)
    }
  }

  @Test("of a key on a token there is none before it was removed there, and an erasure was begun after that")
  func onDevice() async throws {
    let (leaves, removes) = (Self.leaves(1), Self.removes(2))
    let (begins, finishes) = (Self.begins(3, "aa"), Self.finishes(4, "aa"))
    #expect(try await Self.obstacle([leaves, begins, finishes]) == .notRemoved)
    #expect(
      try await Self.obstacle([leaves, Self.removes(2, key: "other"), begins, finishes]) == .notRemoved)
    #expect(try await Self.obstacle([leaves, begins, finishes, removes]) == .notErased)
    let folder = try await Self.log([leaves, removes, begins, finishes])
    let verifier = CertificateVerifier(by: try Self.verifier(folder))
    let text = try CertificateMaker(folder: folder.log).certificate(of: Self.key).text
    let certificate = try #require(DestructionCertificate(text))
    let statement = try verifier.verify(certificate)
    #expect(statement.removedAt.map { $0 > statement.destroyedAt && $0 < statement.erasureBegunAt } == true)
  }

  @Test("a certificate that leaves the removal out proves nothing")
  func withoutRemoval() async throws {
    let folder = try await Self.log([
      Self.leaves(1), Self.removes(2), Self.begins(3, "aa"), Self.finishes(4, "aa"),
    ])
    let verifier = CertificateVerifier(by: try Self.verifier(folder))
    let text = String(
      decoding: try CertificateMaker(folder: folder.log).certificate(of: Self.key).text, as: UTF8.self)
    let start = try #require(text.range(of: #"{"role":"removed""#)).lowerBound
    let end = try #require(text.range(of: #"{"role":"erasureBegun""#)).lowerBound
    let shorter = text.replacingCharacters(in: start..<end, with: "")
    let certificate = try #require(DestructionCertificate(Array(shorter.utf8)))
    #expect(throws: CertificateVerifier.Fault.otherContent(.removed)) { _ = try verifier.verify(certificate) }
  }
}

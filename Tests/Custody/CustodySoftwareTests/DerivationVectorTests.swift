import CustodyConformance
import KMSDomain
import KMSSecrets
import Testing

@testable import CustodySoftware

@Suite("Derivation as its standards write it out")
struct DerivationVectorTests {
  let house: VectorHouse

  init() throws { house = try VectorHouse() }

  /// AWS's own example of a signing key.
  @Test func `Signature Version 4`() throws {
    let secret = try house.key(Array("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".utf8), .bytes)
    let steps = ["20150830", "us-east-1", "iam", "aws4_request"].map { Array($0.utf8) }
    #expect(
      try secret.derive(32, by: .awsSignature(steps: steps))
        == hex("c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"))
    #expect(throws: KMSError.cryptography(.outputLength)) {
      try secret.derive(32, by: .awsSignature(steps: []))
    }
  }

  /// SP 800-108 section 4, by nothing but codes.
  @Test func `each mode of SP 800-108`() throws {
    let key = [UInt8](1...20)
    let data = [UInt8](40...90)
    let subject = try house.key(key, .bytes)
    let mac = try MACKey(SecretBytes(key), .hmacSHA256)
    func number(_ counter: Int) -> [UInt8] { [0, 0, 0, UInt8(counter)] }
    #expect(throws: KMSError.cryptography(.ivLength)) {
      try subject.derive(16, by: .sp800_108(.feedback(iv: [7, 8, 9]), by: .hmac(.sha256), data: data))
    }
    for iv in [[], [UInt8](repeating: 5, count: 32)] as [[UInt8]] {
      var (last, whole) = (iv, [UInt8]())
      for counter in 1...4 {
        last = try mac.code(of: last + number(counter) + data)
        whole += last
      }
      #expect(
        try subject.derive(100, by: .sp800_108(.feedback(iv: iv), by: .hmac(.sha256), data: data))
          == Array(whole.prefix(100)))
    }
    var (chain, double, counted) = (data, [UInt8](), [UInt8]())
    for counter in 1...4 {
      chain = try mac.code(of: chain)
      double += try mac.code(of: chain + number(counter) + data)
      counted += try mac.code(of: number(counter) + data)
    }
    #expect(
      try subject.derive(100, by: .sp800_108(.doublePipeline, by: .hmac(.sha256), data: data))
        == Array(double.prefix(100)))
    #expect(
      try subject.derive(100, by: .sp800_108(.counter, by: .hmac(.sha256), data: data))
        == Array(counted.prefix(100)))
  }
}

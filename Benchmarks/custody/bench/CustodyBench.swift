import CCustodyLoop
import CustodyConformance
import CustodySoftware
import KMSDomain
import KMSSystem

/// Encrypt of 1 KiB in process against the bare cryptography of it, one thread. `docs/performance.md` has the
/// figures.
///
/// Both run in short turns, one after the other, and the best turn of each counts: what a busy machine adds
/// to a turn says nothing about either.
@main struct CustodyBench {
  private static let bytes = 1024
  private static let turns = 60
  private static let perTurn = 5_000

  static func main() throws {
    let seal = PassphraseSeal(
      source: .supplied { () throws(SealError) -> Payload in try passphrase() }, cost: .insecureForTests)
    let store = Bits128(high: 1, low: 2)
    let (sealed, epoch) = try SoftwareCustody.initialise(
      seal: seal, storeID: store, now: Instant(milliseconds: 0))
    let subject = try Subject(
      in: SoftwareCustody(seal: seal, sealed: sealed, storeID: store, epochs: [epoch]))
    var best = [Double](repeating: .infinity, count: 5)
    for _ in 0..<turns {
      best[0] = min(best[0], try time { try encrypt(subject) })
      best[1] = min(best[1], try time { try decrypt(subject) })
      best[2] = min(best[2], try time { try dataKey(subject) })
      best[3] = min(best[3], try time { try loop(draws: true) })
      best[4] = min(best[4], try time { try loop(draws: false) })
    }
    print(
      "custody Encrypt 1 KiB: \(rate(best[0]))/s, C loop: \(rate(best[4]))/s,"
        + " ratio \(ratio(best[0], best[4]))")
    print(
      "the same against a C loop that draws each key at random: \(rate(best[3]))/s,"
        + " ratio \(ratio(best[0], best[3]))")
    print("custody Decrypt 1 KiB: \(rate(best[1]))/s, GenerateDataKey 32 bytes: \(rate(best[2]))/s")
    for (spec, algorithm) in [
      (KeySpec.p256, SigningAlgorithm.ecdsaSHA256), (.rsa2048, .rsaPSSSHA256), (.ed25519, .ed25519),
    ] {
      let signer = try Subject(in: subject.custody, spec)
      var fastest = Double.infinity
      for _ in 0..<20 { fastest = min(fastest, try sign(signer, algorithm)) }
      print("custody Sign \(algorithm): \(rate(fastest))/s; compare `openssl speed`")
    }
  }

  /// Seconds for one signature over 32 bytes.
  private static func sign(_ signer: Subject, _ algorithm: SigningAlgorithm) throws -> Double {
    let count = 200
    let permit = try signer.permit(.sign)
    let start = SystemClock.monotonicNanoseconds
    for _ in 0..<count {
      guard let message = Payload(count: 32, fill: { _ in true }) else { throw Failed() }
      _ = try signer.custody.sign(message, as: .raw, by: algorithm, with: signer.live, permit: permit)
    }
    return Double(SystemClock.monotonicNanoseconds - start) / 1e9 / Double(count)
  }

  private static func loop(draws: Bool) throws {
    guard custody_loop(Int32(perTurn), Int32(bytes), draws ? 1 : 0) == 0 else { throw Failed() }
  }

  private static func encrypt(_ subject: Subject) throws {
    let context = try EncryptionContext.test(["purpose": "benchmark"])
    let permit = try subject.permit(.encrypt)
    for _ in 0..<perTurn {
      guard let payload = Payload(count: bytes, fill: { _ in true }) else { throw Failed() }
      _ = try subject.custody.encrypt(payload, context: context, with: subject.live, permit: permit)
    }
  }

  private static func decrypt(_ subject: Subject) throws {
    let context = try EncryptionContext.test(["purpose": "benchmark"])
    let sealed = try subject.encrypt([UInt8](repeating: 7, count: bytes), context)
    let permit = try subject.permit(.decrypt)
    for _ in 0..<perTurn {
      _ = try subject.custody.decrypt(sealed, context: context, with: subject.live, permit: permit)
    }
  }

  private static func dataKey(_ subject: Subject) throws {
    let permit = try subject.permit(.generateDataKey)
    for _ in 0..<perTurn {
      _ = try subject.custody.generateDataKey(
        count: 32, context: .empty, with: subject.live, permit: permit)
    }
  }

  /// Seconds for one of the `perTurn` operations of a turn.
  private static func time(_ body: () throws -> Void) rethrows -> Double {
    let start = SystemClock.monotonicNanoseconds
    try body()
    return Double(SystemClock.monotonicNanoseconds - start) / 1e9 / Double(perTurn)
  }

  private static func rate(_ seconds: Double) -> Int { Int((1 / seconds).rounded()) }
  private static func ratio(_ one: Double, _ other: Double) -> Double { (one / other * 100).rounded() / 100 }

  private static func passphrase() throws(SealError) -> Payload {
    guard
      let payload = Payload(
        count: 16,
        fill: { room in
          for index in room.indices { room[index] = 0x61 }
          return true
        })
    else { throw .emptyPassphrase }
    return payload
  }

  private struct Failed: Error {}
}

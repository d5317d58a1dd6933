import CustodyConformance
import KMSDomain
import KMSTestKit
import Testing

@testable import CustodySoftware

/// Fields by another way than custody's: tables of logarithms, and machine integers.
private enum Independent {
  /// Powers of a generator of GF(2^8) modulo the polynomial, and their logarithms.
  struct Tables {
    var powers = [Int](repeating: 0, count: 255)
    var logarithms = [Int](repeating: 0, count: 256)

    init(modulus: Int, generator: Int) {
      var power = 1
      for exponent in 0..<255 {
        powers[exponent] = power
        logarithms[power] = exponent
        power = Tables.slow(power, generator, modulus)
      }
    }

    func times(_ one: Int, _ other: Int) -> Int {
      one == 0 || other == 0 ? 0 : powers[(logarithms[one] + logarithms[other]) % 255]
    }

    func inverse(_ element: Int) -> Int { powers[(255 - logarithms[element]) % 255] }

    /// Long multiplication, then long division.
    static func slow(_ one: Int, _ other: Int, _ modulus: Int) -> Int {
      var product = 0
      for bit in 0..<8 where other >> bit & 1 == 1 { product ^= one << bit }
      for bit in (8..<15).reversed() where product >> bit & 1 == 1 { product ^= modulus << (bit - 8) }
      return product
    }
  }

  static let sharing = Tables(modulus: 0x11d, generator: 2)
  static let aes = Tables(modulus: 0x11b, generator: 3)

  /// The polynomial's value at 0 through these, byte by byte.
  static func join(_ shares: [(Int, [UInt8])]) -> [UInt8] {
    let field = sharing
    return shares[0].1.indices.map { at in
      shares.reduce(0) { sum, share in
        let weight = shares.reduce(1) { product, other in
          other.0 == share.0
            ? product : field.times(product, field.times(other.0, field.inverse(other.0 ^ share.0)))
        }
        return sum ^ UInt8(field.times(weight, Int(share.1[at])))
      }
    }
  }

  /// (u, v) by (r, s) as KMIP's specification writes it out, with m at the term that makes y^2 = y + m.
  static func wide(_ one: (Int, Int), _ other: (Int, Int)) -> (Int, Int) {
    let (r, s, u, v) = (one.0, one.1, other.0, other.1)
    let sv = aes.times(s, v)
    return (aes.times(r ^ s, u ^ v) ^ sv, sv ^ aes.times(aes.times(r, u), 0x3a))
  }

  /// Its inverse, as there.
  static func wideInverse(_ element: (Int, Int)) -> (Int, Int) {
    let (u, v) = element
    let d = aes.times(u ^ v, v) ^ aes.times(0x3a, aes.times(u, u))
    return (aes.times(u, aes.inverse(d)), aes.times(u ^ v, aes.inverse(d)))
  }
}

@Suite("Secret sharing agrees with other implementations and with published shares")
struct ShareVectorTests {
  let custody: SoftwareCustody

  init() throws { custody = try Installation().start() }

  private static let secret: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10]

  private func join(
    _ shares: [(Int, [UInt8])], _ sharing: SecretSharing, length: Int? = nil
  ) throws -> [UInt8] {
    let join = custody.join(by: sharing)
    for (identifier, bytes) in shares {
      let share = try Subject(bytes, .bytes, in: custody, key: UInt64(identifier))
      try join.add(share.live, identifier: identifier, permit: share.permit(.joinSplitKey))
    }
    let identity = VersionIdentity(
      key: Fixtures.keyID(9), version: Fixtures.versionID(9), spec: .bytes, usages: [], origin: .imported,
      exportable: true)
    let made = try join.finish(
      as: identity, length: length, form: .raw, permit: identity.permit(.joinSplitKey))
    let live = try custody.open(made.wrapped, as: identity)
    return try custody.export(live, as: .raw, permit: identity.permit(.getObject)).testBytes()
  }

  /// KMIP's published cases of joining: 2 of 4 over bytes, and 4 by exclusive or.
  @Test func `published shares make the published key`() throws {
    let published = [
      (1, "66c46a7754f94de420c7b1a7fff5ec56"), (2, "cf93d1e2a7e593cd5b8d6247f4e5d49c"),
      (3, "a855b891f61ad9217240d8ec061e37da"), (4, "803dbad55cdd329fad19d99ae2c5a415"),
    ].map { ($0.0, hex($0.1)) }
    let key = hex("0102030405060708090a0b0c0d0e0f10")
    let sharing = try SecretSharing(.gf256, parts: 4, threshold: 2)
    for one in 0..<4 {
      for other in 0..<4 where one != other {
        #expect(try join([published[one], published[other]], sharing) == key)
        #expect(Independent.join([published[one], published[other]]) == key)
      }
      #expect(throws: KMSError.cryptography(.shares)) { try join([published[one]], sharing) }
    }
    let xor = [
      "d4b92c299199298e30dee13b967e6dda", "35ea4f615686230c7b11538693674e89",
      "3478ddd2e1f89f2005011d26d9fff37c", "d429bd9e23e192aa47c4a497d1e8df3f",
    ].enumerated().map { ($0.offset + 1, hex($0.element)) }
    #expect(try join(xor, SecretSharing(.xor, parts: 4, threshold: 4)) == key)
  }

  @Test func `products and inverses of bytes are those of the tables, for all`() {
    for (field, tables) in [(GF256.sharing, Independent.sharing), (GF256.aes, Independent.aes)] {
      for one in 0..<256 {
        for other in 0..<256 {
          let right = UInt8(tables.times(one, other))
          if field.product(UInt8(one), UInt8(other)) != right { Issue.record("\(one) by \(other)") }
        }
        if one > 0 { #expect(field.inverse(UInt8(one)) == UInt8(tables.inverse(one))) }
      }
    }
  }

  @Test func `products and inverses of pairs are those that the specification writes out`() {
    let field = GF65536()
    var state = 1
    for _ in 0..<20_000 {
      // Any numbers will do: a linear congruence.
      state = (state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407)
      let (one, other) = (state >> 20 & 0xffff, state >> 40 & 0xffff)
      let product = field.product(element(one), element(other))
      let right = Independent.wide((one >> 8, one & 255), (other >> 8, other & 255))
      #expect(product == GF65536.Element(u: UInt8(right.0), v: UInt8(right.1)))
      guard one != 0 else { continue }
      let inverse = Independent.wideInverse((one >> 8, one & 255))
      #expect(field.inverse(element(one)) == GF65536.Element(u: UInt8(inverse.0), v: UInt8(inverse.1)))
    }
  }

  private func element(_ number: Int) -> GF65536.Element {
    GF65536.Element(u: UInt8(number >> 8), v: UInt8(number & 255))
  }

  @Test func `what custody divides, the other implementation puts together`() throws {
    let secret = try Subject(Self.secret, .bytes, in: custody)
    let parts = try secret.split(by: SecretSharing(.gf256, parts: 7, threshold: 4))
    func joined(_ chosen: [Int]) -> [UInt8] {
      Independent.join(chosen.map { (parts[$0].identifier, parts[$0].bytes) })
    }
    #expect(joined([6, 0, 3, 2]) == Self.secret)
    #expect(joined([6, 0, 3]) != Self.secret)
  }

  /// Shares over a prime below 2^31, so that products fit into machine integers.
  @Test func `shares over a small prime are points of one polynomial`() throws {
    let prime = 2_147_483_647
    let sharing = try SecretSharing(.prime([0x7f, 0xff, 0xff, 0xff]), parts: 6, threshold: 3)
    let secret = try Subject([0x01, 0x23, 0x45], .bytes, in: custody)
    let shares = try secret.split(by: sharing).map { part in
      (part.identifier, part.bytes.reduce(0) { $0 << 8 | Int($1) })
    }
    func value(of points: [(Int, Int)], at place: Int) -> Int {
      points.reduce(0) { sum, point in
        let weight = points.reduce(1) { product, other in
          guard other.0 != point.0 else { return product }
          let below = (point.0 - other.0 + prime) % prime
          return product * ((place - other.0 + prime) % prime) % prime * power(below, prime - 2) % prime
        }
        return (sum + point.1 * weight) % prime
      }
    }
    func power(_ base: Int, _ exponent: Int) -> Int {
      var (result, square, left) = (1, base, exponent)
      while left > 0 {
        if left & 1 == 1 { result = result * square % prime }
        square = square * square % prime
        left >>= 1
      }
      return result
    }
    let chosen = [shares[5], shares[1], shares[2]]
    #expect(value(of: chosen, at: 0) == 0x012345)
    for share in shares { #expect(value(of: chosen, at: share.0) == share.1) }
  }

  /// A polynomial of degree 2 over 2^127 - 1, computed elsewhere: 5 + 3x + (2^127 - 2)x^2 at 1, 2 and 3.
  @Test func `shares over a large prime make the number that they were made of`() throws {
    let prime = [0x7f] + [UInt8](repeating: 0xff, count: 15)
    func number(_ value: UInt8) -> [UInt8] { [UInt8](repeating: 0, count: 15) + [value] }
    // The last coefficient is -1: 5 + 3 - 1, 5 + 6 - 4, 5 + 9 - 9.
    let shares = [(1, number(7)), (2, number(7)), (3, number(5))]
    let sharing = try SecretSharing(.prime(prime), parts: 3, threshold: 3)
    #expect(try join(shares, sharing, length: 1) == [5])
    #expect(try join(shares, sharing) == number(5))
    let negative = [(1, Array(prime.dropLast()) + [0xfe]), (2, Array(prime.dropLast()) + [0xfd])]
    // -1 and -2 lie on -x, which is 0 at 0.
    #expect(try join(negative, SecretSharing(.prime(prime), parts: 3, threshold: 2), length: 1) == [0])
  }
}

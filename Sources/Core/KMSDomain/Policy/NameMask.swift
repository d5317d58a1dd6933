/// Bits that stand for names: a set that lacks some of a name's bits doesn't have that name. Saves comparing most of the names
/// that are others.
struct NameMask: Sendable {
  /// Has every name.
  static let all = NameMask(bits: .max)

  private var bits: UInt64

  private init(bits: UInt64) { self.bits = bits }

  init() { bits = 0 }

  /// Of one name: three bits by its hash (FNV-1a, of which nothing but this depends).
  init(_ name: String) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    bits = 1 << (hash & 63) | 1 << (hash >> 6 & 63) | 1 << (hash >> 12 & 63)
  }

  mutating func insert(_ other: NameMask) { bits |= other.bits }

  func mayHave(_ name: NameMask) -> Bool { bits & name.bits == name.bits }
}

extension PrincipalSet {
  /// Of whomever the set could mean.
  var mask: NameMask {
    guard !inverted else { return .all }
    var mask = NameMask()
    for member in members {
      switch member {
      case .anyone: return .all
      case .account(let account): mask.insert(NameMask(account.text))
      case .named(let name), .provider(let name): mask.insert(NameMask(name))
      }
    }
    return mask
  }
}

/// The bits of everything that statements may call a caller.
struct CallerMask: Sendable {
  private let principal: NameMask
  /// Of the role or user it acts for, or the provider of its token.
  private let parent: NameMask
  private let account: NameMask

  init(principal: String, parent: String?, account: AccountID?) {
    self.principal = NameMask(principal)
    // A name that is missing has all bits, which only a set for everybody has.
    self.parent = parent.map { NameMask($0) } ?? .all
    self.account = account.map { NameMask($0.text) } ?? .all
  }

  @inline(__always)
  func mayBe(in mask: NameMask) -> Bool {
    mask.mayHave(account) || mask.mayHave(principal) || mask.mayHave(parent)
  }
}

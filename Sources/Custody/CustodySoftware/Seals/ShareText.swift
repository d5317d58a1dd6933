import KMSBytes
package import KMSDomain
import KMSSecrets

/// One share as people keep it: 88 characters of base 32 (RFC 4648) in eleven groups. `docs/formats.md` has the layout.
///
/// Letters are turned into bytes and back by arithmetic: how long it takes says where the separators are, and nothing else.
package struct Share: Sendable {
  static let formatVersion: UInt8 = 1
  private static let fingerprintLength = 6
  private static let setLength = 8
  static let secretLength = 32
  private static let headLength = 4 + fingerprintLength + setLength
  private static let sumLength = 5
  static let length = headLength + secretLength + sumLength

  package let kind: SealKind
  package let threshold: Int
  /// Which of the parts it is, from 1.
  package let number: Int
  let store: [UInt8]
  let set: [UInt8]
  let secret: Secret

  init(
    _ kind: SealKind, _ parameters: SharedParameters, number: Int, _ secret: Secret, root: RootID,
    store: Bits128
  ) {
    self.kind = kind
    threshold = parameters.threshold
    self.number = number
    self.store = Share.fingerprint(of: store)
    set = Share.set(of: root)
    self.secret = secret
  }

  /// The first digits of the store id, so that people know which store a share is for.
  static func fingerprint(of store: Bits128) -> [UInt8] { Array(store.bytes.prefix(fingerprintLength)) }
  static func set(of root: RootID) -> [UInt8] { Array(root.bits.bytes.prefix(setLength)) }

  /// In hex, as it is printed above the share.
  package var storeText: String { Hex.string(store) }

  func isOf(_ holder: SealHolder, in other: Bits128) -> Bool {
    holder.kind == kind && Share.set(of: holder.root) == set && Share.fingerprint(of: other) == store
  }
}

// MARK: - Text

extension Share {
  /// Longest text that is looked at: the letters, and whatever separates them.
  package static let longestText = 512
  private static let lettersLength = length * 8 / 5
  private static let group = 8

  /// - Returns: nil for what isn't a share, or has a mistake in it: which, nobody is told.
  package init?(text: Payload) {
    guard let bytes = text.lend({ ShareLetters.decode($0, count: Share.length) }) ?? nil else { return nil }
    let head = Secret(bytes.bytes.prefix(Share.headLength)).publicBytes
    let body = bytes.bytes.prefix(Share.headLength + Share.secretLength)
    guard let sum = Share.sum(body), head[0] == Share.formatVersion, let kind = SealKind(rawValue: head[1]),
      kind == .shamir || kind == .recovery, SharedParameters.parts.contains(Int(head[2])),
      SharedParameters.parts.contains(Int(head[3])),
      bytes.bytes.slice((Share.length - Share.sumLength)..<Share.length).equals(SecretBytes(public: sum))
    else { return nil }
    self.kind = kind
    threshold = Int(head[2])
    number = Int(head[3])
    store = Array(head[4..<(4 + Share.fingerprintLength)])
    set = Array(head[(4 + Share.fingerprintLength)...])
    secret = Secret(bytes.bytes.slice(Share.headLength..<(Share.headLength + Share.secretLength)))
  }

  /// For printing once.
  package func text() throws(SealError) -> Payload {
    let head = [Share.formatVersion, kind.rawValue, UInt8(threshold), UInt8(number)] + store + set
    let body = secret.bytes.prefixed(by: head)
    guard let sum = Share.sum(body) else { throw .cryptoUnavailable }
    let whole = Secret.joined([Secret(body), Secret(sum)])
    let letters = ShareLetters.encode(whole, group: Share.group)
    return Payload(letters)
  }

  /// The first bytes of SHA-256: a mistake in writing is found, nobody is kept from anything.
  private static func sum(_ body: borrowing SecretBytes) -> [UInt8]? {
    do throws(CryptoFailure) {
      let hash = try Sum(hash: "SHA256")
      try hash.add(Array("claviger/share/1".utf8).span)
      try body.withBytes { (bytes) throws(CryptoFailure) in try hash.add(bytes) }
      return Array(try hash.finish().prefix(sumLength))
    } catch {
      return nil
    }
  }
}

extension Secret {
  /// For the part of a secret that turned out to be public.
  fileprivate var publicBytes: [UInt8] {
    bytes.withBytes { span in span.indices.map { span[$0] } }
  }
}

/// Base 32 without a table, so that no address depends on a letter.
enum ShareLetters {
  static func encode(_ bytes: borrowing SecretBytes, group: Int) -> SecretBytes {
    let letters = bytes.count * 8 / 5
    let whole = letters + (letters - 1) / group
    return SecretBytes(count: whole) { (room: inout MutableSpan<UInt8>) in
      bytes.withBytes { bytes in
        var (at, waiting, bits) = (0, 0, 0)
        for index in bytes.indices {
          waiting = (waiting << 8 | Int(bytes[index])) & 0xfff
          bits += 8
          while bits >= 5 {
            bits -= 5
            if at % (group + 1) == group {
              room[at] = UInt8(ascii: "-")
              at += 1
            }
            room[at] = letter(waiting >> bits & 31)
            at += 1
          }
        }
      }
    }
  }

  /// Takes capitals and small letters; hyphens and white space don't count.
  /// - Returns: nil for other characters, or another number of letters.
  static func decode(_ text: Span<UInt8>, count: Int) -> Secret? {
    var (at, waiting, bits, bad) = (0, 0, 0, 0)
    let bytes = SecretBytes(count: count) { (room: inout MutableSpan<UInt8>) in
      for index in text.indices where !isSeparator(text[index]) {
        let value = value(Int(text[index]))
        bad |= value
        waiting = (waiting << 5 | value & 31) & 0xfff
        bits += 5
        guard bits >= 8 else { continue }
        bits -= 8
        if at < count { room[at] = UInt8(truncatingIfNeeded: waiting >> bits) }
        at += 1
      }
    }
    return bad >= 0 && at == count && bits == 0 ? Secret(bytes) : nil
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "-") || byte == UInt8(ascii: " ") || (9...13).contains(byte)
  }

  /// 0 to 25 are letters, 26 to 31 the digits 2 to 7.
  private static func letter(_ value: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: value + 65 + ((25 - value) >> 8 & -41))
  }

  /// -1 for a character that is none of the 32.
  private static func value(_ letter: Int) -> Int {
    var value = -1
    value += ((64 - letter) & (letter - 91)) >> 8 & (letter - 64)
    value += ((96 - letter) & (letter - 123)) >> 8 & (letter - 96)
    value += ((49 - letter) & (letter - 56)) >> 8 & (letter - 23)
    return value
  }
}

import KMSBytes
import KMSDomain
import KMSSecrets
import KMSSystem

/// The file of the erasure secrets; `docs/formats.md` has the layout. It is replaced whole, and what it held before is
/// overwritten: it must never be part of a backup of the data.
package struct ErasureFile: Sendable {
  package let path: String

  package init(path: String) { self.path = path }

  /// - Returns: nil when there is no file.
  /// - Throws: `SealError` for a file that can't be read, was damaged or belongs to another store.
  func read(for store: Bits128) throws(SealError) -> [ErasureSecret]? {
    do throws(SystemError) {
      guard try FileStatus.of(path) != nil else { return nil }
    } catch {
      throw SealError(error)
    }
    return try ErasureFile.decode(try SecretFile.read(path, limit: ErasureFile.longest), for: store)
  }

  /// Finishes what an interrupted replacement left: copies of secrets that are gone, or were never used.
  package func tidy() throws(SealError) {
    do throws(SystemError) {
      if try FileStatus.of(path) != nil { try WipedFile.tidy(path) }
    } catch {
      throw SealError(error)
    }
  }

  /// - Parameter secrets: the earliest first.
  func write(_ secrets: [ErasureSecret], for store: Bits128) throws(SealError) {
    let text: SecretBytes
    do throws(CryptoFailure) {
      text = try ErasureFile.encode(secrets, for: store)
    } catch {
      throw .cryptoUnavailable
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)  // growing would leave copies behind
    text.withBytes { text in
      for index in text.indices { bytes.append(text[index]) }
    }
    do throws(SystemError) {
      try WipedFile.replace(path, with: bytes)
    } catch {
      throw SealError(error)
    }
    _ = WipedBytes(consume bytes)
  }
}

// MARK: - The layout

extension ErasureFile {
  private static let magic = Array("claviger-erasure".utf8)
  private static let version: UInt8 = 1
  private static let headerLength = magic.count + 1 + 16 + 1
  private static let entryLength = 16 + 8 + ErasureSecret.length
  private static let codeLength = 32
  /// Secrets that there can be at once.
  private static let most = 2
  private static let longest = headerLength + most * entryLength + codeLength

  private static func encode(
    _ secrets: [ErasureSecret], for store: Bits128
  ) throws(CryptoFailure) -> SecretBytes {
    guard let newest = secrets.last, secrets.count <= most else { throw .rejected }
    var parts = [Secret(magic + [version] + store.bytes + [UInt8(truncatingIfNeeded: secrets.count)])]
    for secret in secrets {
      parts.append(Secret(secret.facts.id.bytes + bigEndian(secret.facts.createdAt)))
      parts.append(secret.secret)
    }
    let text = Secret.joined(parts)
    let code = try text.withBytes { (bytes) throws(CryptoFailure) in
      try newest.code(for: bytes, in: store)
    }
    return Secret.joined([Secret(text), Secret(code)])
  }

  private static func decode(
    _ bytes: consuming SecretBytes, for store: Bits128
  ) throws(SealError) -> [ErasureSecret] {
    let length = bytes.count
    let header = bytes.slice(0..<headerLength).plain
    guard length >= headerLength, header.starts(with: magic + [version]),
      let count = header.last.map({ Int($0) }),
      (1...most).contains(count), length == headerLength + count * entryLength + codeLength
    else { throw .malformed }
    guard Array(header[(magic.count + 1)..<(magic.count + 17)]) == store.bytes else { throw .otherStore }
    var secrets: [ErasureSecret] = []
    for index in 0..<count {
      let start = headerLength + index * entryLength
      let facts = bytes.slice(start..<(start + 24)).plain
      guard let id = Bits128(facts.span) else { throw .malformed }
      let moment = facts[16..<24].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      let key = bytes.slice((start + 24)..<(start + entryLength))
      secrets.append(
        try ErasureSecret(
          ErasureSecretFacts(id: id, createdAt: Instant(milliseconds: Int64(bitPattern: moment))), key,
          store: store))
    }
    try check(bytes, secrets, store)
    return secrets
  }

  private static func check(
    _ bytes: borrowing SecretBytes, _ secrets: [ErasureSecret], _ store: Bits128
  ) throws(SealError) {
    let text = bytes.slice(0..<(bytes.count - codeLength))
    let claimed = bytes.slice((bytes.count - codeLength)..<bytes.count).plain
    let code: [UInt8]?
    do throws(CryptoFailure) {
      code = try text.withBytes { (bytes) throws(CryptoFailure) in
        try secrets.last?.code(for: bytes, in: store)
      }
    } catch {
      throw .cryptoUnavailable
    }
    guard let code, ConstantTime.equal(code, claimed) else { throw .malformed }
  }

  private static func bigEndian(_ moment: Instant) -> [UInt8] {
    let number = UInt64(bitPattern: moment.milliseconds)
    return stride(from: UInt64(56), through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
  }
}

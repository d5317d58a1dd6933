package import KMSDomain
import KMSSecrets

/// Where a passphrase comes from. The assembly passes the source, never the passphrase.
package enum PassphraseSource: Sendable {
  /// A private file; one line break at its end doesn't count.
  case file(String)
  /// Asked for when it is needed: a prompt, a variable, another program. The assembly reads those, not
  /// custody.
  case supplied(@Sendable () throws(SealError) -> Payload)
}

/// Seals by a passphrase.
package struct PassphraseSeal: Seal {
  /// Bytes of a passphrase file, line break included.
  package static let longest = 4096
  private let source: PassphraseSource
  private let cost: ScryptCost

  package init(source: PassphraseSource, cost: ScryptCost = .standard) {
    self.source = source
    self.cost = cost
  }

  package let kind = SealKind.passphrase

  package func make(for store: Bits128) throws(SealError) -> NewRoot {
    let secret = try passphrase()
    return try ScryptSealing.make(.passphrase, by: secret, cost: cost, for: store)
  }

  package func unseal(_ holder: SealHolder, for store: Bits128) throws(SealError) -> any Root {
    let secret = try passphrase()
    return try ScryptSealing.unseal(holder, by: secret, for: store)
  }

  private func passphrase() throws(SealError) -> SecretBytes {
    let secret: SecretBytes
    switch source {
    case .file(let path):
      secret = PassphraseSeal.line(try SecretFile.read(path, limit: PassphraseSeal.longest))
    case .supplied(let ask):
      guard let answer = try ask().take() else { throw .unreadable("the passphrase was used before") }
      secret = answer
    }
    guard secret.count > 0 else { throw .emptyPassphrase }
    return secret
  }

  /// The bytes without one line feed, or carriage return and line feed, at the end.
  private static func line(_ text: borrowing SecretBytes) -> SecretBytes {
    let count = text.withBytes { bytes in
      var count = bytes.count
      if count > 0, bytes[count - 1] == UInt8(ascii: "\n") { count -= 1 }
      if count < bytes.count, count > 0, bytes[count - 1] == UInt8(ascii: "\r") { count -= 1 }
      return count
    }
    return SecretBytes(count: count) { (room: inout MutableSpan<UInt8>) in
      text.withBytes { bytes in
        for index in room.indices { room[index] = bytes[index] }
      }
    }
  }
}

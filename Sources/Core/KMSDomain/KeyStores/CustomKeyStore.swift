/// A place outside of this server where an account keeps key material, as the account described it: an external key manager
/// behind a proxy.
package struct CustomKeyStore: Hashable, Sendable {
  /// The most in one keyring (AWS KMS quotas: custom key stores per account and Region).
  package static let mostOfKeyring = 10

  package let id: KeyStoreID
  package let home: Keyring
  package let createdAt: Instant

  /// Unique in its keyring.
  package var name: String
  package var connection: KeyStoreConnection
  package var proxy: ExternalProxy
  /// Counts the changes, from 1.
  package var generation: UInt64

  package init(
    id: KeyStoreID, home: Keyring, createdAt: Instant, name: String, connection: KeyStoreConnection,
    proxy: ExternalProxy, generation: UInt64
  ) {
    self.id = id
    self.home = home
    self.createdAt = createdAt
    self.name = name
    self.connection = connection
    self.proxy = proxy
    self.generation = generation
  }
}

extension CustomKeyStore {
  /// - Throws: `invalidState` when the connection doesn't allow it.
  package func require(_ requirement: KeyStoreConnection.Requirement) throws(KMSError) {
    guard connection.meets(requirement) else { throw .customKeyStore(.invalidState(id.text, connection)) }
  }

  /// Moves the connection on.
  /// - Throws: `invalidState` when the event can't happen to it now.
  package mutating func apply(_ event: KeyStoreConnection.Event) throws(KMSError) {
    guard let next = connection.after(event) else {
      throw .customKeyStore(.invalidState(id.text, connection))
    }
    connection = next
  }
}

/// The id of a custom key store: "cks-" and 17 hex digits, 68 random bits.
package struct KeyStoreID: Hashable, Sendable, Comparable {
  package let text: String

  private static let prefix = "cks-"
  private static let digits = 17

  /// - Parameter bits: random; 68 of them are used.
  package init(_ bits: Bits128) { text = KeyStoreID.prefix + bits.hex.prefix(KeyStoreID.digits) }

  /// nil for what isn't the written form of one.
  package init?(_ text: String) {
    let digits = text.utf8.dropFirst(KeyStoreID.prefix.utf8.count)
    guard text.utf8.starts(with: KeyStoreID.prefix.utf8), digits.count == KeyStoreID.digits,
      digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return nil }
    self.text = text
  }

  package static func < (one: KeyStoreID, other: KeyStoreID) -> Bool {
    one.text.utf8.lexicographicallyPrecedes(other.text.utf8)
  }
}

/// How a caller pointed at a custom key store of one keyring.
package struct KeyStoreReference: Sendable {
  package let keyring: Keyring
  /// What the caller wrote; only an id finds one.
  package let asWritten: String

  package init(_ asWritten: String, in keyring: Keyring) {
    self.asWritten = asWritten
    self.keyring = keyring
  }
}

extension CustomKeyStore: CanonicallyEncoded {
  package func encode(into fields: inout CanonicalFields) {
    fields.add("custom-key-store/1")
    fields.add(id.text)
    home.encode(into: &fields)
    fields.add(createdAt)
    fields.add(name)
    fields.add(UInt64(connection.code))
    fields.add(UInt64(connection.failure?.rawValue ?? 0))
    proxy.encode(into: &fields)
    fields.add(generation)
  }
}

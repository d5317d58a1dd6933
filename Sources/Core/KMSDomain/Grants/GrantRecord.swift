import KMSBytes

/// A grant, for ever: 256 random bits, never reused.
package struct GrantID: Hashable, Sendable {
  package let high: Bits128
  package let low: Bits128

  package init(high: Bits128, low: Bits128) {
    self.high = high
    self.low = low
  }

  /// The 64 hex digits of `hex` in lower case.
  package init?(_ hex: String) {
    guard let bytes = Hex.bytes(hex), bytes.count == 32, !hex.utf8.contains(where: GrantID.isUpper) else {
      return nil
    }
    self.init(bytes.span)
  }

  /// 32 bytes at `offset`; nil when there are fewer.
  package init?(_ bytes: Span<UInt8>, at offset: Int = 0) {
    guard let high = Bits128(bytes, at: offset), let low = Bits128(bytes, at: offset + 16) else { return nil }
    self.init(high: high, low: low)
  }

  package var bytes: [UInt8] { high.bytes + low.bytes }
  /// What callers see.
  package var hex: String { high.hex + low.hex }

  private static func isUpper(_ byte: UInt8) -> Bool { (0x41...0x46).contains(byte) }
}

/// A right to use one key, given to one principal beside all policies. It can only allow.
package struct GrantRecord: Hashable, Sendable {
  /// The most grants of one key.
  package static let mostOfKey = 50_000

  package let id: GrantID
  package let key: KeyID
  /// Where the key is: lists of grants speak of one Region.
  package let region: String
  package let terms: GrantTerms
  /// Whom its names meant when it was made.
  package let meant: Meant
  package let createdAt: Instant

  /// Users and roles of this server by their own ids. Another who gets such a name later has nothing by the grant. nil for names
  /// that were nobody's, and for those that aren't an identity's.
  package struct Meant: Hashable, Sendable {
    /// Of a session, the role.
    package let grantee: IdentityID?
    package let retiring: IdentityID?

    package static let nobody = Meant(grantee: nil, retiring: nil)

    package init(grantee: IdentityID?, retiring: IdentityID?) {
      self.grantee = grantee
      self.retiring = retiring
    }
  }

  package init(
    id: GrantID, key: KeyID, region: String, terms: GrantTerms, meant: Meant = .nobody, createdAt: Instant
  ) {
    self.id = id
    self.key = key
    self.region = region
    self.terms = terms
    self.meant = meant
    self.createdAt = createdAt
  }
}

/// What a grant says, as somebody asked for it.
package struct GrantTerms: Hashable, Sendable {
  /// Empty when it has none. Who asks for the same under the same name again means the same grant.
  package let name: String
  /// Who may do it: what policies call the principal. An account is called by its root.
  package let grantee: String
  /// Who may give it up, beside those who always may.
  package let retiring: String?
  package let operations: GrantOperations
  package let constraints: GrantConstraints
  /// In whose name it was made.
  package let issuer: AccountID

  package init(
    name: String, grantee: String, retiring: String?, operations: GrantOperations,
    constraints: GrantConstraints, issuer: AccountID
  ) {
    self.name = name
    self.grantee = grantee
    self.retiring = retiring
    self.operations = operations
    self.constraints = constraints
    self.issuer = issuer
  }
}

/// What the encryption context of a request must be for a grant to allow it. What is nil is not asked; all else must hold.
package struct GrantConstraints: Hashable, Sendable {
  /// The most pairs of each, and the most characters of a value.
  package static let mostPairs = 8
  package static let longestValue = 384

  /// The context has these pairs and no others.
  package let equals: EncryptionContext?
  /// The context has these pairs, maybe others too.
  package let subset: EncryptionContext?

  package static let none = GrantConstraints(equals: nil, subset: nil)

  package init(equals: EncryptionContext?, subset: EncryptionContext?) {
    self.equals = equals
    self.subset = subset
  }

  package enum Kind: Sendable {
    case equals
    case subset
  }

  package var isEmpty: Bool { types.isEmpty }
  package var types: [Kind] { (equals == nil ? [] : [.equals]) + (subset == nil ? [] : [.subset]) }
}

extension GrantTerms: CanonicallyEncoded {
  /// Also tells whether two callers asked for the same.
  package func encode(into fields: inout CanonicalFields) {
    fields.add("grant-terms/1")
    fields.add(name)
    fields.add(grantee)
    fields.add(retiring == nil ? 0 : 1)
    fields.add(retiring ?? "")
    fields.add(UInt64(operations.rawValue))
    for context in [constraints.equals, constraints.subset] {
      fields.add(context == nil ? 0 : 1)
      var bytes: [UInt8] = []
      context?.appendCanonical(to: &bytes)
      fields.add(bytes)
    }
    fields.add(issuer.text)
  }
}

extension GrantRecord: CanonicallyEncoded {
  package func encode(into fields: inout CanonicalFields) {
    fields.add("grant/1")
    fields.add(id.high)
    fields.add(id.low)
    fields.add(key.bits)
    fields.add(region)
    terms.encode(into: &fields)
    fields.add(createdAt)
    meant.encode(into: &fields)
  }
}

extension GrantRecord.Meant {
  /// Nothing for names without ids, so that grants from before there were any keep their codes. Also tells whether two callers meant
  /// the same.
  package func encode(into fields: inout CanonicalFields) {
    guard self != .nobody else { return }
    fields.add("meant/1")
    for id in [grantee, retiring] {
      fields.add(id == nil ? 0 : 1)
      fields.add(id?.text ?? "")
    }
  }
}

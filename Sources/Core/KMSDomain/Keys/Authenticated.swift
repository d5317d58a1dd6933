/// A record that can change and decides security, with the code that shows nobody edited its row.
///
/// The code is an HMAC-SHA-256 under a key derived from the root key, over `canonicalBytes`; the engine makes it before
/// a write and checks it after a read, the store only carries it. It doesn't stop somebody who can put back a whole
/// older row: see the threat model.
package struct Authenticated<Record: CanonicallyEncoded>: Sendable {
  package let record: Record
  package let code: [UInt8]

  package init(_ record: Record, code: [UInt8]) {
    self.record = record
    self.code = code
  }
}

extension Authenticated: Equatable where Record: Equatable {}

/// A record with one byte representation: length-prefixed fields in a fixed order, so that no two records share it.
package protocol CanonicallyEncoded: Sendable {
  /// Starts with a tag of the record's kind, so that a code never fits a record of another kind.
  func encode(into fields: inout CanonicalFields)
}

extension CanonicallyEncoded {
  package var canonicalBytes: [UInt8] {
    var fields = CanonicalFields()
    encode(into: &fields)
    return fields.bytes
  }
}

/// Collects fields for `CanonicallyEncoded`.
package struct CanonicalFields {
  package private(set) var bytes: [UInt8] = []

  package init() { bytes.reserveCapacity(512) }

  package mutating func add(_ text: String) {
    addLength(text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  package mutating func add(_ data: [UInt8]) {
    addLength(data.count)
    bytes.append(contentsOf: data)
  }

  package mutating func add(_ number: UInt64) {
    for shift in stride(from: 56, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  package mutating func add(_ moment: Instant?) {
    bytes.append(moment == nil ? 0 : 1)
    add(UInt64(bitPattern: moment?.milliseconds ?? 0))
  }

  package mutating func add(_ bits: Bits128) { bits.append(to: &bytes) }

  private mutating func addLength(_ count: Int) { add(UInt64(count)) }
}

extension KeyRecord: CanonicallyEncoded {
  package func encode(into fields: inout CanonicalFields) {
    fields.add("key/1")
    fields.add(id.bits)
    home.encode(into: &fields)
    fields.add(identifier)
    fields.add(resourceName)
    fields.add(UInt64(spec.rawValue))
    fields.add(UInt64(usages.rawValue))
    fields.add(UInt64(origin.rawValue))
    fields.add(exportable ? 1 : 0)
    fields.add(createdAt)
    fields.add(UInt64(state.rawValue))
    fields.add(deletionDate)
    fields.add(description)
    fields.add(UInt64(tags.count))
    for tag in tags {
      fields.add(tag.key)
      fields.add(tag.value)
    }
    fields.add(policy)
    fields.add(UInt64(versions.count))
    for version in versions {
      fields.add(version.id.bits)
      fields.add(UInt64(version.state.rawValue))
      fields.add(version.createdAt)
      version.encodeContent(into: &fields)
    }
    fields.add(current.bits)
    fields.add(generation)
    encodeRotation(into: &fields)
    encodeFamily(into: &fields)
    encodeImport(into: &fields)
    encodeMeant(into: &fields)
    // Nothing for the others, whose bytes stay what they were.
    if let object { fields.add(object.canonicalBytes) }
  }

  /// Only where there are some, so that keys from before keep their codes.
  private func encodeMeant(into fields: inout CanonicalFields) {
    guard !meant.isEmpty else { return }
    fields.add("meant/1")
    fields.add(UInt64(meant.count))
    for principal in meant {
      fields.add(principal.name)
      fields.add(principal.id.text)
    }
  }
}

extension KeyVersion {
  /// One number says what there is, so that records from before there were public keys have the bytes that they had.
  func encodeContent(into fields: inout CanonicalFields) {
    // Not the wrapped bytes: they carry their own authentication, and re-wrapping must not need this key.
    let present = (material == nil ? 0 : 1) + (publicKey == nil ? 0 : 2) + (fingerprint == nil ? 0 : 4)
    fields.add(UInt64(present))
    if let publicKey { fields.add(publicKey) }
    if let fingerprint { fields.add(fingerprint) }
  }
}

extension Keyring {
  package func encode(into fields: inout CanonicalFields) {
    fields.add(account.text)
    fields.add(region)
    fields.add(UInt64(kind.rawValue))
  }
}

extension AliasRecord: CanonicallyEncoded {
  package func encode(into fields: inout CanonicalFields) {
    fields.add("alias/1")
    fields.add(UInt64(name.space.rawValue))
    name.keyring.encode(into: &fields)
    fields.add(name.text)
    fields.add(target.bits)
    fields.add(createdAt)
    fields.add(updatedAt)
  }
}

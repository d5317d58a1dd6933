import KMSDomain
import Testing

@Suite struct VersionIdentityTests {
  private static let identity = VersionIdentity(
    key: KeyID(Bits128(high: 1, low: 2)), version: VersionID(Bits128(high: 3, low: 4)), spec: .p256,
    usages: [.sign, .verify, .derive], origin: .generated, exportable: false)

  @Test(arguments: KeySpec.allCases)
  func `an identity is read from its bytes`(spec: KeySpec) throws {
    for (origin, exportable) in [(KeyOrigin.generated, true), (.imported, false)] {
      let identity = VersionIdentity(
        key: Self.identity.key, version: Self.identity.version, spec: spec, usages: Self.identity.usages,
        origin: origin, exportable: exportable)
      let bytes = identity.canonicalBytes
      #expect(bytes.count == VersionIdentity.canonicalLength)
      #expect(VersionIdentity(canonicalBytes: bytes[...]) == identity)
    }
  }

  @Test func `bytes that no identity has are none`() {
    let bytes = Self.identity.canonicalBytes
    #expect(VersionIdentity(canonicalBytes: bytes.dropLast()) == nil)
    #expect(VersionIdentity(canonicalBytes: (bytes + [0])[...]) == nil)
    #expect(VersionIdentity(canonicalBytes: []) == nil)
    // The kind, the origin and whether it may leave.
    for place in [32, 35, 36] {
      var changed = bytes
      changed[place] = 255
      #expect(VersionIdentity(canonicalBytes: changed[...]) == nil)
    }
  }
}

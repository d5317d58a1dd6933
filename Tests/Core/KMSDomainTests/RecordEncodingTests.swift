import KMSDomain
import KMSTestKit
import Testing

struct RecordEncodingTests {
  private static func changed(_ change: (inout KeyRecord) -> Void) -> [UInt8] {
    var record = Fixtures.key(1)
    change(&record)
    return record.canonicalBytes
  }

  private static func version(_ cause: VersionCause) -> KeyVersion {
    KeyVersion(
      id: Fixtures.versionID(2), state: .active, createdAt: Fixtures.start, material: nil, cause: cause)
  }

  @Test func `a key that nothing ever rotated has the bytes that it had before there were rotations`() {
    let bytes = Fixtures.key(1).canonicalBytes
    // The last field was the generation, after the current version.
    #expect(bytes.suffix(24) == (Fixtures.versionID(1).bits.bytes + [0, 0, 0, 0, 0, 0, 0, 1])[...])
  }

  @Test func `whom names meant is authenticated, and nothing where they meant nobody`() {
    func meant(_ names: [(String, String)]) -> [UInt8] {
      Self.changed { record in
        record.meant = names.map { .init(name: $0.0, id: IdentityID($0.1)) }
      }
    }
    let all = [
      meant([]), meant([("a", "b")]), meant([("ab", "")]), meant([("a", "c")]),
      meant([("a", "b"), ("c", "d")]),
    ]
    #expect(Set(all).count == all.count && all[0] == Fixtures.key(1).canonicalBytes)
    func grant(_ grantee: String?, _ retiring: String?) -> [UInt8] {
      GrantRecord(
        id: GrantID(high: Bits128(high: 1, low: 2), low: Bits128(high: 3, low: 4)), key: Fixtures.keyID(1),
        region: "eu",
        terms: GrantTerms(
          name: "", grantee: "a", retiring: "a", operations: GrantOperations([]), constraints: .none,
          issuer: Fixtures.account),
        meant: GrantRecord.Meant(
          grantee: grantee.map { IdentityID($0) }, retiring: retiring.map { IdentityID($0) }),
        createdAt: Fixtures.start
      ).canonicalBytes
    }
    let grants = [grant(nil, nil), grant("a", nil), grant(nil, "a"), grant("a", "a"), grant("", nil)]
    #expect(Set(grants).count == grants.count && grants[1].starts(with: grants[0]))
  }

  @Test func `schedules and causes are authenticated, each value in its own way`() {
    let start = Fixtures.start
    let all: [[UInt8]] = [
      Fixtures.key(1).canonicalBytes,
      Self.changed { $0.rotation = RotationSchedule(periodDays: 90, next: start) },
      Self.changed { $0.rotation = RotationSchedule(periodDays: 91, next: start) },
      Self.changed { $0.rotation = RotationSchedule(periodDays: 90, next: start.advanced(days: 1)) },
      Self.changed { $0.versions.append(Self.version(.creation)) },
      Self.changed { $0.versions.append(Self.version(.schedule)) },
      Self.changed { $0.versions.append(Self.version(.demand)) },
      Self.changed { record in
        record.rotation = RotationSchedule(periodDays: 90, next: start)
        record.versions.append(Self.version(.demand))
      },
    ]
    #expect(Set(all).count == all.count)
  }

  @Test
  func `what is said of imported material, and what waits, is authenticated, each value in its own way`() {
    let start = Fixtures.start
    func pending(_ change: (inout KeyVersion) -> Void = { _ in }) -> [UInt8] {
      Self.changed { record in
        var version = Self.version(.demand)
        change(&version)
        record.pending = version
      }
    }
    let all: [[UInt8]] = [
      Fixtures.key(1).canonicalBytes,
      Self.changed { $0.versions[0].expiry = start },
      Self.changed { $0.versions[0].expiry = start.advanced(seconds: 1) },
      Self.changed { $0.versions[0].description = "" },
      Self.changed { $0.versions[0].description = "a" },
      Self.changed { record in
        record.versions[0].description = "a"
        record.versions[0].expiry = start
      },
      Self.changed { $0.versions.append(Self.version(.demand)) },
      pending(), pending { $0.expiry = start }, pending { $0.description = "a" },
      pending { $0.state = .deactivated }, pending { $0.fingerprint = [1] },
      pending { $0.material = WrappedKey(epoch: EpochID(1), bytes: []) },
      Self.changed { $0.pending = Self.version(.schedule) },
    ]
    #expect(Set(all).count == all.count)
  }

  @Test func `every field of a grant is authenticated`() throws {
    let account = Fixtures.account
    let context = try #require(EncryptionContext([.init(name: "a", value: "b")]))
    func terms(
      name: String = "n", grantee: String = "g", retiring: String? = "r",
      operations: [GrantOperation] = [.encrypt],
      equals: EncryptionContext? = nil, subset: EncryptionContext? = nil, issuer: AccountID = account
    ) -> GrantTerms {
      GrantTerms(
        name: name, grantee: grantee, retiring: retiring, operations: GrantOperations(operations),
        constraints: GrantConstraints(equals: equals, subset: subset), issuer: issuer)
    }
    func grant(
      _ terms: GrantTerms, id: UInt64 = 1, key: UInt64 = 1, region: String = "x", at seconds: Int64 = 0
    ) -> [UInt8] {
      GrantRecord(
        id: GrantID(high: Bits128(high: 0, low: id), low: Bits128(high: 0, low: 0)), key: Fixtures.keyID(key),
        region: region, terms: terms, createdAt: Fixtures.start.advanced(seconds: seconds)
      ).canonicalBytes
    }
    let all = [
      grant(terms()), grant(terms(), id: 2), grant(terms(), key: 2), grant(terms(), region: "y"),
      grant(terms(), at: 1), grant(terms(name: "m")), grant(terms(name: "", grantee: "ng")),
      grant(terms(grantee: "h")), grant(terms(retiring: nil)), grant(terms(retiring: "")),
      grant(terms(operations: [.decrypt])), grant(terms(operations: [])), grant(terms(equals: .empty)),
      grant(terms(subset: .empty)), grant(terms(equals: context)), grant(terms(subset: context)),
      grant(terms(equals: context, subset: .empty)), grant(terms(issuer: Fixtures.otherAccount)),
    ]
    #expect(Set(all).count == all.count)
  }

  @Test func `ids of grants have one written form`() {
    let id = GrantID(high: Bits128(high: 0xab, low: 1), low: Bits128(high: 2, low: .max))
    #expect(GrantID(id.hex) == id && id.hex.count == 64 && id.bytes.count == 32)
    for text in ["", "ab", id.hex.uppercased(), id.hex + "00", String(id.hex.dropLast()) + "g"] {
      #expect(GrantID(text) == nil)
    }
  }

  @Test func `a set of operations has no bits beyond them`() {
    let all = GrantOperations(GrantOperation.allCases)
    #expect(all.members == GrantOperation.allCases && GrantOperations(rawValue: all.rawValue) == all)
    #expect(GrantOperations(rawValue: all.rawValue + 1) == nil && GrantOperations(rawValue: .max) == nil)
    #expect(Set(GrantOperation.allCases.map(\.rawValue)).count == GrantOperation.allCases.count)
  }
}

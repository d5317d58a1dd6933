import KMSDomain
import KMSTestKit

extension CustodyConformance {
  static let seedChecks = [
    CustodyConformance("seeded material is the material that was given, and has its fingerprint") { custody in
      let identity = VersionIdentity.test(.hmac256)
      func code(_ made: NewMaterial) throws -> [UInt8] {
        let live = try custody.open(made.wrapped, as: identity)
        return try custody.mac(
          .test([1]), by: .hmacSHA256, with: live, permit: identity.permit(.generateMac))
      }
      let made = try (0..<2).map { _ in
        try custody.seed(.test([UInt8](1...32)), as: identity, permit: identity.seedPermit())
      }
      let importer = try Importer(in: custody, for: identity)
      let imported = try importer.bring([UInt8](1...32), permit: identity.importPermit())
      try expect(try Set((made + [imported]).map(code)).count == 1, "several codes of one material")
      try expect(Set((made + [imported]).map(\.fingerprint)).count == 1, "several fingerprints")
      let other = try custody.seed(.test([UInt8](2...33)), as: identity, permit: identity.seedPermit())
      try expect(try other.fingerprint != made[0].fingerprint && code(other) != code(imported), "the same")
    },
    CustodyConformance("without material custody makes some") { custody in
      for spec in [KeySpec.aes256, .p256] {
        let identity = VersionIdentity.test(spec)
        let one = try custody.seed(nil, as: identity, permit: identity.seedPermit())
        let two = try custody.seed(nil, as: identity, permit: identity.seedPermit())
        try expect(one.fingerprint != two.fingerprint, "the same twice")
        _ = try custody.open(one.wrapped, as: identity)
      }
    },
    CustodyConformance("seeded material of another kind or length is refused") { custody in
      for (spec, count) in [(KeySpec.aes256, 31), (.aes256, 33), (.hmac512, 32), (.p256, 32), (.rsa2048, 0)] {
        let identity = VersionIdentity.test(spec)
        try refused(.incorrectKeyMaterial, "\(count) bytes as \(spec)") {
          try custody.seed(
            .test([UInt8](repeating: 1, count: count)), as: identity, permit: identity.seedPermit())
        }
      }
    },
    CustodyConformance("seeding needs its own permit, for the key and no version, before it takes anything") {
      custody in
      let identity = VersionIdentity.test(.aes256)
      let material = try Payload.test([UInt8](1...32))
      func seed(_ permit: borrowing Permit) throws {
        _ = try custody.seed(material, as: identity, permit: permit)
      }
      for action in Action.allCases where action != .seedKey {
        try refused(.permitMismatch, "by \(action)") { try seed(Permits.permit(action, key: identity.key)) }
      }
      try refused(.permitMismatch, "for a version") { try seed(identity.permit(.seedKey)) }
      try refused(.permitMismatch, "for another key") {
        try seed(Permits.permit(.seedKey, key: KeyID(Bits128(high: 0, low: 0))))
      }
      try seed(identity.seedPermit())
      try refused(.custodyUnavailable, "a second time") { try seed(identity.seedPermit()) }
    },
  ]
}

extension VersionIdentity {
  fileprivate func seedPermit() throws -> Permit { try Permits.permit(.seedKey, key: key) }
}

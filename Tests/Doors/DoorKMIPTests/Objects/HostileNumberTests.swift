import KMSDomain
import KMSTestKit
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

/// Numbers in good form that make no sense: lengths, counts and dates that arithmetic stumbles over.
// One after the other: every world has files open.
@Suite(.serialized) struct HostileNumberTests {
  // MARK: Lengths

  /// The parts of 16 bytes.
  private static func parts(_ world: DoorWorld, _ method: KMIP.SplitKeyMethod = .xor) async throws -> [String]
  {
    let item = try await world.ask(.createSplitKey) { payload in
      payload.enumeration(KMIP.ObjectType.splitKey)
      payload.integer(.splitKeyParts, 2)
      payload.integer(.splitKeyThreshold, 2)
      payload.enumeration(method)
      payload.structure(.attributes, DoorWorld.key(.aes, 128, [.encrypt]))
    }
    #expect(item.isSuccess, "\(item)")
    return item.payload?.all(.uniqueIdentifier).compactMap(\.text) ?? []
  }

  private static func secret(_ parts: [String], _ length: Int32?, _ world: DoorWorld) async throws -> Item {
    try await world.ask(.joinSplitKey) { payload in
      payload.enumeration(KMIP.ObjectType.secretData)
      for part in parts { payload.text(.uniqueIdentifier, part) }
      payload.enumeration(KMIP.SecretDataType.password)
      payload.structure(.attributes) { writer in
        if let length { writer.integer(.cryptographicLength, length) }
        writer.uses([.deriveKey])
      }
    }
  }

  @Test(arguments: [KMIP.SplitKeyMethod.xor, .polynomialSharingGF2_8])
  func `parts are put together to what has a length, or not at all`(method: KMIP.SplitKeyMethod) async throws
  {
    let world = try await DoorWorld()
    let parts = try await Self.parts(world, method)
    for length in [-8, 0, -1, 7, 129, .min, .max, -1024] as [Int32] {
      let joined = try await Self.secret(parts, length, world)
      #expect(joined.reason == .invalidAttributeValue, "\(length): \(joined)")
    }
    #expect(try await Self.secret(parts, 136, world).reason == .cryptographicFailure)
    #expect(try await Self.secret(parts, 128, world).isSuccess)
    #expect(try await Self.secret(parts, nil, world).isSuccess)
  }

  // MARK: Dates

  private static let extremes: [Int64] = [
    .min, .min + 1, .min / 1000, .min / 1000 - 1, .max, .max / 1000, .max / 1000 + 1,
    RequestDates.years.lowerBound - 1, RequestDates.years.upperBound + 1,
  ]

  @Test(arguments: extremes)
  func `a date outside of the years that have four digits is refused, wherever it stands`(
    seconds: Int64
  ) async throws {
    let world = try await DoorWorld()
    let date: DoorWorld.Attributes = { $0.dateTime(.activationDate, seconds) }
    let created = try await world.ask(.create) { payload in
      payload.enumeration(KMIP.ObjectType.symmetricKey)
      payload.structure(.attributes, DoorWorld.key(.aes, 256, [.encrypt], isActive: false, date))
    }
    #expect(created.reason == .invalidField)
    let key = try await world.create()
    let vendors: DoorWorld.Body = { writer in
      writer.structure(.newAttribute) { writer in
        writer.structure(.attribute) { writer in
          writer.text(.vendorIdentification, "x")
          writer.text(.attributeName, "y")
          writer.dateTime(.attributeValue, seconds)
        }
      }
    }
    #expect(try await world.about(key, .addAttribute, vendors).reason == .invalidField)
    let searched = try await world.ask(.locate) { payload in payload.structure(.attributes, date) }
    #expect(searched.reason == .invalidField)
    let revoked = try await world.about(key, .revoke) { writer in
      writer.structure(.revocationReason) { $0.enumeration(KMIP.RevocationReasonCode.keyCompromise) }
      writer.dateTime(.compromiseOccurrenceDate, seconds)
    }
    #expect(revoked.reason == .invalidField)
    #expect(try await world.about(key, .getAttributes).isSuccess)
  }

  @Test func `the first and the last moment that may be given come back as they were`() async throws {
    let world = try await DoorWorld()
    for seconds in [RequestDates.years.lowerBound, RequestDates.years.upperBound, -1, 0] {
      let key = try await world.create(.symmetricKey) { writer in
        DoorWorld.key(.aes, 256, [.encrypt], isActive: false)(&writer)
        writer.dateTime(.activationDate, seconds)
      }
      let kept = try await world.attribute(.activationDate, of: key)
      #expect(kept.map(\.dateTime) == [seconds])
      // Moved as far as it goes: the answer is in good form whatever comes of it.
      for offset in [UInt32.max, 0] {
        let item = try await world.about(key, .reKey) { $0.interval(.offset, offset) }
        guard let replacement = item.identifier else { continue }
        #expect(try await world.about(replacement, .getAttributes).isSuccess)
      }
    }
  }

  @Test(arguments: [Int64.min, .min + 999, -1001, -1000, -999, -1, 0, 999, 1000, .max])
  func `seconds are rounded down, however far away`(milliseconds: Int64) {
    let seconds = Instant(milliseconds: milliseconds).seconds
    let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    #expect(seconds == (rest < 0 ? whole - 1 : whole))
    #expect(seconds <= whole && whole - seconds <= 1)
  }

  // MARK: Counts

  @Test(arguments: [Int32.min, -8, -1, 0, .max])
  func `no number of parts, iterations or bytes ends the server`(number: Int32) async throws {
    let world = try await DoorWorld()
    let key = try await world.create()
    for (parts, threshold) in [(number, 2), (2, number), (number, number)] as [(Int32, Int32)] {
      let item = try await world.about(key, .createSplitKey) { payload in
        payload.enumeration(KMIP.ObjectType.splitKey)
        payload.integer(.splitKeyParts, parts)
        payload.integer(.splitKeyThreshold, threshold)
        payload.enumeration(KMIP.SplitKeyMethod.polynomialSharingGF2_8)
        payload.structure(.attributes) { _ in }
      }
      #expect(!item.isSuccess)
    }
    let derived = try await world.about(key, .deriveKey) { payload in
      payload.enumeration(KMIP.ObjectType.secretData)
      payload.enumeration(KMIP.DerivationMethod.pbkdf2)
      payload.structure(.derivationParameters) { writer in
        writer.byteString(.salt, [1, 2, 3, 4])
        writer.integer(.iterationCount, number)
      }
      payload.structure(.attributes) { $0.integer(.cryptographicLength, 65_536) }
    }
    #expect(!derived.isSuccess)
    for tag in [KMIPTag.tagLength, .saltLength, .counterLength, .initialCounterValue] {
      for mode in [KMIP.BlockCipherMode.gcm, .ctr, .ccm] {
        _ = try await world.about(key, .encrypt) { payload in
          payload.structure(.cryptographicParameters) { writer in
            writer.enumeration(mode)
            writer.integer(tag, number)
          }
          payload.byteString(.data, [1, 2, 3])
          payload.byteString(.ivCounterNonce, [UInt8](repeating: 7, count: 12))
        }
      }
    }
    let located = try await world.ask(.locate) { payload in
      payload.integer(.maximumItems, number)
      payload.integer(.offsetItems, number)
      payload.structure(.attributes) { _ in }
    }
    #expect(located.isSuccess == (number >= 0))
    #expect(try await world.about(key, .getAttributes).isSuccess)
  }
}

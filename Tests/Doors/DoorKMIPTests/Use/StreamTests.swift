import KMSBytes
import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

/// Work in pieces.
// One after the other: every world has files open.
@Suite(.serialized) struct StreamTests {
  private static let key = Hex.bytes("0123456789abcdef0123456789abcdef").unsafelyPresent
  private static let iv = [UInt8](1...16)

  /// A piece of a stream over the object.
  private static func piece(
    _ world: DoorWorld, _ operation: KMIP.Operation, _ id: String?, _ data: [UInt8]?, _ stream: [UInt8]?,
    isLast: Bool = false, in version: KMIPVersion = .v2_1, as caller: Caller = DoorWorld.client,
    more: @escaping DoorWorld.Body = { _ in }
  ) async throws -> Item {
    try await world.ask(operation, in: version, as: caller) { payload in
      if let id { payload.text(.uniqueIdentifier, id) }
      more(&payload)
      if let data { payload.byteString(.data, data) }
      if let stream {
        payload.byteString(.correlationValue, stream)
      } else {
        payload.boolean(.initIndicator, true)
      }
      if isLast { payload.boolean(.finalIndicator, true) }
    }
  }

  private static func cbc(_ writer: inout TTLVWriter) {
    writer.structure(.cryptographicParameters) { writer in
      writer.enumeration(KMIP.BlockCipherMode.cbc)
      writer.enumeration(KMIP.PaddingMethod.pkcs5)
    }
    writer.byteString(.ivCounterNonce, iv)
  }

  @Test func `pieces yield what the whole does`() async throws {
    let world = try await DoorWorld()
    let id = try await world.secret(.aes128, Self.key)
    let text = [UInt8](0..<40)
    let whole = try await world.ask(.encrypt) { payload in
      payload.text(.uniqueIdentifier, id)
      Self.cbc(&payload)
      payload.byteString(.data, text)
    }
    let first = try await Self.piece(world, .encrypt, id, Array(text[..<8]), nil, more: Self.cbc)
    #expect(first.isSuccess && first.data == nil)
    let second = try await Self.piece(world, .encrypt, id, Array(text[8..<20]), first.correlation)
    #expect(second.data?.count == 16 && second.correlation == first.correlation)
    let last = try await Self.piece(world, .encrypt, id, Array(text[20...]), first.correlation, isLast: true)
    #expect(last.correlation == nil)
    let data = (second.data ?? []) + (last.data ?? [])
    #expect(data == whole.data)

    let back = try await Self.piece(world, .decrypt, id, Array(data[..<17]), nil, more: Self.cbc)
    let end = try await Self.piece(world, .decrypt, id, Array(data[17...]), back.correlation, isLast: true)
    #expect((back.data ?? []) + (end.data ?? []) == text)
  }

  @Test func `a code or signature to compare may come with the first piece`() async throws {
    let world = try await DoorWorld()
    let id = try await world.secret(.aes128, Self.key) {
      $0.enumeration(KMIP.CryptographicAlgorithm.hmacSHA256)
    }
    let begun = try await Self.piece(world, .mac, id, [1, 2], nil)
    #expect(begun.bytes(.macData) == nil)
    let code = try #require(
      try await Self.piece(world, .mac, id, [3], begun.correlation, isLast: true).bytes(.macData))
    for (code, validity) in [(code, KMIP.ValidityIndicator.valid), ([0], .invalid)] {
      let first = try await Self.piece(world, .macVerify, id, [1], nil) { $0.byteString(.macData, code) }
      #expect(first.validity == nil)
      let middle = try await Self.piece(world, .macVerify, id, [2], first.correlation)
      #expect(middle.isSuccess && middle.validity == nil)
      let last = try await Self.piece(world, .macVerify, id, [3], first.correlation, isLast: true)
      #expect(last.validity == validity)
    }
  }

  @Test func `hashes come in pieces too`() async throws {
    let world = try await DoorWorld()
    let sha256: DoorWorld.Body = {
      $0.structure(.cryptographicParameters) { $0.enumeration(KMIP.HashingAlgorithm.sha256) }
    }
    let first = try await Self.piece(world, .hash, nil, [UInt8(ascii: "a")], nil, more: sha256)
    _ = try await Self.piece(world, .hash, nil, Array("bc".utf8), first.correlation)
    let last = try await Self.piece(world, .hash, nil, nil, first.correlation, isLast: true)
    #expect(last.data.map(Hex.string) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test func `nothing that wasn't verified leaves`() async throws {
    let world = try await DoorWorld()
    let id = try await world.secret(.aes128, Self.key)
    let gcm: DoorWorld.Body = { writer in
      writer.structure(.cryptographicParameters) { $0.enumeration(KMIP.BlockCipherMode.gcm) }
      writer.byteString(.ivCounterNonce, [UInt8](repeating: 1, count: 12))
    }
    let first = try await Self.piece(world, .decrypt, id, [UInt8](repeating: 7, count: 32), nil) { writer in
      gcm(&writer)
      writer.byteString(.authenticatedEncryptionTag, [UInt8](repeating: 0, count: 16))
    }
    #expect(first.isSuccess && first.data == nil)
    let last = try await Self.piece(world, .decrypt, id, nil, first.correlation, isLast: true)
    #expect(last.reason == .cryptographicFailure && last.payload == nil)
  }

  @Test func `a stream belongs to one client, one operation and one key, and ends once`() async throws {
    let world = try await DoorWorld()
    let id = try await world.secret(.aes128, Self.key)
    let other = try await world.secret(.aes128, Self.key)
    func begin() async throws -> [UInt8] {
      try #require(try await Self.piece(world, .encrypt, id, [1], nil, more: Self.cbc).correlation)
    }
    let another = Fixtures.caller("another", policies: [.administrator])
    #expect(
      try await Self.piece(world, .encrypt, id, [2], try await begin(), as: another).reason
        == .invalidCorrelationValue)
    #expect(
      try await Self.piece(world, .decrypt, id, [2], try await begin()).reason == .invalidCorrelationValue)
    #expect(
      try await Self.piece(world, .encrypt, other, [2], try await begin()).reason == .invalidCorrelationValue)
    #expect(try await Self.piece(world, .encrypt, id, [2], [1, 2], in: .v1_4).reason == .itemNotFound)
    let stream = try await begin()
    #expect(try await Self.piece(world, .encrypt, nil, [2], stream, isLast: true).isSuccess)
    #expect(
      try await Self.piece(world, .encrypt, id, [2], stream, isLast: true).reason == .invalidCorrelationValue)
    let old = try await begin()
    world.house.clock.advance(seconds: 301)
    #expect(try await Self.piece(world, .encrypt, id, [2], old).reason == .invalidCorrelationValue)
  }

  @Test func `every piece is judged anew`() async throws {
    let world = try await DoorWorld()
    let id = try await world.secret(.aes128, Self.key)
    let stream = try #require(try await Self.piece(world, .encrypt, id, [1], nil, more: Self.cbc).correlation)
    let revoked = try await world.ask(.revoke) { payload in
      payload.text(.uniqueIdentifier, id)
      payload.structure(.revocationReason) { $0.enumeration(KMIP.RevocationReasonCode.cessationOfOperation) }
    }
    #expect(revoked.isSuccess)
    #expect(try await Self.piece(world, .encrypt, id, [2], stream).reason == .wrongKeyLifecycleState)
  }

  @Test func `a client can't have more open than its share`() async throws {
    let world = try await DoorWorld()
    let id = try await world.secret(.aes128, Self.key)
    for _ in 0..<16 {
      #expect(try await Self.piece(world, .encrypt, id, [1], nil, more: Self.cbc).isSuccess)
    }
    #expect(
      try await Self.piece(world, .encrypt, id, [1], nil, more: Self.cbc).reason == .serverLimitExceeded)
  }

  @Test func `indicators that contradict each other are refused`() async throws {
    let world = try await DoorWorld()
    let id = try await world.secret(.aes128, Self.key)
    let both = try await world.ask(.encrypt) { payload in
      payload.text(.uniqueIdentifier, id)
      payload.byteString(.data, [1])
      payload.byteString(.correlationValue, [UInt8](repeating: 1, count: 16))
      payload.boolean(.initIndicator, true)
    }
    #expect(both.reason == .invalidMessage)
    let lonely = try await world.ask(.encrypt) { payload in
      payload.text(.uniqueIdentifier, id)
      payload.byteString(.data, [1])
      payload.boolean(.finalIndicator, true)
    }
    #expect(lonely.reason == .invalidMessage)
  }
}

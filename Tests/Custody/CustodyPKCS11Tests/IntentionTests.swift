import CustodyConformance
import KMSDomain
import KMSTestKit
import Synchronization
import Testing

@testable import CustodyPKCS11
@testable import CustodySoftware

extension TokenSuites {
  @Suite("What is about to be made on a token is written down before")
  struct IntentionTests {
    /// Keeps them in memory, if it keeps any.
    private final class Pages: DeviceIntentions {
      private let kept = Mutex<[DeviceIntention]>([])
      private let isFull: Bool

      init(isFull: Bool = false) { self.isFull = isFull }

      var all: [DeviceIntention] { kept.withLock { $0 } }

      func keep(_ intention: DeviceIntention) throws(KMSError) {
        guard !isFull else { throw .storeUnavailable }
        kept.withLock { $0.append(intention) }
      }
    }

    private static let seat = [UInt8](repeating: 5, count: 32)
    private let house: TokenHouse
    private let token: Token

    init() throws {
      house = try TokenHouse.shared.get()
      house.faults.planNothing()
      token = try house.open(sessions: 4)
    }

    private func custodies(_ books: [IntentionBook?]) throws -> [SoftwareCustody] {
      try DeviceHouse.custodies(token, books)
    }

    private func objects(_ identity: VersionIdentity, _ reference: [UInt8]) throws -> Int {
      let object = ObjectID(identity, try #require(TokenReference(reference)))
      return try token.run { (session) throws(HSMFault) in
        try HSMFault.calling { () throws(ReturnCode) in try session.objects(object).count }
      }
    }

    @Test("It leads to what was made, which is removed by it", arguments: [KeySpec.aes256, .p256])
    func leads(_ spec: KeySpec) throws {
      let pages = Pages()
      let custody = try custodies([IntentionBook(pages, seat: Self.seat)])[0]
      let subject = try DeviceHouse.subject(custody, spec, spec == .p256 ? [.sign, .verify] : nil)
      let intention = try #require(pages.all.first)
      #expect(pages.all.count == 1 && intention.version == subject.identity.version)
      guard case .ours(let identity, let material) = try custody.left(intention) else {
        Issue.record("it isn't taken for its own")
        return
      }
      #expect(identity == subject.identity)
      let reference = try StoredReference(subject.wrapped, as: identity, by: custody).reference
      #expect(try StoredReference(material, as: identity, by: custody).reference == reference)
      #expect(try objects(identity, reference) == 1)
      try custody.remove(material, as: identity, permit: subject.permit(.removeFromDevice))
      #expect(try objects(identity, reference) == 0)
    }

    @Test("Nothing is made that can't be written down")
    func full() throws {
      let custody = try custodies([IntentionBook(Pages(isFull: true), seat: Self.seat)])[0]
      house.faults.planNothing()
      #expect(throws: KMSError.storeUnavailable) { _ = try DeviceHouse.subject(custody, .aes256) }
      #expect(house.faults.calls == 0, "the token isn't even asked")
    }

    @Test("A copy of the store doesn't take it for its own, nor does anybody after any byte was altered")
    func others() throws {
      let pages = Pages()
      let elsewhere = IntentionBook(Pages(), seat: [UInt8](repeating: 6, count: 32))
      let all = try custodies([IntentionBook(pages, seat: Self.seat), nil, elsewhere])
      let custody = all[0]
      let subject = try DeviceHouse.subject(custody, .aes256)
      let intention = try #require(pages.all.first)
      for copy in all.dropFirst() {
        guard case .others(let identity) = try copy.left(intention) else {
          Issue.record("a copy takes it for its own")
          return
        }
        #expect(identity == subject.identity)
      }
      for index in intention.bytes.indices {
        var bytes = intention.bytes
        bytes[index] ^= 1
        #expect(throws: KMSError.corrupt(.keyMaterial)) {
          _ = try custody.left(DeviceIntention(version: intention.version, bytes: bytes))
        }
      }
      let moved = DeviceIntention(version: VersionID(Bits128(high: 1, low: 1)), bytes: intention.bytes)
      #expect(throws: KMSError.corrupt(.keyMaterial)) { _ = try custody.left(moved) }
      let stored = DeviceIntention(version: intention.version, bytes: subject.wrapped.bytes)
      #expect(throws: KMSError.corrupt(.keyMaterial)) { _ = try custody.left(stored) }
    }
  }
}

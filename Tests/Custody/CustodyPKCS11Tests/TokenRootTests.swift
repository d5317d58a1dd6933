import KMSDomain
import KMSSecrets
import Testing

@testable import CustodyPKCS11

extension TokenSuites {
  @Suite("A root on a token wraps, and never leaves it")
  struct TokenRootTests {
    let house: TokenHouse
    let store = Bits128(high: 1, low: 2)
    init() throws { house = try TokenHouse.shared.get() }

    private func secret(_ bytes: [UInt8]) -> SecretBytes { SecretBytes(copying: bytes.span) }

    private func fault(_ body: () throws(DeviceFault) -> Void) -> DeviceFault? {
      do throws(DeviceFault) {
        try body()
        return nil
      } catch { return error }
    }

    @Test("What it wrapped it unwraps, also when it was found again")
    func roundTrip() throws {
      let device = TokenRootDevice(try house.open())
      let reference = try device.makeKey(for: store)
      let blob = try device.key(reference, of: store).wrap(secret([1, 2, 3]), bound: [9])
      let again = try TokenRootDevice(house.open()).key(reference, of: store)
      let isSame = try again.unwrap(blob, bound: [9]).equals(secret([1, 2, 3]))
      #expect(isSame)
    }

    @Test("Whatever was changed is rejected, and the token is not in trouble afterwards")
    func changed() throws {
      let device = TokenRootDevice(try house.open())
      let key = try device.key(try device.makeKey(for: store), of: store)
      let other = try device.key(try device.makeKey(for: store), of: store)
      let blob = try key.wrap(secret([1, 2, 3]), bound: [9])
      for index in blob.indices {
        var changed = blob
        changed[index] ^= 1
        #expect(fault { () throws(DeviceFault) in _ = try key.unwrap(changed, bound: [9]) } == .rejected)
      }
      for length in blob.indices {
        let short = Array(blob.prefix(length))
        #expect(fault { () throws(DeviceFault) in _ = try key.unwrap(short, bound: [9]) } == .rejected)
      }
      #expect(fault { () throws(DeviceFault) in _ = try key.unwrap(blob, bound: [8]) } == .rejected)
      #expect(fault { () throws(DeviceFault) in _ = try other.unwrap(blob, bound: [9]) } == .rejected)
      let isSame = try key.unwrap(blob, bound: [9]).equals(secret([1, 2, 3]))
      #expect(isSame)
    }

    @Test("A key that is not there, another token's, and a reference that is none")
    func missing() throws {
      let device = TokenRootDevice(try house.open())
      var reference = try device.makeKey(for: store)
      reference[1] ^= 1
      for wrong in [reference, reference + [0x30], [], [2] + reference.dropFirst()] {
        guard case .refused = fault({ () throws(DeviceFault) in _ = try device.key(wrong, of: store) })
        else {
          Issue.record("found")
          continue
        }
      }
    }

    @Test("The token says of the key that it is sensitive and stays")
    func lockedIn() throws {
      let token = try house.open()
      let reference = try #require(
        TokenRootReference(try TokenRootDevice(token).makeKey(for: store)))
      #expect(
        try token.use(reference.object) { (session, key) throws(ReturnCode) in try session.isLockedIn(key) })
      #expect(throws: HSMFault.failed(ReturnCode(0x11))) {
        try token.use(reference.object) { (session, key) throws(ReturnCode) in
          _ = try session.attribute(0x11, of: key)  // CKA_VALUE
        }
      }
    }
  }
}

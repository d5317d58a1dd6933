import KMSDomain
import KMSSecrets
import Testing

@testable import CustodyPKCS11

extension TokenSuites {
  /// Each kind of trouble at each call that a piece of work makes.
  @Suite("Trouble at any call: no wrong result, it heals, and no session leaks")
  struct FaultTests {
    let house: TokenHouse
    init() throws { house = try TokenHouse.shared.get() }

    /// What a server does with a token: wraps, makes codes, signs; each result is checked.
    private struct Work {
      let token: Token
      let root: any RootDeviceKey
      let code: ObjectID
      let pair: ObjectID
      let cipher: any DeviceKey
      let rightCode: [UInt8]
      let rightSignature: [UInt8]

      init(_ token: Token) throws {
        self.token = token
        let device = TokenRootDevice(token)
        root = try device.key(try device.makeKey(for: Bits128(high: 0, low: 0)), of: Bits128(high: 0, low: 0))
        let id = try token.run { (session) throws(HSMFault) in
          try HSMFault.calling { () throws(ReturnCode) in try session.random(16) }
        }
        code = ObjectID(kind: .secret, id: id)
        pair = ObjectID(kind: .privateHalf, id: id)
        try token.make(code) { (session) throws(ReturnCode) in
          _ = try session.makeSecret(.generic, bytes: 32, id: id, label: "code")
        }
        try token.make(pair) { (session) throws(ReturnCode) in
          _ = try session.makePair(PairKind(family: .rsa(bits: 2048), uses: .sign), id: id, label: "pair")
        }
        cipher = try Work.makeCipher(token)
        rightCode = try Work.sign(token, code, .plain(.sha256HMAC))
        rightSignature = try Work.sign(token, pair, .plain(.rsaPKCS))
      }

      private static func sign(_ token: Token, _ object: ObjectID, _ method: Method) throws -> [UInt8] {
        try token.use(object) { (session, key) throws(ReturnCode) in
          try session.sign(SecretBytes(copying: [1, 2, 3].span), by: method, with: key)
        }
      }

      private static func makeCipher(_ token: Token) throws -> any DeviceKey {
        let identity = VersionIdentity(
          key: KeyID(Bits128(high: 1, low: .random(in: 0 ... .max))),
          version: VersionID(Bits128(high: 1, low: 1)),
          spec: .aes256, usages: [.encrypt, .decrypt, .wrap, .unwrap], origin: .generated, exportable: false)
        let device = TokenKeyDevice(token)
        let purpose = DevicePurpose.explicitParameters(length: nil, exponent: nil)
        let reference = try device.newReference(for: identity, purpose)
        _ = try device.make(identity, purpose, as: reference)
        return try device.key(reference, as: identity)
      }

      /// What goes in comes out again, by a cipher of data and by one of keys.
      private func runCiphers() throws {
        let text = [UInt8](repeating: 9, count: 16)
        for way in [DeviceCipher.cbc(iv: text), .keyWrap(isPadded: false)] {
          let made = try cipher.encipher(SecretBytes(copying: text.span), by: way)
          let isRight = try cipher.decipher(made, by: way).equals(SecretBytes(copying: text.span))
          #expect(isRight, "\(way)")
        }
      }

      /// - Throws: what the token says; never returns after a wrong result.
      func run() throws {
        let blob = try root.wrap(SecretBytes(copying: [7, 8].span), bound: [1])
        let isRight = try root.unwrap(blob, bound: [1]).equals(SecretBytes(copying: [7, 8].span))
        #expect(isRight)
        #expect(try Work.sign(token, code, .plain(.sha256HMAC)) == rightCode)
        #expect(try Work.sign(token, pair, .plain(.rsaPKCS)) == rightSignature)
        try runCiphers()
      }
    }

    private static let healing: [Faults.Kind] = [
      .sessionHandleInvalid, .deviceError, .deviceMemory, .tokenNotPresent, .userNotLoggedIn,
    ]

    @Test("One failing call", arguments: healing)
    func once(_ kind: Faults.Kind) throws {
      let (work, calls) = try prepared()
      for position in 1...calls {
        house.faults.plan(kind, at: position)
        try work.run()
        house.faults.planNothing()
        #expect(house.faults.sessions <= 2, "\(kind) at call \(position)")
      }
      try work.run()
    }

    @Test(
      "Two failing calls in a row: the work succeeds, or says so and succeeds the next time",
      arguments: healing)
    func twice(_ kind: Faults.Kind) throws {
      let (work, calls) = try prepared()
      for position in 1...calls {
        house.faults.plan(kind, at: position, times: 2)
        do { try work.run() } catch is HSMFault {} catch is DeviceFault {}
        house.faults.planNothing()
        try work.run()
        #expect(house.faults.sessions <= 2, "\(kind) at call \(position)")
      }
    }

    @Test("A device that is gone for long is told, and is back when it is back", arguments: healing)
    func long(_ kind: Faults.Kind) throws {
      let (work, _) = try prepared()
      house.faults.plan(kind, at: 1, times: .max)
      #expect(throws: (any Error).self) { try work.run() }
      house.faults.planNothing()
      try work.run()
      #expect(house.faults.sessions <= 2)
    }

    @Test("Making keys under trouble leaves one key, or none")
    func making() throws {
      let token = try house.open()
      for kind in FaultTests.healing {
        for position in UInt(1)...8 {
          let id = try token.run { (session) throws(HSMFault) in
            try HSMFault.calling { () throws(ReturnCode) in try session.random(16) }
          }
          let object = ObjectID(kind: .secret, id: id)
          house.faults.plan(kind, at: position)
          try token.make(object) { (session) throws(ReturnCode) in
            _ = try session.makeSecret(.generic, bytes: 32, id: id, label: "made")
          }
          house.faults.planNothing()
          let count = try token.run { (session) throws(HSMFault) in
            try HSMFault.calling { () throws(ReturnCode) in try session.objects(object).count }
          }
          #expect(count == 1, "\(kind) at call \(position)")
        }
      }
    }

    @Test("A call that hangs ends by its deadline, and the next one goes another way")
    func hang() throws {
      let work = try Work(try house.open())
      let token = try house.open(deadline: 100)
      // Of a session that is warm: one call begins to sign, the other signs.
      for position in [UInt(1), 2, 1, 2, 1] {
        house.faults.plan(.hang, at: position, times: .max)
        #expect(throws: HSMFault.slow) {
          _ = try token.use(work.code) { (session, key) throws(ReturnCode) in
            try session.sign(SecretBytes(copying: [1, 2, 3].span), by: .plain(.sha256HMAC), with: key)
          }
        }
        house.faults.planNothing()
        try work.run()
        while house.faults.hanging > 0 { house.faults.letGo() }
      }
      try work.run()
    }

    @Test("More than may wait is refused at once")
    func busy() throws {
      let work = try Work(try house.open())
      let token = try house.open(line: 1, deadline: 100)
      house.faults.plan(.hang, at: 1, times: .max)
      for _ in 0..<4 {
        let fault = #expect(throws: HSMFault.self) {
          _ = try token.use(work.code) { (session, key) throws(ReturnCode) in session.generation }
        }
        #expect(fault == .slow || fault == .busy)
      }
      house.faults.planNothing()
      while house.faults.hanging > 0 { house.faults.letGo() }
      try work.run()
    }

    /// - Returns: work on a token with one session, and how many calls it makes.
    private func prepared() throws -> (Work, UInt) {
      let work = try Work(try house.open())
      // Only this token's sessions are counted, and its session is opened anew.
      #expect(house.module.restart(after: house.module.generation))
      house.faults.planNothing()
      try work.run()
      let calls = house.faults.calls
      return (work, calls)
    }
  }
}

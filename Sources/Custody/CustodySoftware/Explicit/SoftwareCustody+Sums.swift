import KMSBytes
package import KMSDomain
import KMSSecrets

// Hashes and message authentication codes with explicit parameters.

extension SoftwareCustody: ExplicitCustody {
  package func hash(
    _ data: Payload, by function: HashFunction, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8] {
    try UseRight.hash.check(permit, key: nil, version: nil, usages: [])
    let sum = try legacy.hash(function)
    try sum.add(try takeExplicit(data))
    return try sum.finish()
  }

  package func hashStream(
    by function: HashFunction, permit: borrowing Permit
  ) throws(KMSError) -> any SummingStream {
    let entry = StreamGuard(right: .hash, key: nil)
    try entry.check(permit)
    return GatheringStream(entry, try legacy.hash(function)) { (sum: [UInt8]) in sum }
  }

  package func seedRandom(_ bytes: Payload, permit: borrowing Permit) throws(KMSError) {
    try permit.check(.seedRandom, key: nil, version: nil)
    Library.stir(try takeExplicit(bytes))
  }
}

extension SoftwareCustody {
  package func mac(
    _ message: Payload, by method: MACMethod, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8] {
    try code(of: message, by: method, try usable(key, .mac, permit))
  }

  package func verifyMac(
    _ code: [UInt8], of message: Payload, by method: MACMethod, with key: any LiveKey,
    permit: borrowing Permit
  ) throws(KMSError) {
    let right = try self.code(of: message, by: method, try usable(key, .verifyMac, permit))
    guard ConstantTime.equal(code, right) else { throw .invalidMAC }
  }

  private func code(
    of message: Payload, by method: MACMethod, _ key: SoftwareLiveKey
  ) throws(KMSError) -> [UInt8] {
    if let elsewhere = key.elsewhere {
      try legacy.check(method, elsewhere: key)
      return try elsewhere.mac(try takeExplicit(message), by: method)
    }
    let sum = try legacy.mac(method, key)
    try sum.add(try takeExplicit(message))
    return try sum.finish()
  }

  package func macStream(
    by method: MACMethod, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> any SummingStream {
    let key = try usable(key, .mac, permit)
    let entry = StreamGuard(right: .mac, key: key)
    if let elsewhere = key.elsewhere {
      try legacy.check(method, elsewhere: key)
      return GatheringStream(entry, HeldBack()) { (message: Secret) throws(KMSError) in
        try elsewhere.mac(message.bytes, by: method)
      }
    }
    return GatheringStream(entry, try legacy.mac(method, key)) {
      (sum: [UInt8]) in sum
    }
  }

  package func macVerificationStream(
    by method: MACMethod, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> any VerifyingStream {
    let key = try usable(key, .verifyMac, permit)
    let entry = StreamGuard(right: .verifyMac, key: key)
    if let elsewhere = key.elsewhere {
      try legacy.check(method, elsewhere: key)
      return JudgingStream(entry, HeldBack()) { (code: [UInt8], message: Secret) throws(KMSError) in
        let right = try elsewhere.mac(message.bytes, by: method)
        guard ConstantTime.equal(code, right) else { throw .invalidMAC }
      }
    }
    return JudgingStream(entry, try legacy.mac(method, key)) {
      (code: [UInt8], right: [UInt8]) throws(KMSError) in
      guard ConstantTime.equal(code, right) else { throw .invalidMAC }
    }
  }
}

package import KMSDomain
import KMSSecrets

extension SoftwareCustody {
  package func sign(
    _ message: Payload, by parameters: SignatureParameters, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8] {
    let key = try usable(key, .sign, permit)
    let choice = try SignatureChoice(parameters, key, verifies: false, legacy)
    return try choice.sign(try takeExplicit(message))
  }

  package func verify(
    _ signature: [UInt8], of message: Payload, by parameters: SignatureParameters, with key: any LiveKey,
    permit: borrowing Permit
  ) throws(KMSError) {
    let key = try usable(key, .verify, permit)
    let choice = try SignatureChoice(parameters, key, verifies: true, legacy)
    try choice.verify(signature, of: try takeExplicit(message))
  }

  package func signatureStream(
    by parameters: SignatureParameters, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> any SummingStream {
    let key = try usable(key, .sign, permit)
    let choice = try SignatureChoice(parameters, key, verifies: false, legacy)
    let entry = StreamGuard(right: .sign, key: key)
    guard case .hashed(let signing, _, _) = choice.work, let sum = try choice.accumulator() else {
      return GatheringStream(entry, HeldBack()) { (message: Secret) throws(KMSError) in
        try choice.sign(message.bytes)
      }
    }
    return GatheringStream(entry, sum) { (digest: [UInt8]) throws(KMSError) in
      try choice.sign(digest: digest, signing)
    }
  }

  package func verificationStream(
    by parameters: SignatureParameters, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> any VerifyingStream {
    let key = try usable(key, .verify, permit)
    let choice = try SignatureChoice(parameters, key, verifies: true, legacy)
    let entry = StreamGuard(right: .verify, key: key)
    guard case .hashed(let signing, _, _) = choice.work, let sum = try choice.accumulator() else {
      return JudgingStream(entry, HeldBack()) { (signature: [UInt8], message: Secret) throws(KMSError) in
        try choice.verify(signature, of: message.bytes)
      }
    }
    return JudgingStream(entry, sum) { (signature: [UInt8], digest: [UInt8]) throws(KMSError) in
      try choice.verify(signature, digest: digest, signing)
    }
  }
}

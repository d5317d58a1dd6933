import KMSDomain
import KMSEngine
import WireJSON

// Public keys, and the secrets that two parties find by them.

struct GetPublicKeyOperation: AWSOperation {
  static let name = "GetPublicKey"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> GetPublicKey {
    let key = try Input.read(json) { (input: inout Input) throws(AWSError) in
      try input.grantTokens()
      return try input.requiredText("KeyId", .keyID)
    }
    return GetPublicKey(try call.key(key, .keysAndAliases))
  }

  static func encode(_ answer: GetPublicKey.Answer, _ call: AWSCall, into output: inout JSONWriter) {
    let record = answer.key.record
    let vocabulary = AWSVocabulary()
    output.object { output in
      output.member("KeyId", record.resourceName)
      output.blob("PublicKey", answer.publicKey)
      output.member("CustomerMasterKeySpec", vocabulary.name(of: record.spec))
      output.member("KeySpec", vocabulary.name(of: record.spec))
      output.member("KeyUsage", vocabulary.name(of: record.purpose))
      output.algorithms(of: record)
    }
  }
}

struct DeriveSharedSecretOperation: RecipientOperation {
  typealias Work = DeriveSharedSecret
  static let name = "DeriveSharedSecret"

  static func read(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> Addressed<DeriveSharedSecret> {
    let (key, peer, isDryRun, document) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      try input.grantTokens()
      _ = try input.requiredText("KeyAgreementAlgorithm", .keyAgreementAlgorithm)
      return (
        try input.requiredText("KeyId", .keyID), try input.requiredBlob("PublicKey", ModelRange.publicKey),
        try input.isDryRun(), try input.recipient()
      )
    }
    let work = DeriveSharedSecret(try call.key(key, .keysAndAliases), with: peer, isDryRun: isDryRun)
    return Addressed(work: work, document: document)
  }

  static func encode(
    _ answer: Used<Payload>, sealed: [UInt8]?, _ call: AWSCall, into output: inout JSONWriter
  ) {
    output.object { output in
      output.member("KeyId", answer.key.record.resourceName)
      output.secret("SharedSecret", answer.result, sealed: sealed)
      output.algorithm("KeyAgreementAlgorithm", answer.algorithm)
      output.member("KeyOrigin", AWSVocabulary().name(of: answer.key.record.origin))
    }
  }
}

struct EncapsulateOperation: AWSOperation {
  static let name = "Encapsulate"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> Encapsulate {
    let (key, isDryRun) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      try input.grantTokens()
      _ = try input.requiredText("EncapsulationAlgorithm", .encapsulationAlgorithm)
      return (try input.requiredText("KeyId", .keyID), try input.isDryRun())
    }
    return Encapsulate(try call.key(key, .keysAndAliases), isDryRun: isDryRun)
  }

  static func encode(_ answer: Used<Encapsulation>, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { output in
      output.member("KeyId", answer.key.record.resourceName)
      output.secret("SharedSecret", answer.result.secret)
      output.blob("SharedSecretCiphertextBlob", answer.result.ciphertext)
      output.algorithm("EncapsulationAlgorithm", answer.algorithm)
    }
  }
}

struct DecapsulateOperation: AWSOperation {
  static let name = "Decapsulate"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> Decapsulate {
    let (key, ciphertext, isDryRun) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      try input.grantTokens()
      _ = try input.requiredText("EncapsulationAlgorithm", .encapsulationAlgorithm)
      return (
        try input.requiredText("KeyId", .keyID),
        try input.requiredBlob("SharedSecretCiphertextBlob", ModelRange.ciphertext), try input.isDryRun()
      )
    }
    return Decapsulate(try call.key(key, .keysAndAliases), ciphertext: ciphertext, isDryRun: isDryRun)
  }

  static func encode(_ answer: Used<Payload>, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { output in
      output.member("KeyId", answer.key.record.resourceName)
      output.secret("SharedSecret", answer.result)
      output.algorithm("EncapsulationAlgorithm", answer.algorithm)
    }
  }
}

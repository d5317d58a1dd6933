import KMSBytes
import KMSDomain
import KMSEngine
import Testing
import WireJSON

@testable import DoorAWS

@Suite("Requests for recipients and for key pairs")
struct RecipientRequestTests {
  private static func call() throws -> AWSCall {
    AWSCall(
      caller: try Samples.caller(), account: Samples.account, region: "eu-central-1",
      origin: RequestOrigin(
        id: RequestID(Bits128(high: 1, low: 1)), door: "aws", source: "", isEncrypted: true, userAgent: ""))
  }

  private static func pair(_ members: String) throws -> Addressed<GenerateDataKeyPair> {
    try GenerateDataKeyPairOperation.read(
      try Samples.json("{\"KeyId\": \"\(NamesTests.id)\", \(members)}"), try call())
  }

  private static func random(_ recipient: String) throws -> Addressed<GenerateRandom> {
    try GenerateRandomOperation.read(
      try Samples.json("{\"NumberOfBytes\": 8, \"Recipient\": \(recipient)}"), try call())
  }

  @Test("every kind of key pair of the service model is known, and nothing else")
  func kinds() throws {
    guard case .oneOf(let names) = TextRule.dataKeyPairSpec.form else {
      Issue.record("no enumeration")
      return
    }
    #expect(Set(names) == Set(KeySpec.dataKeyPairs.keys) && names.count == 12)
    for (name, spec) in KeySpec.dataKeyPairs {
      #expect(try Self.pair("\"KeyPairSpec\": \"\(name)\"").work.spec == spec)
      #expect(spec.isAsymmetric && AWSVocabulary().name(of: spec) == name)
    }
  }

  @Test("the kind is required and one of the model's")
  func faults() {
    #expect(
      throws: AWSError.validation(
        "1 validation error detected: Value null at 'keyPairSpec' failed to satisfy constraint: Member must not be null"
      )
    ) { try Self.pair("\"DryRun\": false") }
    let names =
      "RSA_2048, RSA_3072, RSA_4096, ECC_NIST_P256, ECC_NIST_P384, ECC_NIST_P521, ECC_SECG_P256K1, SM2, "
      + "ECC_NIST_EDWARDS25519, ML_KEM_512, ML_KEM_768, ML_KEM_1024"
    for name in ["AES_256", "ML_DSA_44", "rsa_2048", ""] {
      #expect(
        throws: AWSError.validation(
          "1 validation error detected: Value '\(name)' at 'keyPairSpec' failed to satisfy constraint: "
            + "Member must satisfy enum value set: [\(names)]")
      ) { try Self.pair("\"KeyPairSpec\": \"\(name)\"") }
    }
  }

  @Test("both forms read the same members")
  func forms() throws {
    let members = "\"KeyPairSpec\": \"SM2\", \"EncryptionContext\": {\"a\": \"b\"}, \"DryRun\": true"
    let open = try Self.pair(members)
    let closed = try GenerateDataKeyPairWithoutPlaintextOperation.decode(
      try Samples.json("{\"KeyId\": \"\(NamesTests.id)\", \(members)}"), try Self.call())
    for work in [open.work, closed] {
      #expect(work.spec == .sm2 && work.context["a"] == "b" && work.isDryRun)
    }
    #expect(open.work.withPlaintext && !closed.withPlaintext && open.document == nil)
  }

  @Test("a recipient is an algorithm and a document")
  func recipient() throws {
    let sound = #"{"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": "AQI="}"#
    #expect(try Self.random(sound).document == [1, 2])
    #expect(try Self.random("null").document == nil)
    #expect(try Self.pair("\"KeyPairSpec\": \"SM2\", \"Recipient\": \(sound)").document == [1, 2])
    #expect(throws: AWSError.validation("Recipient.KeyEncryptionAlgorithm is required.")) {
      try Self.random(#"{"AttestationDocument": "AQI="}"#)
    }
    #expect(throws: AWSError.validation("Recipient.AttestationDocument is required.")) {
      try Self.random(#"{"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256"}"#)
    }
    #expect(
      throws: AWSError.validation(
        "2 validation errors detected: Value 'RSAES_OAEP_SHA_1' at 'recipient.keyEncryptionAlgorithm' failed to satisfy "
          + "constraint: Member must satisfy enum value set: [RSAES_OAEP_SHA_256]; "
          + "Value at 'recipient.attestationDocument' failed to satisfy constraint: Member must have length greater than "
          + "or equal to 1")
    ) { try Self.random(#"{"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_1", "AttestationDocument": ""}"#) }
    let long = Base64.string([UInt8](repeating: 0, count: 262_145))
    #expect(
      throws: AWSError.validation(
        "1 validation error detected: Value at 'recipient.attestationDocument' failed to satisfy constraint: "
          + "Member must have length less than or equal to 262144")
    ) {
      try Self.random(
        "{\"KeyEncryptionAlgorithm\": \"RSAES_OAEP_SHA_256\", \"AttestationDocument\": \"\(long)\"}")
    }
    #expect(throws: AWSError.malformedBlob) {
      try Self.random(#"{"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": "A"}"#)
    }
    #expect(throws: AWSError.serialization("STRING_VALUE can not be converted to a Structure")) {
      try Self.random("\"x\"")
    }
  }

  @Test("a request for a recipient can't be taken for one of the caller's own")
  func notForTheCaller() throws {
    let text = #"""
      {"NumberOfBytes": 8, "Recipient": {"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": "AQI="}}
      """#
    #expect(throws: AWSError.internalError) {
      try GenerateRandomOperation.decode(try Samples.json(text), try Self.call())
    }
  }

  @Test("a secret that two parties find can go to a recipient too")
  func sharedSecret() throws {
    let text = #"""
      {"KeyId": "\#(NamesTests.id)", "PublicKey": "AQ==", "KeyAgreementAlgorithm": "ECDH",
       "Recipient": {"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": "AQI="}}
      """#
    #expect(try DeriveSharedSecretOperation.read(try Samples.json(text), try Self.call()).document == [1, 2])
  }

  @Test("each fault of a document has its sentence", arguments: AttestationFault.allCases)
  func sentences(fault: AttestationFault) {
    let error = AWSError(fault)
    #expect(error.status == 400 && error.message?.hasSuffix(".") == true)
    #expect(error.type == (fault == .noRoots ? "UnsupportedOperationException" : "ValidationException"))
  }

  @Test(
    "policies ask for the kind of a key pair",
    arguments: [("ECC_NIST_P256", true), ("RSA_2048", false)])
  func dataKeyPairSpec(name: String, isAllowed: Bool) throws {
    let policy = """
      {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "kms:GenerateDataKeyPair",
       "Resource": "*", "Condition": {"StringEquals": {"kms:DataKeyPairSpec": "\(name)"}}}}
      """
    var facts = RequestFacts()
    facts.dataKeyPairSpec = .p256
    let caller = try Samples.caller()
    #expect(
      try Samples.decide(.generateDataKeyPair, policy, by: caller, facts: facts).isAllowed == isAllowed)
    #expect(try !Samples.decide(.generateDataKeyPair, policy, by: caller).isAllowed)
    #expect(
      try !Samples.decide(.generateDataKeyPairWithoutPlaintext, policy, by: caller, facts: facts).isAllowed)
  }
}

import KMSBytes
import KMSDomain
import KMSEngine
import WireJSON

struct GetParametersForImportOperation: AWSOperation {
  static let name = "GetParametersForImport"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> GetParametersForImport {
    let (key, algorithm, spec) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      (
        try input.requiredText("KeyId", .keyID),
        try input.requiredText("WrappingAlgorithm", .wrappingAlgorithm),
        try input.requiredText("WrappingKeySpec", .wrappingKeySpec)
      )
    }
    // The model still has RSAES_PKCS1_V1_5; AWS has stopped taking it, and it was never safe.
    guard let algorithm = ImportAlgorithm.allCases.first(where: { $0.awsName == algorithm }),
      let importKey = ImportKeySpec.allCases.first(where: { AWSVocabulary().name(of: $0.keySpec) == spec })
    else { throw .unsupported("WrappingAlgorithm \(algorithm) is not supported.") }
    return GetParametersForImport(try call.key(key, .keys), by: algorithm, under: importKey)
  }

  static func encode(_ answer: GetParametersForImport.Answer, _ call: AWSCall, into output: inout JSONWriter)
  {
    output.object { output in
      output.member("KeyId", answer.key.resourceName)
      output.name("ImportToken")
      output.base64(answer.parameters.token.span)
      output.name("PublicKey")
      output.base64(answer.parameters.publicKey.span)
      output.name("ParametersValidTo")
      output.seconds(milliseconds: answer.expiry.milliseconds)
    }
  }
}

struct ImportKeyMaterialOperation: AWSOperation {
  static let name = "ImportKeyMaterial"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> ImportKeyMaterial {
    let request = try Input.read(json) { (input: inout Input) throws(AWSError) in try Request(&input) }
    return ImportKeyMaterial(try call.key(request.key, .keys), request.material, try request.terms())
  }

  static func encode(_ answer: KeyMaterial, _ call: AWSCall, into output: inout JSONWriter) {
    KeyMaterialAnswer.write(answer, into: &output)
  }

  /// The members of the request.
  private struct Request {
    let key: String
    let material: ImportedMaterial
    private let validTo: Instant?
    private let expires: Bool
    private let type: String?
    private let description: String?
    private let id: String?

    init(_ input: inout Input) throws(AWSError) {
      key = try input.requiredText("KeyId", .keyID)
      let token = try input.requiredBlob("ImportToken", ModelRange.ciphertext)
      let encrypted = try input.requiredBlob("EncryptedKeyMaterial", ModelRange.ciphertext)
      material = ImportedMaterial(encrypted: encrypted, token: token)
      validTo = try input.moment("ValidTo")
      expires = try input.text("ExpirationModel", .expirationModel) != "KEY_MATERIAL_DOES_NOT_EXPIRE"
      type = try input.text("ImportType", .importType)
      description = try input.text("KeyMaterialDescription", .keyMaterialDescription)
      id = try input.text("KeyMaterialId", .keyMaterialID)
    }

    /// - Throws: `ValidationException` for members that can't go together.
    func terms() throws(AWSError) -> ImportTerms {
      guard !expires || validTo != nil else { throw .validToMissing }
      guard expires || validTo == nil else { throw .validToUnexpected }
      let kind = type.map { $0 == "NEW_KEY_MATERIAL" ? ImportTerms.Kind.new : .existing }
      guard id == nil || kind != .new else { throw .materialIDOfNewMaterial }
      return ImportTerms(
        kind: kind, claimed: id.flatMap { Hex.bytes($0) }, expiry: validTo, description: description)
    }
  }
}

struct DeleteImportedKeyMaterialOperation: AWSOperation {
  static let name = "DeleteImportedKeyMaterial"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> DeleteImportedKeyMaterial {
    let (key, material) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      (try input.requiredText("KeyId", .keyID), try input.text("KeyMaterialId", .keyMaterialID))
    }
    return DeleteImportedKeyMaterial(try call.key(key, .keys), material: material)
  }

  static func encode(_ answer: KeyMaterial, _ call: AWSCall, into output: inout JSONWriter) {
    KeyMaterialAnswer.write(answer, into: &output)
  }
}

/// A key and the material that an operation was about.
enum KeyMaterialAnswer {
  static func write(_ answer: KeyMaterial, into output: inout JSONWriter) {
    output.object { output in
      output.member("KeyId", answer.key.resourceName)
      if let name = answer.name { output.member("KeyMaterialId", name) }
    }
  }
}

/// The members `ExpirationModel` and, when it expires, `ValidTo`.
enum Expiration {
  static func write(_ expiry: Instant?, into output: inout JSONWriter) {
    output.member("ExpirationModel", AWSVocabulary().expirationModel(expires: expiry != nil))
    guard let expiry else { return }
    output.name("ValidTo")
    output.seconds(milliseconds: expiry.milliseconds)
  }
}

extension AWSError {
  static let validToMissing = AWSError.validation(
    "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES")
  static let validToUnexpected = AWSError.validation(
    "A validTo date must not be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE")
  static let invalidValidTo = AWSError.validation(
    "The validTo date must be in the future, and at most \(ImportTerms.longestStay) days from now")
  static let materialIDOfNewMaterial = AWSError.validation(
    "A KeyMaterialId must not be set if the ImportType is NEW_KEY_MATERIAL")
}

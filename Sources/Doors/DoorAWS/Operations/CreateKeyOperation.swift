import KMSDomain
import KMSEngine
import WireJSON

struct CreateKeyOperation: AWSOperation {
  static let name = "CreateKey"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> CreateKey {
    let request = try Input.read(json) { (input: inout Input) throws(AWSError) in try Request(&input) }
    try request.check()
    if let tags = request.tags { try Tags.check(tags) }
    return CreateKey(
      home: call.keyring, spec: .aes256, usages: [.encrypt, .decrypt], description: request.description,
      tags: request.tags ?? [], policy: try request.policy.map(PolicyDocument.bytes),
      bypassesLockoutCheck: request.bypasses)
  }

  static func encode(_ answer: ProtectedKey, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { KeyMetadata.write(answer, into: &$0) }
  }

  /// The members of the request.
  private struct Request {
    let policy: String?
    let description: String
    let tags: [Tag]?
    let bypasses: Bool
    private let usage: String?
    private let spec: String
    private let origin: String
    private let hasBothSpecs: Bool
    private let isMultiRegion: Bool
    private let hasCustomStore: Bool

    init(_ input: inout Input) throws(AWSError) {
      policy = try input.text("Policy", .policy)
      description = try input.text("Description", .description) ?? ""
      usage = try input.text("KeyUsage", .keyUsage)
      let older = try input.text("CustomerMasterKeySpec", .customerMasterKeySpec)
      let newer = try input.text("KeySpec", .keySpec)
      hasBothSpecs = older != nil && newer != nil
      spec = newer ?? older ?? "SYMMETRIC_DEFAULT"
      origin = try input.text("Origin", .origin) ?? "AWS_KMS"
      let store = try input.text("CustomKeyStoreId", .customKeyStoreID)
      let xks = try input.text("XksKeyId", .xksKeyID)
      hasCustomStore = store != nil || xks != nil
      bypasses = try input.flag("BypassPolicyLockoutSafetyCheck") ?? false
      tags = try input.tags()
      isMultiRegion = try input.flag("MultiRegion") ?? false
    }

    /// What the service model allows and this server doesn't have, and what can't go together.
    func check() throws(AWSError) {
      guard !hasBothSpecs else {
        throw .validation("You cannot specify KeySpec and CustomerMasterKeySpec in the same request.")
      }
      guard spec == "SYMMETRIC_DEFAULT" else {
        throw .unsupported("KeySpec \(spec) is not supported by this server.")
      }
      guard usage == nil || usage == "ENCRYPT_DECRYPT" else {
        throw .validation("KeyUsage \(usage ?? "") is not compatible with KeySpec \(spec)")
      }
      guard origin == "AWS_KMS", !hasCustomStore else {
        throw .unsupported("Origin \(origin) is not supported by this server.")
      }
      guard !isMultiRegion else { throw .unsupported("Multi-Region keys are not supported by this server.") }
    }
  }
}

/// Key policies on the wire.
enum PolicyDocument {
  /// The quota of AWS, below what the service model lets through.
  private static let most = 32 << 10

  /// - Throws: `LimitExceededException` above the quota.
  static func bytes(_ text: String) throws(AWSError) -> [UInt8] {
    guard text.utf8.count <= most else {
      throw .limitExceeded("The key policy is longer than \(most) bytes.")
    }
    return Array(text.utf8)
  }
}

import KMSDomain
import KMSEngine
import WireJSON

struct CreateKeyOperation: AWSOperation {
  static let name = "CreateKey"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> CreateKey {
    let request = try Input.read(json) { (input: inout Input) throws(AWSError) in try Request(&input) }
    let (spec, usages) = try request.kind()
    if let tags = request.tags { try Tags.check(tags) }
    return CreateKey(
      home: call.keyring, spec: spec, usages: usages, description: request.description,
      tags: request.tags ?? [], policy: try request.policy.map(PolicyDocument.bytes),
      bypassesLockoutCheck: request.bypasses, place: try request.place(in: call.keyring),
      origin: request.isExternal ? .imported : .generated, isMultiRegion: request.isMultiRegion)
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
    let isMultiRegion: Bool
    private let usage: String?
    private let spec: String
    private let origin: String
    private let hasBothSpecs: Bool
    private let placement: KeyStorePlacement
    var isExternal: Bool { origin == "EXTERNAL" }

    init(_ input: inout Input) throws(AWSError) {
      policy = try input.text("Policy", .policy)
      description = try input.text("Description", .description) ?? ""
      usage = try input.text("KeyUsage", .keyUsage)
      let older = try input.text("CustomerMasterKeySpec", .customerMasterKeySpec)
      let newer = try input.text("KeySpec", .keySpec)
      hasBothSpecs = older != nil && newer != nil
      spec = newer ?? older ?? "SYMMETRIC_DEFAULT"
      origin = try input.text("Origin", .origin) ?? "AWS_KMS"
      placement = try KeyStorePlacement(&input, origin: origin)
      bypasses = try input.flag("BypassPolicyLockoutSafetyCheck") ?? false
      tags = try input.tags()
      isMultiRegion = try input.flag("MultiRegion") ?? false
    }

    /// nil: not in a custom key store.
    func place(in keyring: Keyring) throws(AWSError) -> KeyStorePlace? {
      try placement.place(in: keyring, spec: spec, isMultiRegion: isMultiRegion)
    }

    /// What kind of key is asked for.
    /// - Throws: for what can't go together, and for what the service model allows and this server doesn't have.
    func kind() throws(AWSError) -> (KeySpec, KeyUsages) {
      guard !hasBothSpecs else {
        throw .validation(
          "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. "
            + "CustomerMasterKeySpec is deprecated.")
      }
      guard let spec = KeySpec.byName[self.spec] else {
        throw .unsupported("KeySpec \(self.spec) is not supported by this server.")
      }
      return (spec, try usages(of: spec))
    }

    private func usages(of spec: KeySpec) throws(AWSError) -> KeyUsages {
      guard let usage else {
        guard spec == .aes256 else {
          throw .validation(
            "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.")
        }
        return [.encrypt, .decrypt]
      }
      guard let usages = KeyUsages.byName[usage], spec.awsUsages.contains(usages) else {
        throw .validation("KeyUsage \(usage) is not compatible with KeySpec \(self.spec)")
      }
      return usages
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

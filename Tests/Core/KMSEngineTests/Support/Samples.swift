import KMSDomain
import KMSEngine
import KMSTestKit

extension Payload {
  /// For callers' bytes in tests.
  static func of(_ bytes: [UInt8]) -> Payload {
    Payload(count: bytes.count) { (room: inout MutableSpan<UInt8>) in
      for index in bytes.indices { room[index] = bytes[index] }
      return true
    }.unsafelyPresent
  }

  /// Empty the second time.
  func bytes() -> [UInt8] {
    readOnce { span in span.indices.map { span[$0] } } ?? []
  }
}

extension EncryptionContext {
  static let sample = EncryptionContext([Pair(name: "purpose", value: "test")]).unsafelyPresent
}

extension Operation where Self == CreateKey {
  static func create(
    tags: [Tag] = [], kind: Trial.Kind = .symmetric, usages: KeyUsages? = nil, policy: String? = nil,
    bypassesLockoutCheck: Bool = false, home: Keyring = Fixtures.keyring, origin: KeyOrigin = .generated,
    isMultiRegion: Bool = false
  ) -> CreateKey {
    CreateKey(
      home: home, spec: kind.spec, usages: usages ?? kind.usages, description: "a sample", tags: tags,
      policy: policy.map { Array($0.utf8) }, bypassesLockoutCheck: bypassesLockoutCheck, origin: origin,
      isMultiRegion: isMultiRegion)
  }
}

extension Operation where Self == Encrypt {
  static func encrypt(
    _ key: KeyReference, context: EncryptionContext = .sample, isDryRun: Bool = false
  ) -> Encrypt {
    Encrypt(key, plaintext: .of(World.plaintext), context: context, isDryRun: isDryRun)
  }
}

extension Operation where Self == Decrypt {
  static func decrypt(
    _ ciphertext: [UInt8], key: KeyReference? = nil, region: String = "eu-central-1",
    context: EncryptionContext = .sample, isDryRun: Bool = false
  ) throws -> Decrypt {
    Decrypt(
      try CiphertextSource(ciphertext, by: nil, named: key, region: region), context: context,
      isDryRun: isDryRun)
  }
}

extension Operation where Self == ReEncrypt {
  static func reEncrypt(
    _ ciphertext: [UInt8], source: KeyReference? = nil, to destination: KeyReference,
    region: String = "eu-central-1", isDryRun: Bool = false
  ) throws -> ReEncrypt {
    ReEncrypt(
      try CiphertextSource(ciphertext, by: nil, named: source, region: region), sourceContext: .sample,
      destination: destination, destinationContext: .empty, isDryRun: isDryRun)
  }
}

extension Operation where Self == ReplicateKey {
  static func replicate(
    _ key: KeyReference, to region: String = World.west, tags: [Tag] = [], policy: String? = nil,
    bypassesLockoutCheck: Bool = false
  ) -> ReplicateKey {
    ReplicateKey(
      key, region: region, description: "a replica", tags: tags, policy: policy.map { Array($0.utf8) },
      bypassesLockoutCheck: bypassesLockoutCheck)
  }
}

extension Operation where Self == GenerateDataKey {
  static func dataKey(
    _ key: KeyReference, withPlaintext: Bool = true, isDryRun: Bool = false
  ) -> GenerateDataKey {
    GenerateDataKey(key, count: 32, context: .sample, withPlaintext: withPlaintext, isDryRun: isDryRun)
  }
}

extension Operation where Self == Sign {
  static func sign(_ key: KeyReference, by algorithm: SigningAlgorithm = .ecdsaSHA256) -> Sign {
    Sign(key, message: .of(World.plaintext), form: .raw, by: algorithm, isDryRun: false)
  }
}

extension Operation where Self == Verify {
  static func verify(_ signature: [UInt8], _ key: KeyReference) -> Verify {
    Verify(
      key, signature: signature, message: .of(World.plaintext), form: .raw, by: .ecdsaSHA256,
      isDryRun: false)
  }
}

extension Operation where Self == GenerateMac {
  static func mac(_ key: KeyReference) -> GenerateMac {
    GenerateMac(key, message: .of(World.plaintext), by: .hmacSHA256, isDryRun: false)
  }
}

extension Operation where Self == GenerateDataKeyPair {
  static func dataKeyPair(
    _ key: KeyReference, _ spec: KeySpec = .p256, withPlaintext: Bool = true, isDryRun: Bool = false
  ) -> GenerateDataKeyPair {
    GenerateDataKeyPair(key, spec, context: .sample, withPlaintext: withPlaintext, isDryRun: isDryRun)
  }
}

extension AttachedPolicy {
  /// Allows exactly these.
  static func only(_ actions: [Action]) -> AttachedPolicy {
    AttachedPolicy(name: "only", policy: Policy(statements: [.allow(actions: ActionSet(actions))]))
  }

  /// Allows everything but this.
  static func allBut(_ action: Action) -> AttachedPolicy {
    only(Action.allCases.filter { $0 != action })
  }

  static func denying(_ actions: Action..., on resource: String = "*") -> AttachedPolicy {
    let statement = Statement.deny(actions: ActionSet(actions), resources: ResourceSet([Glob(resource)]))
    return AttachedPolicy(name: "denying", policy: Policy(statements: [statement]))
  }
}

import KMSDomain
import Testing
import WireJSON

@testable import DoorAWS

/// Values that the tests of this door share.
enum Samples {
  static let account = known("111122223333")
  static let other = known("444455556666")
  static let keyring = Keyring(account: account, region: "eu-central-1", kind: .aws)
  static let keyARN = NamesTests.home + "key/" + NamesTests.id

  private static func known(_ text: String) -> AccountID {
    guard let account = AccountID(text) else { preconditionFailure("a constant of the tests is malformed") }
    return account
  }

  static func json(_ text: String) throws -> JSONValue {
    try JSONDocument(Array(text.utf8), limits: AWSLimits.json).root
  }

  static func policy(_ text: String, as kind: PolicyKind = .key) throws(KMSError) -> Policy {
    try AWSVocabulary().compile(Array(text.utf8), as: kind)
  }

  /// A key policy of one statement for everybody, with these further elements.
  static func statement(_ elements: String, version: String = "2012-10-17") throws -> Statement {
    let document = """
      {"Version": "\(version)", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "kms:*", \(elements)}}
      """
    return try #require(try policy(document).statements.first)
  }

  static func caller(
    _ name: String = "alice", account: AccountID = account, isRoot: Bool = false, policies: [String] = []
  ) throws -> Caller {
    Caller(
      account: account,
      principal: isRoot ? ARN.accountRoot(account) : "arn:aws:iam::\(account.text):user/\(name)",
      principalID: "AIDA\(name.uppercased())", userName: isRoot ? nil : name, isRoot: isRoot,
      credential: "AKIATEST",
      policies: try policies.map { AttachedPolicy(name: "inline", policy: try policy($0, as: .identity)) })
  }

  static func key(tags: [KMSDomain.Tag] = []) -> KeyRecord {
    let version = VersionID(Bits128(high: 1, low: 2))
    let moment = Instant(milliseconds: 1_800_000_000_000)
    return KeyRecord(
      id: KeyID(Bits128(high: 1, low: 1)), home: keyring, identifier: NamesTests.id, resourceName: keyARN,
      spec: .aes256, usages: [.encrypt, .decrypt], origin: .generated, exportable: false, createdAt: moment,
      state: .active, deletionDate: nil, description: "", tags: tags, policy: [],
      versions: [KeyVersion(id: version, state: .active, createdAt: moment, material: nil)], current: version,
      generation: 1)
  }

  static func decide(
    _ action: Action, _ keyPolicy: String, by caller: Caller, facts: RequestFacts = .none,
    tags: [KMSDomain.Tag] = []
  ) throws -> Decision {
    let origin = RequestOrigin(
      id: RequestID(Bits128(high: 3, low: 3)), door: "aws", source: "127.0.0.1", isEncrypted: true,
      userAgent: "")
    let resource = ProtectedResource.key(ProtectedKey(record: key(tags: tags), policy: try policy(keyPolicy)))
    let request = AccessRequest(
      action: action, caller: caller, origin: origin, resource: resource, facts: facts)
    return PolicyEvaluator.decide(request, vocabulary: AWSVocabulary())
  }
}

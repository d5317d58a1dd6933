package import KMSDomain
import KMSTestKit

/// Permits for tests, made as everywhere: by `authorise`, here for a user who may do everything in its account: the root
/// can't do all of it.
package enum Permits {
  /// - Parameter key: nil for actions without a key.
  package static func permit(
    _ action: Action, key: KeyID? = nil, version: VersionID? = nil
  ) throws -> Permit {
    let resource = ProtectedResource.newKey(account: Fixtures.account)
    let request = AccessRequest(
      action: action, caller: action.isForSystem ? system : user, origin: Fixtures.origin(),
      resource: resource,
      facts: .none)
    let verdict = authorise(request, version: version, newKey: key, vocabulary: PlainVocabulary())
    guard let permit = verdict.takePermit() else { throw ConformanceFailure("\(action) was denied") }
    return permit
  }

  /// For material of a family, by a right to a key of it that has another id.
  static func permit(_ action: Action, of family: KeyID, version: VersionID) throws -> Permit {
    var record = Fixtures.key(4711)
    record.family = KeyFamily(
      material: family, primaryRegion: "us-east-1", replicaRegions: [record.home.region])
    let policy = Policy(statements: [.allow(PrincipalSet([.account(Fixtures.account)]))])
    let request = AccessRequest(
      action: action, caller: user, origin: Fixtures.origin(),
      resource: .key(ProtectedKey(record: record, policy: policy)), facts: .none)
    let verdict = authorise(request, version: version, vocabulary: PlainVocabulary())
    guard let permit = verdict.takePermit() else { throw ConformanceFailure("\(action) was denied") }
    return permit
  }

  private static let user = Fixtures.caller("user", policies: [.administrator])
  private static let system = Caller(
    account: nil, principal: "system", principalID: "system", userName: nil, isRoot: false,
    credential: "system", policies: [], isSystem: true)
}

import KMSDomain
import KMSTestKit
import Testing

@Suite struct PermitTests {
  private func verdict(_ caller: Caller, _ action: Action) -> Verdict {
    let policy = Policy(statements: [.allow(PrincipalSet([.account(Fixtures.account)]))])
    return authorise(
      AccessRequest(
        action: action, caller: caller, origin: Fixtures.origin(),
        resource: .key(ProtectedKey(record: Fixtures.key(), policy: policy)), facts: .none),
      version: Fixtures.versionID(1), vocabulary: PlainVocabulary())
  }

  @Test func `no permit without a right`() {
    let refused = verdict(Fixtures.caller(), .encrypt)
    #expect(!refused.decision.isAllowed)
    let hasPermit = refused.takePermit() != nil
    #expect(!hasPermit)
  }

  @Test func `a permit is for one action on one version of one key`() throws {
    guard let permit = verdict(Fixtures.caller(policies: [.administrator]), .encrypt).takePermit() else {
      Issue.record("the administrator got no permit")
      return
    }
    let answers = [
      check(permit, .encrypt, Fixtures.keyID(1), Fixtures.versionID(1)),
      check(permit, .decrypt, Fixtures.keyID(1), Fixtures.versionID(1)),
      check(permit, .encrypt, Fixtures.keyID(2), Fixtures.versionID(1)),
      check(permit, .encrypt, Fixtures.keyID(1), Fixtures.versionID(2)),
      check(permit, .encrypt, nil, nil),
    ]
    #expect(answers == [true, false, false, false, false])
  }

  private func check(_ permit: borrowing Permit, _ action: Action, _ key: KeyID?, _ version: VersionID?)
    -> Bool
  {
    do throws(KMSError) {
      try permit.check(action, key: key, version: version)
      return true
    } catch {
      return false
    }
  }
}

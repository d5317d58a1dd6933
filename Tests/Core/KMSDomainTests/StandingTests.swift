import KMSDomain
import KMSTestKit
import Testing

/// What limits whom: the table of AWS's documentation about policies of resources and implicit denies of other policies, and
/// its rules for principals.
@Suite struct StandingTests {
  static let role = "role:app"
  static let session = "session:app:one"
  static let user = Fixtures.principal("alice")
  static let federated = "federated:guest"
  private static let nothing = AttachedPolicy(name: "nothing", policy: Policy(statements: []))
  private static let everything = AttachedPolicy.administrator

  /// Who asks, with or without what allows or limits it.
  enum Asker: CaseIterable {
    case user, userSession, roleSession, federated

    func caller(
      identity: Bool = false, boundary: AttachedPolicy? = nil, session policies: [AttachedPolicy]? = nil,
      account: AccountID = Fixtures.account
    ) -> Caller {
      let kind: Session.Kind? =
        switch self {
        case .user: nil
        case .userSession: .user
        case .roleSession: .role(StandingTests.role)
        case .federated: .federated(by: StandingTests.user)
        }
      let principal =
        switch self {
        case .user, .userSession: StandingTests.user
        case .roleSession: StandingTests.session
        case .federated: StandingTests.federated
        }
      let session = kind.map {
        Session(
          kind: $0, of: $0 == .user ? nil : IdentityID("IDparent"), name: "one", issuedAt: Fixtures.start,
          expiresAt: Fixtures.start.advanced(days: 1),
          policies: policies, sourceIdentity: nil, provider: nil)
      }
      return Caller(
        account: account, principal: principal, principalID: "ID", userName: nil, isRoot: false,
        credential: "AKIATEST", policies: identity ? [everything] : [], boundary: boundary, session: session)
    }
  }

  private func decide(
    _ caller: Caller, _ statements: Statement..., grants: [GrantRecord] = [], key: KeyRecord = Fixtures.key()
  ) -> Decision {
    PolicyEvaluator.decide(
      AccessRequest(
        action: .encrypt, caller: caller, origin: Fixtures.origin(),
        resource: .key(ProtectedKey(record: key, policy: Policy(statements: statements))), facts: .none,
        time: Fixtures.start, grants: grants),
      vocabulary: PlainVocabulary())
  }

  /// What a key's policy or a grant that meant somebody's id gives to whoever has the name now.
  @Test(arguments: Asker.allCases)
  func `a name that meant somebody is nobody else's`(asker: Asker) {
    let caller = asker.caller(identity: true, session: [Self.everything])
    let name = asker == .roleSession ? Self.role : Self.user
    let own = caller.session?.identity ?? IdentityID(caller.principalID)
    for (id, isAllowed) in [(own, true), (IdentityID("AIDAbefore"), false)] {
      var record = Fixtures.key()
      record.meant = [IdentityRecord.TrustedPrincipal(name: name, id: id)]
      #expect(decide(caller, allow(.named(name)), key: record).isAllowed == isAllowed)
      let deny = Statement.deny(PrincipalSet([.named(name)]))
      #expect(
        decide(caller, allow(.anyone), deny, key: record).isExplicitDeny,
        "a deny is for whoever has the name")
      let terms = GrantTerms(
        name: "", grantee: name, retiring: nil, operations: GrantOperations([.encrypt]), constraints: .none,
        issuer: Fixtures.account)
      let grant = GrantRecord(
        id: GrantID(high: Bits128(high: 1, low: 1), low: Bits128(high: 1, low: 1)), key: Fixtures.keyID(1),
        region: "eu-central-1", terms: terms, meant: GrantRecord.Meant(grantee: id, retiring: nil),
        createdAt: Fixtures.start)
      #expect(decide(caller, grants: [grant]).isAllowed == isAllowed)
    }
  }

  private func allow(_ member: PrincipalSet.Member) -> Statement { .allow(PrincipalSet([member])) }

  /// The rows of the table, with every other kind of policy silent.
  @Test(arguments: [
    (Asker.user, user, true), (.userSession, user, true), (.roleSession, session, true),
    (.federated, federated, true), (.roleSession, role, false), (.federated, user, false),
    (.roleSession, "session:app:two", false), (.user, role, false),
  ])
  func `what is allowed to the caller itself no limit reaches, what is allowed to its role or user one does`(
    asker: Asker, named: String, isAllowed: Bool
  ) {
    let limited = asker.caller(boundary: Self.nothing, session: [Self.nothing])
    #expect(decide(limited, allow(.named(named))).isAllowed == isAllowed)
  }

  @Test func `a role's session may what the role may, within its boundary and its session policies`() {
    let statement = allow(.named(Self.role))
    let role = Asker.roleSession
    #expect(decide(role.caller(), statement) == Decision(isAllowed: true, ground: .keyPolicy("#1")))
    #expect(decide(role.caller(boundary: Self.everything), statement).isAllowed)
    #expect(decide(role.caller(session: [Self.nothing, Self.everything]), statement).isAllowed)
    #expect(
      decide(role.caller(boundary: Self.nothing), statement)
        == Decision(isAllowed: false, ground: .noBoundaryStatement))
    #expect(
      decide(role.caller(boundary: Self.everything, session: [Self.nothing]), statement)
        == Decision(isAllowed: false, ground: .noSessionStatement))
    #expect(
      decide(role.caller(session: []), statement) == Decision(isAllowed: false, ground: .noSessionStatement))
  }

  @Test func `somebody a user vouched for without session policies may nothing by that user`() {
    let guest = Asker.federated
    let root = allow(.account(Fixtures.account))
    #expect(
      decide(guest.caller(identity: true), root)
        == Decision(isAllowed: false, ground: .noSessionStatement))
    #expect(!decide(guest.caller(), allow(.named(Self.user))).isAllowed)
    #expect(decide(guest.caller(session: [Self.everything]), allow(.named(Self.user))).isAllowed)
    #expect(decide(guest.caller(identity: true, session: [Self.everything]), root).isAllowed)
    #expect(decide(guest.caller(), allow(.named(Self.federated))).isAllowed)
  }

  @Test(arguments: Asker.allCases)
  func `what identity policies allow is limited by boundary and session policies`(asker: Asker) {
    let root = allow(.account(Fixtures.account))
    let session = [Self.everything]
    #expect(decide(asker.caller(identity: true, session: session), root).isAllowed)
    #expect(
      decide(asker.caller(session: session), root)
        == Decision(isAllowed: false, ground: .noIdentityStatement))
    #expect(
      decide(asker.caller(identity: true, boundary: Self.nothing, session: session), root)
        == Decision(isAllowed: false, ground: .noBoundaryStatement))
    #expect(
      decide(asker.caller(identity: true, boundary: Self.everything, session: session), root).isAllowed)
    guard asker != .user else { return }
    #expect(
      decide(asker.caller(identity: true, session: [Self.nothing]), root)
        == Decision(isAllowed: false, ground: .noSessionStatement))
  }

  @Test(arguments: Asker.allCases)
  func `a star lets in whoever has an account, whatever limits it`(asker: Asker) {
    #expect(decide(asker.caller(boundary: Self.nothing, session: [Self.nothing]), allow(.anyone)).isAllowed)
  }

  @Test(arguments: Asker.allCases)
  func `a deny wins wherever it stands`(asker: Asker) {
    let deny = AttachedPolicy(name: "no", policy: Policy(statements: [.deny()]))
    let star = allow(.anyone)
    #expect(
      decide(asker.caller(boundary: deny), star)
        == Decision(isAllowed: false, ground: .boundary(policy: "no", statement: "#deny")))
    if asker != .user {
      #expect(
        decide(asker.caller(session: [Self.everything, deny]), star)
          == Decision(isAllowed: false, ground: .sessionPolicy(policy: "no", statement: "#deny")))
    }
    let whole: [PrincipalSet.Member] = [.anyone, .account(Fixtures.account)]
    for member in whole {
      #expect(decide(asker.caller(), star, .deny(PrincipalSet([member]))).isExplicitDeny)
    }
  }

  @Test func `a deny of a role or a user reaches its sessions, that of a session only itself`() {
    let star = allow(.anyone)
    #expect(decide(Asker.roleSession.caller(), star, .deny(PrincipalSet([.named(Self.role)]))).isExplicitDeny)
    #expect(decide(Asker.federated.caller(), star, .deny(PrincipalSet([.named(Self.user)]))).isExplicitDeny)
    #expect(
      decide(Asker.roleSession.caller(), star, .deny(PrincipalSet([.named("session:app:two")]))).isAllowed)
    #expect(decide(Asker.user.caller(), star, .deny(PrincipalSet([.named(Self.federated)]))).isAllowed)
  }

  @Test(arguments: Asker.allCases)
  func `a caller of another account needs its own policies too, however it is named`(asker: Asker) {
    let named: [PrincipalSet.Member] = [
      .anyone, .account(Fixtures.otherAccount), .named(Self.session), .named(Self.role), .named(Self.user),
      .named(Self.federated),
    ]
    let statement = Statement.allow(PrincipalSet(named))
    let bare = asker.caller(session: [Self.everything], account: Fixtures.otherAccount)
    #expect(decide(bare, statement) == Decision(isAllowed: false, ground: .noIdentityStatement))
    let rich = asker.caller(identity: true, session: [Self.everything], account: Fixtures.otherAccount)
    #expect(decide(rich, statement).isAllowed)
    let limited = asker.caller(
      identity: true, boundary: Self.nothing, session: [Self.everything], account: Fixtures.otherAccount)
    #expect(decide(limited, statement) == Decision(isAllowed: false, ground: .noBoundaryStatement))
    #expect(decide(rich) == Decision(isAllowed: false, ground: .noKeyPolicyStatement))
  }

  // MARK: NotPrincipal

  @Test func `a deny of everybody else spares only whom it lists at every level`() {
    let star = allow(.anyone)
    func deny(_ members: PrincipalSet.Member...) -> Statement { .deny(PrincipalSet(members, inverted: true)) }
    let account = PrincipalSet.Member.account(Fixtures.account)
    let (user, role, session) = (
      PrincipalSet.Member.named(Self.user), PrincipalSet.Member.named(Self.role),
      PrincipalSet.Member.named(Self.session)
    )
    #expect(decide(Asker.user.caller(), star, deny(user, account)).isAllowed)
    #expect(decide(Asker.user.caller(), star, deny(user)).isExplicitDeny)
    #expect(decide(Asker.user.caller(), star, deny(account)).isExplicitDeny)
    #expect(decide(Asker.roleSession.caller(), star, deny(session, role, account)).isAllowed)
    #expect(decide(Asker.roleSession.caller(), star, deny(role, account)).isExplicitDeny)
    #expect(decide(Asker.roleSession.caller(), star, deny(session, account)).isExplicitDeny)
    let guest = PrincipalSet.Member.named(Self.federated)
    #expect(decide(Asker.federated.caller(), star, deny(guest, user, account)).isAllowed)
    #expect(decide(Asker.federated.caller(), star, deny(guest, account)).isExplicitDeny)
    #expect(decide(Asker.user.caller(), star, deny(.anyone)).isAllowed)
    #expect(decide(Fixtures.caller("root", isRoot: true), star, deny(account)).isAllowed)
    let limited = Asker.user.caller(boundary: Self.everything)
    #expect(decide(limited, star, deny(user, account)).isExplicitDeny, "as documented for boundaries")
  }

  @Test func `an allow of everybody else lets nobody in`() {
    for members in [[], [PrincipalSet.Member.named("user:else")], [.account(Fixtures.otherAccount)]] {
      #expect(!decide(Asker.user.caller(), .allow(PrincipalSet(members, inverted: true))).isAllowed)
    }
  }

  // MARK: Grants

  private func grant(
    _ grantee: String, _ operations: [GrantOperation] = [.encrypt], _ constraints: GrantConstraints = .none
  ) -> GrantRecord {
    GrantRecord(
      id: GrantID(high: Bits128(high: 7, low: 7), low: Bits128(high: 7, low: 7)), key: Fixtures.keyID(1),
      region: "eu-central-1",
      terms: GrantTerms(
        name: "", grantee: grantee, retiring: nil, operations: GrantOperations(operations),
        constraints: constraints, issuer: Fixtures.account), createdAt: Fixtures.start)
  }

  @Test func `a grant is to whom it names what the key's policy would be`() {
    let root = PlainVocabulary().rootPrincipal(of: Fixtures.account)
    let other = Statement.allow(PrincipalSet([.named("user:else")]))
    let limited = Asker.roleSession.caller(boundary: Self.nothing)
    let byGrant = Decision(isAllowed: true, ground: .grant(grant("").id))
    #expect(decide(Asker.user.caller(), other, grants: [grant(Self.user)]) == byGrant)
    #expect(decide(limited, other, grants: [grant(Self.session)]) == byGrant)
    #expect(
      decide(limited, other, grants: [grant(Self.role)])
        == Decision(isAllowed: false, ground: .noBoundaryStatement))
    #expect(decide(Asker.roleSession.caller(), other, grants: [grant(Self.role)]) == byGrant)
    #expect(!decide(Asker.user.caller(), other, grants: [grant(root)]).isAllowed)
    #expect(decide(Asker.user.caller(identity: true), other, grants: [grant(root)]).isAllowed)
    #expect(decide(Fixtures.caller("root", isRoot: true), other).isAllowed == false)
    #expect(
      decide(Asker.user.caller(), other, grants: [grant(Self.user, [.decrypt])])
        == Decision(isAllowed: false, ground: .noKeyPolicyStatement))
    #expect(
      decide(Asker.user.caller(), .deny(PrincipalSet([.anyone])), grants: [grant(Self.user)]).isExplicitDeny)
  }

  @Test func `somebody of another account needs its own policies for a grant too`() {
    let grants = [grant(Self.user)]
    let bare = Asker.user.caller(account: Fixtures.otherAccount)
    #expect(decide(bare, grants: grants) == Decision(isAllowed: false, ground: .noIdentityStatement))
    #expect(
      decide(Asker.user.caller(identity: true, account: Fixtures.otherAccount), grants: grants).isAllowed)
  }
}

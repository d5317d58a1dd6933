import KMSDomain
import KMSTestKit
import Testing

@Suite struct GrantRightTests {
  private static let alice = Fixtures.principal("alice")

  private static func context(_ pairs: (String, String)...) -> EncryptionContext {
    EncryptionContext(pairs.map { .init(name: $0.0, value: $0.1) }) ?? .empty
  }

  private static let it = context(("dept", "it"))
  private static let more = context(("dept", "it"), ("purpose", "test"))

  private static func terms(
    _ operations: [GrantOperation], equals: EncryptionContext? = nil, subset: EncryptionContext? = nil
  ) -> GrantTerms {
    GrantTerms(
      name: "", grantee: alice, retiring: nil, operations: GrantOperations(operations),
      constraints: GrantConstraints(equals: equals, subset: subset), issuer: Fixtures.account)
  }

  private func isAllowed(_ action: Action, _ facts: RequestFacts, by terms: GrantTerms) -> Bool {
    let number = Bits128(high: 1, low: 1)
    let grant = GrantRecord(
      id: GrantID(high: number, low: number), key: Fixtures.keyID(1), region: "eu-central-1", terms: terms,
      createdAt: Fixtures.start)
    return PolicyEvaluator.decide(
      AccessRequest(
        action: action, caller: Fixtures.caller(), origin: Fixtures.origin(),
        resource: .key(ProtectedKey(record: Fixtures.key(), policy: Policy(statements: []))), facts: facts,
        time: Fixtures.start, grants: [grant]),
      vocabulary: PlainVocabulary()
    ).isAllowed
  }

  @Test(arguments: GrantOperation.allCases)
  func `each operation allows its own action and no other`(operation: GrantOperation) {
    var facts = RequestFacts()
    facts.grant = GrantFacts(Self.terms([]))
    for action in Action.allCases where action != .getCallerIdentity && action != .getSessionToken {
      // Whoever may retire a grant retires that grant; it is no right over the key.
      let isIts = action == operation.action && operation != .retireGrant
      #expect(isAllowed(action, facts, by: Self.terms([operation])) == isIts)
    }
  }

  @Test func `constraints compare the encryption context exactly, or ask for a part of it`() {
    func encrypts(_ context: EncryptionContext?, _ terms: GrantTerms) -> Bool {
      var facts = RequestFacts()
      facts.encryptionContext = context
      return isAllowed(.encrypt, facts, by: terms)
    }
    let equals = Self.terms([.encrypt], equals: Self.it)
    #expect(encrypts(Self.it, equals) && !encrypts(Self.more, equals) && !encrypts(nil, equals))
    #expect(
      !encrypts(Self.context(("Dept", "it")), equals) && !encrypts(Self.context(("dept", "IT")), equals))
    let subset = Self.terms([.encrypt], subset: Self.it)
    #expect(encrypts(Self.it, subset) && encrypts(Self.more, subset) && !encrypts(.empty, subset))
    let both = Self.terms([.encrypt], equals: Self.more, subset: Self.it)
    #expect(encrypts(Self.more, both) && !encrypts(Self.it, both))
    #expect(encrypts(nil, Self.terms([.encrypt], equals: .empty)))
  }

  @Test func `what is asked of a key can be asked where one of its grants is given up`() {
    let terms = GrantTerms(
      name: "", grantee: Self.alice, retiring: Self.alice, operations: GrantOperations([.encrypt]),
      constraints: .none, issuer: Fixtures.account)
    let number = Bits128(high: 1, low: 1)
    let grant = GrantRecord(
      id: GrantID(high: number, low: number), key: Fixtures.keyID(1), region: "eu-central-1", terms: terms,
      createdAt: Fixtures.start)
    for (spec, isAllowed) in [("aes256", false), ("rsa2048", true)] {
      let condition = Condition(
        key: .keySpec, test: .stringEquals([spec], ignoringCase: false, negated: false), quantifier: .single,
        ifExists: false, label: "")
      let policy = Policy(statements: [.deny(PrincipalSet([.anyone]), conditions: [condition])])
      let key = ProtectedKey(record: Fixtures.key(), policy: policy)
      let request = AccessRequest(
        action: .retireGrant, caller: Fixtures.caller(), origin: Fixtures.origin(),
        resource: .grant(grant, key), facts: .none, time: Fixtures.start)
      #expect(PolicyEvaluator.decide(request, vocabulary: PlainVocabulary()).isAllowed == isAllowed)
    }
  }

  @Test func `lists of grants are kept for so many, whatever sessions call themselves`() {
    let shelf = GrantShelf()
    func holder(_ number: Int) -> GrantShelf.Holder { GrantShelf.Holder(Fixtures.caller("user-\(number)")) }
    for number in 0..<5000 { shelf.keep([], for: holder(number)) }
    #expect(shelf.count <= GrantShelf.mostLists)
    #expect(shelf.grants(for: holder(4999)) != nil && shelf.grants(for: holder(0)) == nil)
    // Whoever is asked for all the time stays.
    for number in 0..<5000 {
      shelf.keep([], for: holder(number))
      #expect(shelf.grants(for: holder(4999)) != nil)
    }
  }

  @Test func `describing a key doesn't look at constraints`() {
    #expect(isAllowed(.describeKey, .none, by: Self.terms([.describeKey], equals: Self.it)))
  }

  @Test(arguments: [
    // What the parent has, what the child would have, and whether that is no more.
    (terms([.createGrant, .encrypt, .decrypt]), terms([.encrypt]), true),
    (terms([.createGrant, .encrypt]), terms([.createGrant, .encrypt]), true),
    (terms([.createGrant, .encrypt]), terms([.encrypt, .decrypt]), false),
    (terms([.createGrant]), terms([.retireGrant]), false),
    (terms([.createGrant, .encrypt], subset: it), terms([.encrypt]), false),
    (terms([.createGrant, .encrypt], subset: it), terms([.encrypt], subset: it), true),
    (terms([.createGrant, .encrypt], subset: it), terms([.encrypt], subset: more), true),
    (terms([.createGrant, .encrypt], subset: it), terms([.encrypt], equals: more), true),
    (terms([.createGrant, .encrypt], subset: more), terms([.encrypt], subset: it), false),
    (terms([.createGrant, .encrypt], subset: more), terms([.encrypt], equals: it), false),
    (terms([.createGrant, .encrypt], equals: it), terms([.encrypt], equals: it), true),
    (terms([.createGrant, .encrypt], equals: it), terms([.encrypt], equals: more), false),
    (terms([.createGrant, .encrypt], equals: it), terms([.encrypt], subset: it), false),
    (terms([.createGrant, .encrypt], equals: it), terms([.encrypt]), false),
    (terms([.encrypt, .decrypt]), terms([.encrypt]), false),
  ])
  func `whoever may make grants by a grant gives on no more than it has`(
    parent: GrantTerms, child: GrantTerms, isAllowed: Bool
  ) {
    var facts = RequestFacts()
    facts.grant = GrantFacts(child)
    #expect(self.isAllowed(.createGrant, facts, by: parent) == isAllowed)
  }
}

import KMSDomain
import Testing

@Suite struct ConditionTests {
  private func condition(
    _ test: Condition.Test, _ quantifier: Condition.Quantifier = .single, ifExists: Bool = false
  ) -> Condition {
    Condition(key: .keySpec, test: test, quantifier: quantifier, ifExists: ifExists, label: "")
  }

  @Test func `an absent key fails a positive test and passes a negated one`() {
    #expect(condition(.stringEquals(["a"], ignoringCase: false, negated: false)).evaluate(nil) == .fails)
    #expect(condition(.stringEquals(["a"], ignoringCase: false, negated: true)).evaluate(nil) == .holds)
    #expect(condition(.bool([true])).evaluate(nil) == .fails)
    #expect(condition(.numeric([1], .less)).evaluate(nil) == .fails)
  }

  @Test func `IfExists lets an absent key pass and judges a present one`() {
    let equals = condition(.stringEquals(["a"], ignoringCase: false, negated: false), ifExists: true)
    #expect(equals.evaluate(nil) == .holds)
    #expect(equals.evaluate(["b"]) == .fails)
  }

  @Test func `Null asks whether the key is there`() {
    #expect(condition(.null(true)).evaluate(nil) == .holds)
    #expect(condition(.null(true)).evaluate(["x"]) == .fails)
    #expect(condition(.null(false)).evaluate(["x"]) == .holds)
  }

  @Test func `ForAllValues needs every value and is content with none`() {
    let all = condition(.stringLike([Glob("a*")], negated: false), .forAll)
    #expect(all.evaluate(["a", "ab"]) == .holds)
    #expect(all.evaluate(["a", "b"]) == .fails)
    #expect(all.evaluate(nil) == .holds)
  }

  @Test func `ForAnyValue needs one value`() {
    let any = condition(.stringLike([Glob("a*")], negated: false), .forAny)
    #expect(any.evaluate(["b", "ab"]) == .holds)
    #expect(any.evaluate(["b"]) == .fails)
    #expect(any.evaluate(nil) == .fails)
  }

  @Test(arguments: [
    (Condition.Comparison.less, 6, true), (.less, 7, false), (.lessOrEqual, 7, true), (.greater, 7, false),
    (.greaterOrEqual, 7, true), (.equal, 7, true), (.notEqual, 7, false), (.notEqual, 8, true),
  ])
  func `numbers compare as numbers`(comparison: Condition.Comparison, value: Int, holds: Bool) {
    #expect((condition(.numeric([7], comparison)).evaluate([String(value)]) == .holds) == holds)
  }

  @Test func `a key with several values passes if one is listed, and a negated test if none is`() {
    let equals = condition(.stringEquals(["a"], ignoringCase: false, negated: false))
    let differs = condition(.stringEquals(["a"], ignoringCase: false, negated: true))
    for (values, isListed) in [(["a", "b"], true), (["b", "a"], true), (["b", "c"], false)] {
      #expect(equals.evaluate(values) == (isListed ? .holds : .fails))
      #expect(differs.evaluate(values) == (isListed ? .fails : .holds))
    }
  }

  @Test func `an empty text is a value, and no values are an absent key`() {
    let test = Condition.Test.stringEquals(["a"], ignoringCase: false, negated: false)
    #expect(condition(test, .forAll).evaluate([""]) == .fails)
    #expect(condition(test, .forAny).evaluate([""]) == .fails)
    #expect(
      condition(test, .forAll).evaluate([]) == .holds && condition(test, .forAny).evaluate([]) == .fails)
    #expect(condition(test).evaluate([]) == .fails && condition(.null(true)).evaluate([]) == .holds)
    #expect(condition(.null(true)).evaluate([""]) == .fails)
  }

  @Test func `quantifiers ask of each value whether it isn't listed`() {
    let test = Condition.Test.stringEquals(["a"], ignoringCase: false, negated: true)
    #expect(condition(test, .forAny).evaluate(["a", "b"]) == .holds)
    #expect(condition(test, .forAny).evaluate(["a"]) == .fails)
    #expect(condition(test, .forAll).evaluate(["a", "b"]) == .fails)
    #expect(condition(test, .forAll).evaluate(["b", "c"]) == .holds)
    #expect(
      condition(test, .forAny).evaluate(nil) == .fails && condition(test, .forAll).evaluate(nil) == .holds)
  }

  @Test func `moments, addresses and bytes are compared as what they are`() throws {
    let noon = try #require(Instant(policyDate: "2030-01-01T12:00:00Z"))
    #expect(condition(.date([noon], .equal)).evaluate(["2030-01-01T13:00:00+01:00"]) == .holds)
    #expect(condition(.date([noon], .less)).evaluate(["1893456000"]) == .holds)
    #expect(condition(.date([noon], .notEqual)).evaluate(["2030-01-01T12:00:00Z"]) == .fails)
    #expect(condition(.date([noon], .greater)).evaluate(["soon"]) == .fails)
    let range = try #require(AddressRange("10.0.0.0/8"))
    #expect(condition(.address([range], negated: false)).evaluate(["10.9.9.9"]) == .holds)
    #expect(condition(.address([range], negated: true)).evaluate(["10.9.9.9"]) == .fails)
    #expect(condition(.address([range], negated: true)).evaluate(nil) == .holds)
    #expect(condition(.address([range], negated: false)).evaluate(["unix"]) == .fails)
    #expect(condition(.binary([[0, 1]])).evaluate(["AAE="]) == .holds)
    #expect(condition(.binary([[0, 1]])).evaluate(["AAI="]) == .fails)
  }

  @Test func `ignoring the case ignores nothing else`() {
    let folded = condition(.stringEquals(["caf\u{e9}", "ABC"], ignoringCase: true, negated: false))
    for value in ["CAF\u{c9}", "abc", "aBc"] { #expect(folded.evaluate([value]) == .holds) }
    // The same letter as two characters.
    for value in ["cafe\u{301}", "CAFE\u{301}", "cafe", "ab"] { #expect(folded.evaluate([value]) == .fails) }
  }

  private func template(_ pieces: Template.Piece..., negated: Bool = false) -> Condition {
    Condition(
      key: .keySpec, name: "spec", test: .template([Template(pieces)], .like(negated: negated)),
      quantifier: .single, ifExists: false, label: "")
  }

  private func evaluate(
    _ condition: Condition, for effect: Statement.Effect = .allow, _ values: [String: [String]]
  ) -> Condition.Outcome {
    condition.evaluate(for: effect) { _, name in values[name].map { .values($0) } ?? .absent }
  }

  @Test func `variables stand for what the request has, wildcards in it for themselves`() {
    let user = Template.Piece.variable(.userName, name: "user", otherwise: nil)
    let home = template(.text("home/"), user, .wild("/*"))
    #expect(evaluate(home, ["spec": ["home/alice/x"], "user": ["alice"]]) == .holds)
    #expect(evaluate(home, ["spec": ["home/bob/x"], "user": ["alice"]]) == .fails)
    #expect(evaluate(home, ["spec": ["home/bob/x"], "user": ["*"]]) == .fails)
    #expect(evaluate(home, ["spec": ["home/*/x"], "user": ["*"]]) == .holds)
    #expect(evaluate(template(.text("*")), ["spec": ["x"]]) == .fails, "an escaped star is one")
    let otherwise = template(.variable(.userName, name: "user", otherwise: "nobody"))
    #expect(evaluate(otherwise, ["spec": ["nobody"]]) == .holds)
    #expect(evaluate(otherwise, ["spec": ["nobody"], "user": ["alice"]]) == .fails)
  }

  @Test func `a variable without one value matches nothing, and no allow that needs it holds`() {
    let user = Template.Piece.variable(.userName, name: "user", otherwise: nil)
    for values in [["spec": ["x"]], ["spec": ["x"], "user": ["x", "y"]]] {
      #expect(evaluate(template(user), for: .allow, values) == .fails)
      #expect(evaluate(template(user), for: .deny, values) == .fails)
      #expect(evaluate(template(user, negated: true), for: .allow, values) == .fails)
      #expect(evaluate(template(user, negated: true), for: .deny, values) == .holds)
    }
    let ifExists = Condition(
      key: .keySpec, name: "spec", test: .template([Template([user])], .like(negated: false)),
      quantifier: .single, ifExists: true, label: "")
    #expect(evaluate(ifExists, [:]) == .holds && evaluate(ifExists, ["spec": ["x"]]) == .fails)
    let list = template(.variable(.tagNames, name: "tags", otherwise: nil))
    #expect(evaluate(list, ["spec": ["x"], "tags": ["x"]]) == .fails, "what may be several is no variable")
  }

  @Test func `what is not a number or a truth value fails`() {
    #expect(condition(.numeric([7], .equal)).evaluate(["seven"]) == .fails)
    #expect(condition(.bool([true])).evaluate(["yes"]) == .fails)
    #expect(condition(.bool([true])).evaluate(["TRUE"]) == .holds)
  }
}

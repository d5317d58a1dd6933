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

  @Test func `what is not a number or a truth value fails`() {
    #expect(condition(.numeric([7], .equal)).evaluate(["seven"]) == .fails)
    #expect(condition(.bool([true])).evaluate(["yes"]) == .fails)
    #expect(condition(.bool([true])).evaluate(["TRUE"]) == .holds)
  }
}

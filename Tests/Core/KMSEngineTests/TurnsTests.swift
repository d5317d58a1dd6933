import KMSDomain
import KMSTestKit
import Testing

@testable import KMSEngine

@Suite struct TurnsTests {
  private let mine = Turns.Line(account: Fixtures.account, name: "alias/a")

  /// Starts somebody who waits for the turn, and returns when they do.
  private func wait(_ turns: Turns, in line: Turns.Line) async -> Task<Bool, Never> {
    let before = turns.waiting(in: line) ?? 0
    let task = Task { await turns.enter(line) }
    while turns.waiting(in: line) == before { await Task.yield() }
    return task
  }

  @Test func `one after the other, in the order in which they came`() async {
    let turns = Turns()
    #expect(await turns.enter(mine))
    let second = await wait(turns, in: mine)
    let third = await wait(turns, in: mine)
    turns.leave(mine)
    #expect(await second.value)
    #expect(turns.waiting(in: mine) == 1)
    turns.leave(mine)
    #expect(await third.value)
    turns.leave(mine)
    #expect(turns.waiting(in: mine) == nil)
  }

  @Test func `a line that is full takes nobody more, until somebody leaves it`() async {
    let turns = Turns(longestLine: 2)
    #expect(await turns.enter(mine))
    let waiting = [await wait(turns, in: mine), await wait(turns, in: mine)]
    #expect(await turns.enter(mine) == false)
    turns.leave(mine)
    #expect(await waiting[0].value)
    let late = await wait(turns, in: mine)
    #expect(await turns.enter(mine) == false)
    turns.leave(mine)
    #expect(await waiting[1].value)
    turns.leave(mine)
    #expect(await late.value)
    turns.leave(mine)
  }

  @Test func `the same name in another account is another line`() async {
    let turns = Turns(longestLine: 0)
    let theirs = Turns.Line(account: Fixtures.otherAccount, name: mine.name)
    #expect(await turns.enter(mine))
    #expect(await turns.enter(theirs))
    #expect(await turns.enter(Turns.Line(account: nil, name: mine.name)))
    #expect(await turns.enter(mine) == false)
    turns.leave(mine)
    #expect(await turns.enter(mine))
  }
}

package import KMSDomain

/// An operation on an account as a whole, whose answer prepare reads. Its one right is asked before, so that a caller without
/// it makes the server read nothing.
package protocol AccountQuery: Operation where Prepared == Answer {
  var account: AccountID { get }
  var action: Action { get }
  var named: String { get }
}

extension AccountQuery {
  package var named: String { "" }
  package var asked: Asked { Asked(action, named: named) }

  package var demandBeforehand: Demand? { demand }
  package func demands(_ prepared: Answer, _ desk: Desk) -> Demands { Demands(demand) }
  private var demand: Demand { Demand(action, on: .account(account), named: named) }

  package func perform(
    _ prepared: Answer, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try permits.first.check(action, key: nil, version: nil)
    return Performed(prepared)
  }
}

/// A part of a list, and where the next part begins.
package struct Page<Item: Sendable>: Sendable {
  package let items: [Item]
  /// nil at the end of the list.
  package let next: String?

  package init(items: [Item], next: String?) {
    self.items = items
    self.next = next
  }

  /// A part of a list that is at hand as a whole, in the byte order of its names; those after `marker`.
  init(of items: [Item], after marker: String?, limit: Int, name: (Item) -> String) {
    let sorted = items.sorted { name($0).utf8.lexicographicallyPrecedes(name($1).utf8) }
    let rest = sorted.drop { item in
      marker.map { !$0.utf8.lexicographicallyPrecedes(name(item).utf8) } ?? false
    }
    self.init(reading: Array(rest), limit: limit, name: name)
  }

  /// A part of a short list in its own order. The next part begins after as many as its name says: so it is short whatever the
  /// elements are called.
  /// - Parameter position: how many were listed already.
  init(of items: [Item], after position: Int, limit: Int) {
    let rest = items.dropFirst(max(0, position))
    let part = Array(rest.prefix(limit))
    let isLast = part.count == rest.count
    self.init(items: part, next: isLast ? nil : String(items.count - rest.count + part.count))
  }

  /// Makes a page of what was read with a limit of one more than the page holds.
  init(reading items: [Item], limit: Int, name: (Item) -> String) {
    let isLast = items.count <= limit
    self.items = isLast ? items : Array(items.prefix(limit))
    next = isLast ? nil : self.items.last.map(name)
  }
}

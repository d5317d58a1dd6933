package import KMSDomain

/// Asked when there is nothing of a name in a vault: whoever has no right to what would be there isn't told so.
///
/// It always fails: with `denied`, or for those who have the right with `keyNotFound`.
package struct FindNothing: Operation {
  package typealias Answer = Void

  package let operation: String
  package let action: Action
  package let home: Keyring
  package let place: VaultPlace

  package init(_ operation: String, _ action: Action, in home: Keyring, _ place: VaultPlace) {
    self.operation = operation
    self.action = action
    self.home = home
    self.place = place
  }

  package var asked: Asked { Asked(action, named: place.text) }
  package var family: RequestFamily? { .objects }
  package var demandBeforehand: Demand? { demand }

  private var demand: Demand { Demand(action, at: place, in: home) }

  package func prepare(_ desk: Desk) async throws(KMSError) {}

  package func demands(_ prepared: Void, _ desk: Desk) -> Demands { Demands(demand) }

  package func perform(
    _ prepared: Void, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    try permits.first.check(action, key: nil, version: nil)
    throw .keyNotFound(place.text)
  }
}

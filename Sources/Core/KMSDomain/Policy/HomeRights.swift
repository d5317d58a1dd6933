// One key, several protocols: who may look at it is a question of the protocol that it is at home in.

extension KeyRecord {
  /// The right that an action takes on this key. Keys at home in AWS have policies that speak of AWS's actions only, and what it takes
  /// there to learn what a key is is one right, whoever asks in whatever words. Uses of keys have one right everywhere; what only
  /// KMIP does has KMIP's right everywhere.
  package func right(to action: Action) -> Action {
    switch home.kind {
    case .aws: action.looks ? .describeKey : action
    case .kmip, .vault, .managedHSM: action
    }
  }
}

extension Action {
  /// Whether it only tells what a key is: its attributes, what they are called, and whether they permit a use; by the name that it has in
  /// a vault too.
  fileprivate var looks: Bool { Action.looking.contains(self) }

  private static let looking = ActionSet([
    .getAttributes, .getAttributeList, .checkObject, .readVaultKey, .readDeletedVaultKey, .attestVaultKey,
  ])
}

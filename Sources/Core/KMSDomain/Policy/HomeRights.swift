// One key, several protocols: who may look at it is a question of the protocol that it is at home in.

extension KeyRecord {
  /// The right that an action takes on this key. Keys at home in AWS have policies that speak of AWS's actions only, and what it takes
  /// there to learn what a key is is one right, whoever asks in whatever words. Uses of keys have one right everywhere; what only
  /// KMIP does has KMIP's right everywhere.
  package func right(to action: Action) -> Action {
    switch home.kind {
    case .aws: KeyRecord.looks.contains(action) ? .describeKey : action
    case .kmip, .vault, .managedHSM: action
    }
  }

  private static let looks: [Action] = [.getAttributes, .getAttributeList, .readVaultKey]
}

/// How far a change of the root has come, in steps: the new one is staged, each epoch follows it, the old one goes.
struct RootProgress: Sendable, Equatable {
  /// nil until they were counted.
  private(set) var epochs: Int?
  /// Of them, those that are under the new root or were already.
  var moved = 0

  /// The epochs are about to be moved, or to be moved again.
  mutating func begin(_ epochs: Int) {
    self.epochs = epochs
    moved = 0
  }

  var done: Int { 1 + moved }
  /// nil until the epochs were counted.
  var total: Int? { epochs.map { $0 + 2 } }
}

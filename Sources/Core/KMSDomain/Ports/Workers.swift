/// Threads for work that takes its time, apart from those that serve connections.
package protocol Workers: Sendable {
  /// How many pieces of work run at once.
  var count: Int { get }
  /// Runs `work` on one of them as soon as one is free, and returns at once.
  func run(_ work: @escaping @Sendable () -> Void)
}

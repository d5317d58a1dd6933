import KMSSystem

/// Starts the program again without the language's crash reports, which print memory: that is read only at start.
package enum SelfRestart {
  private static let setting = "SWIFT_BACKTRACE"
  private static let silent = "enable=no"

  /// Returns at once when the program runs with it already.
  /// - Throws: `Problem` when the kernel refuses.
  package static func once(arguments: [String], environment: [String: String]) throws {
    guard let next = self.environment(after: environment) else { return }
    let error = ThisProcess.restart(arguments: arguments, environment: next)
    throw Problem("\(error)", remedy: "check that /proc is mounted")
  }

  /// The environment to start again with; nil when that has been done.
  package static func environment(after environment: [String: String]) -> [String: String]? {
    guard environment[setting] != silent else { return nil }
    return environment.merging([setting: silent]) { $1 }
  }
}

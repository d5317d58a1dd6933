import KMSSystem

/// Starts the program again with the settings of the C library that wipe freed memory: they are read only at start.
///
/// What libraries free in the ordinary heap (request bodies, strings) is overwritten then; key material lives elsewhere and
/// is wiped in any case.
package enum SelfRestart {
  private static let mark = "CLAVIGER_RESTARTED"
  /// Freed bytes are filled with a pattern, and small blocks don't wait in a cache that skips the filling.
  private static let tunables = "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0"

  /// Returns at once when the program runs with them already.
  /// - Throws: `Problem` when the kernel refuses.
  package static func once(arguments: [String], environment: [String: String]) throws {
    guard let next = self.environment(after: environment) else { return }
    let error = ThisProcess.restart(arguments: arguments, environment: next)
    throw Problem("\(error)", remedy: "check that /proc is mounted")
  }

  /// The environment to start again with; nil when that has been done.
  package static func environment(after environment: [String: String]) -> [String: String]? {
    // The mark alone proves nothing: somebody may have set it, and the settings are what matters.
    let hasSettings = environment["GLIBC_TUNABLES"].map { ":\($0):".contains(":\(tunables):") } ?? false
    guard environment[mark] == nil || !hasSettings else { return nil }
    var next = environment
    next[mark] = "1"
    let given = environment["GLIBC_TUNABLES"].map { $0 + ":" } ?? ""
    next["GLIBC_TUNABLES"] = given + tunables
    // A crash must not print memory.
    next["SWIFT_BACKTRACE"] = "enable=no"
    return next
  }
}

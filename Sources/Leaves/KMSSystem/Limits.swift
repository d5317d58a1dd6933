import CKMSSystem
import Glibc

/// What the machine grants this process.
package enum ResourceLimits {
  /// How many bytes may be locked in memory; `UInt64.max` for no limit.
  package static var lockedMemory: UInt64 { soft(__RLIMIT_MEMLOCK) }
  /// How large a core dump may be; 0 when there is none.
  package static var coreDump: UInt64 { soft(RLIMIT_CORE) }
  /// How many files and sockets may be open.
  package static var openFiles: UInt64 { soft(RLIMIT_NOFILE) }

  /// Takes all that the machine allows this process to take by itself: locked memory and open files up to their hard
  /// limits. Whatever it refuses stays as it was.
  package static func raise() {
    for resource in [__RLIMIT_MEMLOCK, RLIMIT_NOFILE] {
      var limit = rlimit()
      guard unsafe getrlimit(Int32(resource.rawValue), &limit) == 0 else { continue }
      limit.rlim_cur = limit.rlim_max
      _ = unsafe setrlimit(Int32(resource.rawValue), &limit)
    }
  }

  private static func soft(_ resource: __rlimit_resource) -> UInt64 {
    var limit = rlimit()
    guard unsafe getrlimit(Int32(resource.rawValue), &limit) == 0 else { return 0 }
    return UInt64(limit.rlim_cur)
  }
}

/// Who and where this process is.
package enum ThisProcess {
  package static var effectiveUserID: UInt32 { geteuid() }
  package static var id: Int32 { getpid() }
  /// How many processors the kernel lets it run on.
  package static var usableProcessors: Int { Int(kms_usable_processors()) }

  /// Files and sockets that are made from now on are for their owner only.
  package static func keepNewFilesPrivate() { _ = umask(0o077) }

  /// Starts the running program again in this process, with the same arguments and another environment.
  /// Nothing of the old program remains but its open descriptors without the close-on-exec flag.
  /// - Returns: only when the kernel refuses, with the reason.
  package static func restart(arguments: [String], environment: [String: String]) -> SystemError {
    let variables = environment.map { "\($0.key)=\($0.value)" }
    var argumentPointers = unsafe arguments.map { unsafe strdup($0) } + [nil]
    var variablePointers = unsafe variables.map { unsafe strdup($0) } + [nil]
    _ = unsafe execve("/proc/self/exe", &argumentPointers, &variablePointers)
    let code = errno
    unsafe argumentPointers.forEach { unsafe free($0) }
    unsafe variablePointers.forEach { unsafe free($0) }
    return SystemError("restart", "this program", code)
  }
}

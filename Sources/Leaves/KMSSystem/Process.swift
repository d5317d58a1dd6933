import CKMSSystem
import Glibc

/// What the server does to its own process before it touches a key.
package enum ProcessHardening {
  /// Turns off core dumps and reading by other processes of the same user.
  /// - Throws: `SystemError` when the kernel refuses; the caller must not go on.
  package static func apply() throws(SystemError) {
    let code = kms_harden_process()
    guard code == 0 else { throw SystemError("harden", "this process", code) }
  }
}

/// The kernel's clocks.
package enum SystemClock {
  /// Milliseconds since the Unix epoch.
  package static var realtimeMilliseconds: Int64 { kms_realtime_ms() }
  /// Nanoseconds since an arbitrary start; never goes back.
  package static var monotonicNanoseconds: Int64 { kms_monotonic_ns() }
  /// Milliseconds since the same start, as of the kernel's last tick: cheap, and up to ten late.
  package static var coarseMilliseconds: Int64 { kms_monotonic_coarse_ms() }
}

/// Who is at the other end of a Unix socket.
package enum PeerCredentials {
  /// The peer's effective user id.
  package static func userID(ofSocket descriptor: Int32) throws(SystemError) -> UInt32 {
    var uid: uid_t = 0
    let code = unsafe kms_peer_uid(descriptor, &uid)
    guard code == 0 else { throw SystemError("read the peer of", "socket \(descriptor)", code) }
    return uid
  }
}

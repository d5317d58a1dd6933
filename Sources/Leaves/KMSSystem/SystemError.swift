import Glibc

/// A failed system call: what was attempted, on what, and the kernel's reason.
package struct SystemError: Error, CustomStringConvertible, Sendable {
  package let attempt: String
  package let path: String
  package let code: Int32

  package init(_ attempt: String, _ path: String, _ code: Int32) {
    self.attempt = attempt
    self.path = path
    self.code = code
  }

  package var description: String {
    "cannot \(attempt) \(path): \(SystemError.reason(code))"
  }

  /// What the C library says about an error number.
  package static func reason(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}

extension SystemError {
  /// Somebody else holds the lock.
  package var isHeldElsewhere: Bool { code == EWOULDBLOCK }
}

import Glibc

/// Lets any number of threads into the module, or one alone that starts it anew.
///
/// PKCS#11 leaves undefined what happens when `C_Finalize` meets another call. A call that hangs therefore keeps the module
/// from being started anew: `alone` gives up after a while, and what hangs has to end by itself.
@safe final class Gate: @unchecked Sendable {  // a lock of the C library
  private let lock: UnsafeMutablePointer<pthread_rwlock_t>

  init() {
    unsafe lock = .allocate(capacity: 1)
    unsafe lock.initialize(to: pthread_rwlock_t())
    var attributes = pthread_rwlockattr_t()
    unsafe pthread_rwlockattr_init(&attributes)
    // Whoever waits to be alone comes before new calls; otherwise a busy server would never let it in.
    unsafe pthread_rwlockattr_setkind_np(
      &attributes, Int32(PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP))
    unsafe pthread_rwlock_init(lock, &attributes)
    unsafe pthread_rwlockattr_destroy(&attributes)
  }

  deinit {
    unsafe pthread_rwlock_destroy(lock)
    unsafe lock.deallocate()
  }

  /// With others.
  func shared<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    unsafe pthread_rwlock_rdlock(lock)
    defer { unsafe pthread_rwlock_unlock(lock) }
    return try body()
  }

  /// - Returns: nil when the others didn't leave within so many seconds.
  func alone<Result, Failure: Error>(
    within seconds: Int, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    var until = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &until)
    until.tv_sec += seconds
    guard unsafe pthread_rwlock_timedwrlock(lock, &until) == 0 else { return nil }
    defer { unsafe pthread_rwlock_unlock(lock) }
    return try body()
  }
}

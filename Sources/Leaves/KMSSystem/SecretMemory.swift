import CKMSSystem

/// The arena for key material: locked as far as the machine allows, never dumped, wiped when freed.
///
/// Only KMSSecrets and the OpenSSL bridge allocate here; see `kms_system.h` for the guarantees.
package enum SecretMemory {
  /// What the arena holds at this moment, in bytes.
  package struct Statistics: Sendable {
    /// Locked in RAM, so that it never reaches swap.
    package let locked: UInt64
    /// Handed out to blocks so far, in use or free.
    package let reserved: UInt64
    /// Reserved beyond the locked part: not dumped and wiped all the same.
    package let beyondLock: UInt64
  }

  package static var statistics: Statistics {
    let stats = kms_arena_statistics()
    return Statistics(
      locked: stats.locked_bytes, reserved: stats.reserved_bytes, beyondLock: stats.unlocked_bytes)
  }

  /// A zeroed block of `count` bytes, 16-byte aligned; nil when memory is exhausted. The caller frees it.
  package static func unsafeAllocate(_ count: Int) -> UnsafeMutableRawBufferPointer? {
    guard let block = unsafe kms_arena_alloc(count) else { return nil }
    return unsafe UnsafeMutableRawBufferPointer(start: block, count: count)
  }

  /// Wipes and releases a block of `unsafeAllocate`.
  package static func unsafeFree(_ block: UnsafeMutableRawBufferPointer) {
    unsafe kms_arena_free(block.baseAddress)
  }

  /// Zeroes bytes in a way that the optimiser keeps.
  package static func unsafeWipe(_ bytes: UnsafeMutableRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    unsafe kms_wipe(start, bytes.count)
  }
}

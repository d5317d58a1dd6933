// System calls that Swift cannot reach, or can reach only unsafely. No policy, no state but the arena's.
#ifndef KMS_SYSTEM_H
#define KMS_SYSTEM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>

/// For functions that hardly any message needs: out of line and away from the others, because what every message executes
/// competes with libcrypto for the processor's cache of instructions.
#define KMS_RARE __attribute__((cold, noinline))

// ---- Secret memory ---------------------------------------------------------------------------------------
// One process-wide arena: mapped once, excluded from core dumps (MADV_DONTDUMP) and from children
// (MADV_DONTFORK), locked in RAM as far as RLIMIT_MEMLOCK allows. Every block is zeroed when it is freed.
// Thread-safe. Alignment of every block is 16 bytes.

/// Returns NULL when memory is exhausted. The block is zeroed.
void *_Nullable kms_arena_alloc(size_t size);
/// Wipes and releases a block. NULL is ignored.
void kms_arena_free(void *_Nullable block);
/// Like realloc(3); the old block is wiped. NULL when memory is exhausted (the old block then stays valid).
void *_Nullable kms_arena_realloc(void *_Nullable block, size_t size);

typedef struct {
  uint64_t locked_bytes;    // how much of the arena the kernel locked
  uint64_t reserved_bytes;  // how much has been handed to size classes so far
  uint64_t unlocked_bytes;  // reserved beyond the locked part: still not dumped and still wiped
} kms_arena_stats;
kms_arena_stats kms_arena_statistics(void);

/// memset to zero that the compiler may not remove: it must assume that something reads the bytes afterwards. The C
/// library's explicit_bzero is the same with a call in between.
static inline void kms_wipe(void *_Nonnull bytes, size_t count) {
  memset(bytes, 0, count);
  __asm__ volatile("" : : "r"(bytes) : "memory");
}

// ---- Process ---------------------------------------------------------------------------------------------

/// PR_SET_DUMPABLE 0 and RLIMIT_CORE 0. Returns 0, or errno.
int kms_harden_process(void);

/// How many processors this process may run on; at least 1.
int kms_usable_processors(void);

// ---- Files and sockets -----------------------------------------------------------------------------------

/// Writes all bytes of all vectors, resuming short writes. Returns 0, or errno. Modifies `vectors`.
int kms_writev_all(int fd, struct iovec *_Nonnull vectors, int count);

/// The effective user of the process at the other end of a Unix socket. Returns 0, or errno.
int kms_peer_uid(int fd, uid_t *_Nonnull uid);

// ---- Time ------------------------------------------------------------------------------------------------

/// Milliseconds since 1970-01-01T00:00:00Z (CLOCK_REALTIME).
int64_t kms_realtime_ms(void);
/// Nanoseconds of CLOCK_MONOTONIC.
int64_t kms_monotonic_ns(void);
/// Milliseconds of the same as of the last tick (CLOCK_MONOTONIC_COARSE): up to ten late, and several times cheaper.
int64_t kms_monotonic_coarse_ms(void);

#endif

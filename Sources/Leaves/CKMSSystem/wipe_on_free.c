#define _GNU_SOURCE
#include <malloc.h>
#include <stdint.h>
#include <string.h>

#include "kms_system.h"

// Heap blocks are overwritten before they go back to the C library. Request bodies, strings and whatever else libraries
// copy without our knowing leave nothing behind for a later dump of the process.
//
// The program defines `free` and `realloc`, so the dynamic linker takes these for every library in the process; the C
// library's own functions do the work. Its tunables can do the same (`perturb` with `tcache_count=0`), but slow every
// allocation down to a third and must be set before the program starts.

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define KMS_SANITIZED
#endif
#endif

#ifndef KMS_SANITIZED

extern void __libc_free(void *);
extern void *__libc_malloc(size_t);
void *realloc(void *block, size_t size);
void free(void *block);

// `free` keeps `errno` because the C library's own does, and nothing else in it touches it.
_Static_assert(__GLIBC_PREREQ(2, 33), "an older C library's free may change errno");

void free(void *block) {
  if (block == NULL) return;
  kms_wipe(block, malloc_usable_size(block));
  __libc_free(block);
}

// Never lets the C library move a block: it would free the old place without us.
void *realloc(void *block, size_t size) {
  if (block == NULL) return __libc_malloc(size);
  if (size == 0) {
    free(block);
    return NULL;
  }
  size_t room = malloc_usable_size(block);
  if (size <= room && size >= room / 2) return block;
  void *moved = __libc_malloc(size);
  if (moved == NULL) return NULL;
  memcpy(moved, block, size < room ? size : room);
  free(block);
  return moved;
}

#endif
#endif

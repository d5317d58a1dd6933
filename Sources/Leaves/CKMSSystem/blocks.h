// The arena's blocks, shared by the files that lend them; Swift doesn't see it.
#ifndef KMS_BLOCKS_H
#define KMS_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

// Blocks come in powers of two from 32 bytes to 64 KiB, each with a 16-byte header that names its class;
// larger ones get a mapping of their own.
enum { MIN_SHIFT = 5, MAX_SHIFT = 16, CLASSES = MAX_SHIFT - MIN_SHIFT + 1 };

/// A free block. All of it but this link is zero.
typedef struct free_block {
  struct free_block *next;
} free_block;

/// A block of this class that no thread has; NULL when the arena's address space is used up. Takes a lock.
free_block *kms_blocks_take(int class_index);
/// Gives a wiped block back to all threads. Takes a lock.
void kms_blocks_give(int class_index, free_block *block);

#endif

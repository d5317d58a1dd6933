#define _GNU_SOURCE
#include "blocks.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "kms_system.h"

// The arena's memory: one mapping, cut into blocks, with a list of free ones for each class.

#define ARENA_BYTES ((size_t)256 << 20)  // address space only; pages are committed as they are touched
#define CHUNK_BYTES ((size_t)64 << 10)

typedef struct {
  pthread_mutex_t lock;
  free_block *list;
} size_class;

static size_class classes[CLASSES];
static pthread_once_t once = PTHREAD_ONCE_INIT;
static unsigned char *arena;
static atomic_size_t reserved;
static size_t locked;

static void start(void) {
  for (int i = 0; i < CLASSES; i++) pthread_mutex_init(&classes[i].lock, NULL);
  void *mapped = mmap(NULL, ARENA_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) return;
  if (madvise(mapped, ARENA_BYTES, MADV_DONTDUMP) != 0 || madvise(mapped, ARENA_BYTES, MADV_DONTFORK) != 0) {
    munmap(mapped, ARENA_BYTES);
    return;
  }
  struct rlimit limit;
  size_t want = (size_t)8 << 20;
  if (getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur < want) want = limit.rlim_cur;
  want -= want % CHUNK_BYTES;
  // Another user of locked memory in this process may have taken some: halve until it fits.
  while (want >= CHUNK_BYTES && mlock(mapped, want) != 0) want = (want / 2) - (want / 2) % CHUNK_BYTES;
  locked = want >= CHUNK_BYTES ? want : 0;
  arena = mapped;
}

// Cuts a fresh chunk into blocks of one class. Called with the class's lock held.
static int refill(size_class *into, size_t block_bytes) {
  size_t chunk = block_bytes > CHUNK_BYTES ? block_bytes : CHUNK_BYTES;
  size_t at = atomic_fetch_add(&reserved, chunk);
  if (at + chunk > ARENA_BYTES) {
    atomic_fetch_sub(&reserved, chunk);
    return -1;
  }
  for (size_t offset = 0; offset + block_bytes <= chunk; offset += block_bytes) {
    free_block *block = (free_block *)(arena + at + offset);
    block->next = into->list;
    into->list = block;
  }
  return 0;
}

free_block *kms_blocks_take(int class_index) {
  pthread_once(&once, start);
  if (arena == NULL) return NULL;
  size_class *from = &classes[class_index];
  free_block *block = NULL;
  pthread_mutex_lock(&from->lock);
  if (from->list != NULL || refill(from, (size_t)1 << (class_index + MIN_SHIFT)) == 0) {
    block = from->list;
    from->list = block->next;
  }
  pthread_mutex_unlock(&from->lock);
  return block;
}

void kms_blocks_give(int class_index, free_block *block) {
  size_class *into = &classes[class_index];
  pthread_mutex_lock(&into->lock);
  block->next = into->list;
  into->list = block;
  pthread_mutex_unlock(&into->lock);
}

kms_arena_stats kms_arena_statistics(void) {
  pthread_once(&once, start);
  size_t used = atomic_load(&reserved);
  kms_arena_stats stats = {.locked_bytes = locked, .reserved_bytes = used, .unlocked_bytes = used > locked ? used - locked : 0};
  return stats;
}

#define _GNU_SOURCE
#include "kms_system.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

// Blocks come in powers of two from 32 bytes to 64 KiB, each with a 16-byte header that names its class;
// larger ones get a mapping of their own. A freed block is wiped and goes onto its class's list, so a key
// never shares a block with anything that was not wiped in between.

enum { MIN_SHIFT = 5, MAX_SHIFT = 16, CLASSES = MAX_SHIFT - MIN_SHIFT + 1, OWN_MAPPING = 255 };
#define ARENA_BYTES ((size_t)256 << 20)  // address space only; pages are committed as they are touched
#define CHUNK_BYTES ((size_t)64 << 10)

typedef struct header {
  size_t size;  // bytes usable by the caller, or of the whole mapping for OWN_MAPPING
  uint32_t class_index;
  uint32_t magic;
} header;
_Static_assert(sizeof(header) == 16, "the header keeps blocks 16-byte aligned");
#define LIVE 0x4b4d5331u

typedef struct free_block {
  struct free_block *next;
} free_block;

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

static void *own_mapping(size_t size) {
  if (size > SIZE_MAX - sizeof(header) - 4096) return NULL;
  size_t whole = (size + sizeof(header) + 4095) & ~(size_t)4095;
  header *block = mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block == MAP_FAILED) return NULL;
  if (madvise(block, whole, MADV_DONTDUMP) != 0 || madvise(block, whole, MADV_DONTFORK) != 0) {
    munmap(block, whole);
    return NULL;
  }
  (void)mlock(block, whole);  // best effort: the limit is usually taken by the arena
  block->size = whole;
  block->class_index = OWN_MAPPING;
  block->magic = LIVE;
  return block + 1;
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

static int class_for(size_t size) {
  size_t need = size + sizeof(header);
  int shift = MIN_SHIFT;
  while (((size_t)1 << shift) < need) shift++;
  return shift - MIN_SHIFT;
}

void *kms_arena_alloc(size_t size) {
  pthread_once(&once, start);
  if (arena == NULL) return NULL;
  if (size > ((size_t)1 << MAX_SHIFT) - sizeof(header)) return own_mapping(size);
  int index = class_for(size);
  size_class *from = &classes[index];
  pthread_mutex_lock(&from->lock);
  if (from->list == NULL && refill(from, (size_t)1 << (index + MIN_SHIFT)) != 0) {
    pthread_mutex_unlock(&from->lock);
    return own_mapping(size);  // the arena's address space is used up
  }
  free_block *block = from->list;
  from->list = block->next;
  pthread_mutex_unlock(&from->lock);
  block->next = NULL;  // the rest of the block was wiped when it was freed, or never used
  header *head = (header *)block;
  head->size = size;
  head->class_index = (uint32_t)index;
  head->magic = LIVE;
  return head + 1;
}

void kms_arena_free(void *pointer) {
  if (pointer == NULL) return;
  header *head = (header *)pointer - 1;
  if (head->magic != LIVE) __builtin_trap();  // a double free of key memory must not go on
  if (head->class_index == OWN_MAPPING) {
    size_t whole = head->size;
    kms_wipe(head, whole);
    munmap(head, whole);
    return;
  }
  size_class *into = &classes[head->class_index];
  kms_wipe(head, head->size + sizeof(header));
  free_block *block = (free_block *)head;
  pthread_mutex_lock(&into->lock);
  block->next = into->list;
  into->list = block;
  pthread_mutex_unlock(&into->lock);
}

static size_t usable(const header *head) {
  if (head->class_index == OWN_MAPPING) return head->size - sizeof(header);
  return ((size_t)1 << (head->class_index + MIN_SHIFT)) - sizeof(header);
}

void *kms_arena_realloc(void *pointer, size_t size) {
  if (pointer == NULL) return kms_arena_alloc(size);
  if (size == 0) {
    kms_arena_free(pointer);
    return NULL;
  }
  header *head = (header *)pointer - 1;
  if (head->magic != LIVE) __builtin_trap();
  size_t room = usable(head);
  if (size <= room && head->class_index != OWN_MAPPING) {
    if (size < head->size) kms_wipe((unsigned char *)pointer + size, head->size - size);
    head->size = size;
    return pointer;
  }
  size_t old = head->class_index == OWN_MAPPING ? room : head->size;
  void *moved = kms_arena_alloc(size);
  if (moved == NULL) return NULL;
  memcpy(moved, pointer, old < size ? old : size);
  kms_arena_free(pointer);
  return moved;
}

kms_arena_stats kms_arena_statistics(void) {
  pthread_once(&once, start);
  size_t used = atomic_load(&reserved);
  kms_arena_stats stats = {.locked_bytes = locked, .reserved_bytes = used, .unlocked_bytes = used > locked ? used - locked : 0};
  return stats;
}

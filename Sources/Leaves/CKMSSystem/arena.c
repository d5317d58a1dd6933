#define _GNU_SOURCE
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include "blocks.h"
#include "kms_system.h"

// A freed block is wiped before it goes onto a list, so a key never shares a block with anything that was not wiped in
// between.

enum { OWN_MAPPING = 255 };

typedef struct header {
  size_t size;  // bytes usable by the caller, or of the whole mapping for OWN_MAPPING
  uint32_t class_index;
  uint32_t magic;
} header;
_Static_assert(sizeof(header) == 16, "the header keeps blocks 16-byte aligned");
#define LIVE 0x4b4d5331u

// ---- What a thread keeps ---------------------------------------------------------------------------------
// Each thread keeps a few wiped blocks of the smaller classes: most are asked for again by the same thread at once, and
// two locks would cost more than all the rest. It gives them back when it ends.

enum { KEPT_CLASSES = 8, SMALL_CLASSES = 4, KEPT_SMALL = 16, KEPT_LARGE = 4 };  // 40 KiB at most

typedef struct {
  free_block *list;
  unsigned count;
} kept;

typedef enum { NEW = 0, OPEN, CLOSED } stage;

static _Thread_local kept mine[KEPT_CLASSES];
static _Thread_local stage at;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t destructor;
static int has_destructor;

static void give_back(void *unused) {
  (void)unused;
  at = CLOSED;  // destructors that run later free straight into the arena
  for (int index = 0; index < KEPT_CLASSES; index++) {
    while (mine[index].list != NULL) {
      free_block *block = mine[index].list;
      mine[index].list = block->next;
      kms_blocks_give(index, block);
    }
    mine[index].count = 0;
  }
}

static void make_destructor(void) { has_destructor = pthread_key_create(&destructor, give_back) == 0; }

// Whether this thread may keep blocks: only if they come back when it ends.
static int opens(void) {
  if (at == OPEN) return 1;
  if (at == CLOSED) return 0;
  pthread_once(&once, make_destructor);
  at = has_destructor && pthread_setspecific(destructor, mine) == 0 ? OPEN : CLOSED;
  return at == OPEN;
}

static inline void keep(int index, free_block *block) {
  block->next = mine[index].list;
  mine[index].list = block;
  mine[index].count++;
}

static KMS_RARE void give_first(int index, free_block *block) {
  if (opens()) {
    keep(index, block);
  } else {
    kms_blocks_give(index, block);
  }
}

static inline free_block *take(int index) {
  if (index >= KEPT_CLASSES || mine[index].list == NULL) return kms_blocks_take(index);
  free_block *block = mine[index].list;
  mine[index].list = block->next;
  mine[index].count--;
  return block;
}

static inline void give(int index, free_block *block) {
  if (index >= KEPT_CLASSES || mine[index].count >= (index < SMALL_CLASSES ? KEPT_SMALL : KEPT_LARGE)) {
    kms_blocks_give(index, block);
  } else if (at == OPEN) {
    keep(index, block);
  } else {
    give_first(index, block);
  }
}

// Most blocks are states of hashes of a hundred bytes, several to a message: a call would take longer than the stores.
// They are volatile, so that the optimiser keeps them.
enum { WIPED_IN_PLACE = 256 };
typedef uint64_t unit __attribute__((vector_size(16), may_alias));

static inline void wipe(header *block, size_t size) {
  if (size > WIPED_IN_PLACE) {
    kms_wipe(block, size);
    return;
  }
  // Blocks are aligned and a power of two long, 32 at least: there is room to round up.
  volatile unit *bytes = (volatile unit *)block;
#pragma clang loop unroll(disable)  // as KMS_RARE: shorter
  for (size_t at = 0; at < size; at += 2 * sizeof(unit)) {
    *bytes++ = (unit){0, 0};
    *bytes++ = (unit){0, 0};
  }
}

// ---- Blocks ----------------------------------------------------------------------------------------------

static KMS_RARE void *own_mapping(size_t size) {
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

// The smallest class with room for `size` bytes and the header; `size` is at most that of the largest class.
static inline int class_for(size_t size) {
  size_t last = size + sizeof(header) - 1;
  if (last < (size_t)1 << MIN_SHIFT) return 0;
  return 64 - __builtin_clzll(last) - MIN_SHIFT;
}

void *kms_arena_alloc(size_t size) {
  if (size > ((size_t)1 << MAX_SHIFT) - sizeof(header)) return own_mapping(size);
  int index = class_for(size);
  free_block *block = take(index);
  if (block == NULL) return own_mapping(size);
  block->next = NULL;  // the rest of the block was wiped when it was freed, or never used
  header *head = (header *)block;
  head->size = size;
  head->class_index = (uint32_t)index;
  head->magic = LIVE;
  return head + 1;
}

static KMS_RARE void free_mapping(header *head) {
  size_t whole = head->size;
  kms_wipe(head, whole);
  munmap(head, whole);
}

void kms_arena_free(void *pointer) {
  if (pointer == NULL) return;
  header *head = (header *)pointer - 1;
  if (head->magic != LIVE) __builtin_trap();  // a double free of key memory must not go on
  if (head->class_index == OWN_MAPPING) {
    free_mapping(head);
    return;
  }
  int index = (int)head->class_index;
  wipe(head, head->size + sizeof(header));
  give(index, (free_block *)head);
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

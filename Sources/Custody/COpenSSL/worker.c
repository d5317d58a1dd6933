#include <openssl/rand.h>
#include <pthread.h>
#include <string.h>

#include "internal.h"
#include "kms_system.h"

// What a thread keeps to itself, so that the hot path neither allocates nor locks. It is in the arena and goes away with
// the thread.

// One draw costs about the same for 16 bytes as for thousands.
enum { BUFFERED = 4096, LONGEST_BUFFERED = 128 };

typedef struct {
  size_t left;  // unused bytes, at the end; those before them are zero
  uint8_t bytes[BUFFERED];
} random_buffer;

typedef struct {
  EVP_CIPHER_CTX *sealing;
  EVP_CIPHER_CTX *opening;
  random_buffer buffers[2];  // by kms_random_use
} worker;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t destructor;
static int has_destructor;
static _Thread_local worker *mine;

static void release(void *pointer) {
  worker *gone = pointer;
  EVP_CIPHER_CTX_free(gone->sealing);
  EVP_CIPHER_CTX_free(gone->opening);
  kms_arena_free(gone);
  mine = NULL;
}

static void make_destructor(void) { has_destructor = pthread_key_create(&destructor, release) == 0; }

static EVP_CIPHER_CTX *context(const kms_algorithms *algorithms, int sealing) {
  EVP_CIPHER_CTX *made = EVP_CIPHER_CTX_new();
  if (made != NULL && EVP_CipherInit_ex2(made, algorithms->aes_256_gcm, NULL, NULL, sealing, NULL) == 1) return made;
  EVP_CIPHER_CTX_free(made);
  return NULL;
}

static KMS_RARE worker *make(void) {
  const kms_algorithms *algorithms = kms_fetched();
  pthread_once(&once, make_destructor);
  if (algorithms == NULL || !has_destructor) return NULL;
  worker *made = kms_arena_alloc(sizeof *made);
  if (made == NULL) return NULL;
  made->sealing = context(algorithms, 1);
  made->opening = context(algorithms, 0);
  if (made->sealing == NULL || made->opening == NULL || pthread_setspecific(destructor, made) != 0) {
    release(made);
    return NULL;
  }
  mine = made;
  return made;
}

static inline worker *current(void) { return mine != NULL ? mine : make(); }

EVP_CIPHER_CTX *kms_sealing_context(void) {
  worker *here = current();
  return here == NULL ? NULL : here->sealing;
}

EVP_CIPHER_CTX *kms_opening_context(void) {
  worker *here = current();
  return here == NULL ? NULL : here->opening;
}

static int draw(kms_random_use use, uint8_t *out, size_t count) {
  int size = (int)count;
  return (use == KMS_RANDOM_SECRET ? RAND_priv_bytes(out, size) : RAND_bytes(out, size)) == 1;
}

static KMS_RARE kms_crypto_result draw_long(kms_random_use use, uint8_t *out, size_t count) {
  return count <= (1u << 20) && draw(use, out, count) ? KMS_CRYPTO_OK : kms_failed();
}

static KMS_RARE int refill(kms_random_use use, random_buffer *buffer) {
  int drawn = draw(use, buffer->bytes, BUFFERED);
  if (!drawn) kms_wipe(buffer->bytes, BUFFERED);
  buffer->left = drawn ? BUFFERED : 0;
  return drawn;
}

kms_crypto_result kms_random(kms_random_use use, uint8_t *out, size_t count) {
  if (count == 0) return KMS_CRYPTO_OK;
  worker *here = current();
  if (here == NULL) return kms_failed();
  if (count > LONGEST_BUFFERED) return draw_long(use, out, count);
  random_buffer *buffer = &here->buffers[use == KMS_RANDOM_SECRET];
  if (buffer->left < count && !refill(use, buffer)) return kms_failed();
  uint8_t *from = buffer->bytes + (BUFFERED - buffer->left);
  memcpy(out, from, count);
  kms_wipe(from, count);
  buffer->left -= count;
  return KMS_CRYPTO_OK;
}

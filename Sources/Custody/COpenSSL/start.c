#include <openssl/crypto.h>
#include <openssl/err.h>
#include <pthread.h>
#include <stdatomic.h>

#include "internal.h"
#include "kms_system.h"

static void *arena_malloc(size_t size, const char *file, int line) {
  (void)file, (void)line;
  return kms_arena_alloc(size);
}

static void *arena_realloc(void *block, size_t size, const char *file, int line) {
  (void)file, (void)line;
  return kms_arena_realloc(block, size);
}

static void arena_free(void *block, const char *file, int line) {
  (void)file, (void)line;
  kms_arena_free(block);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static kms_algorithms algorithms;
static const kms_algorithms *_Atomic fetched;
static int outcome;

const char *kms_hash_name(kms_hash hash) {
  static const char *const names[KMS_HASHES] = {"SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "SM3"};
  return names[hash];
}

static void start(void) {
  // An AES key schedule contains the key: libcrypto's heap belongs where keys are.
  if (CRYPTO_set_mem_functions(arena_malloc, arena_realloc, arena_free) != 1) {
    outcome = 1;
    return;
  }
  outcome = 2;
  // Threads give their contexts back when they end, which may be after main has returned: no clean-up at exit.
  if (OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL) != 1) return;
  algorithms.aes_256_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
  algorithms.hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
  algorithms.kbkdf = EVP_KDF_fetch(NULL, "KBKDF", NULL);
  for (int hash = 0; hash < KMS_HASHES; hash++)
    algorithms.hashes[hash] = EVP_MD_fetch(NULL, kms_hash_name((kms_hash)hash), NULL);
  ERR_clear_error();
  if (algorithms.aes_256_gcm == NULL || algorithms.hmac == NULL || algorithms.kbkdf == NULL) return;
  for (int hash = 0; hash < KMS_SM3; hash++)
    if (algorithms.hashes[hash] == NULL) return;
  atomic_store_explicit(&fetched, &algorithms, memory_order_release);
  outcome = 0;
}

int kms_crypto_start(void) {
  pthread_once(&once, start);
  return outcome;
}

const char *kms_crypto_version(void) { return OpenSSL_version(OPENSSL_VERSION); }

const kms_algorithms *kms_fetched(void) { return atomic_load_explicit(&fetched, memory_order_acquire); }

kms_crypto_result kms_failed(void) {
  ERR_clear_error();
  return KMS_CRYPTO_FAILED;
}

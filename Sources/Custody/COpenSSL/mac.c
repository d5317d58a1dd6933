#include "mac.h"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <stdatomic.h>
#include <string.h>

#include "kms_system.h"

// Keying a context costs more than half of a short code, and a context that has been keyed holds the key in a form. So
// keyed contexts stay with their key and are wiped with it: as many as were in use at once, up to this number.
enum { KEPT = 8 };

struct kms_mac_key {
  EVP_MAC_CTX *_Atomic idle[KEPT];
  kms_hash hash;
  size_t length;  // of a code
  size_t count;
  uint8_t bytes[];
};

kms_mac_key *kms_mac_key_new(kms_hash hash, const uint8_t *key, size_t count) {
  const kms_algorithms *algorithms = kms_fetched();
  if (algorithms == NULL || count > (1u << 20) || algorithms->hashes[hash] == NULL) return NULL;
  kms_mac_key *made = kms_arena_alloc(sizeof *made + (count == 0 ? 1 : count));
  if (made == NULL) return NULL;
  made->hash = hash;
  made->length = (size_t)EVP_MD_get_size(algorithms->hashes[hash]);
  made->count = count;
  if (count > 0) memcpy(made->bytes, key, count);
  return made;
}

void kms_mac_key_free(kms_mac_key *key) {
  for (int slot = 0; slot < KEPT; slot++) EVP_MAC_CTX_free(atomic_load(&key->idle[slot]));
  kms_arena_free(key);
}

static EVP_MAC_CTX *make(const kms_mac_key *key) {
  EVP_MAC_CTX *made = EVP_MAC_CTX_new(kms_fetched()->hmac);
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)(uintptr_t)kms_hash_name(key->hash), 0),
      OSSL_PARAM_construct_end()};
  if (made != NULL && EVP_MAC_init(made, key->bytes, key->count, parameters) == 1) return made;
  EVP_MAC_CTX_free(made);
  return NULL;
}

EVP_MAC_CTX *kms_mac_borrow(kms_mac_key *key) {
  for (int slot = 0; slot < KEPT; slot++) {
    if (atomic_load_explicit(&key->idle[slot], memory_order_relaxed) == NULL) continue;
    EVP_MAC_CTX *taken = atomic_exchange_explicit(&key->idle[slot], NULL, memory_order_acq_rel);
    if (taken != NULL) return taken;
  }
  return make(key);
}

void kms_mac_return(kms_mac_key *key, EVP_MAC_CTX *context) {
  for (int slot = 0; slot < KEPT; slot++) {
    EVP_MAC_CTX *empty = NULL;
    if (atomic_compare_exchange_strong_explicit(
            &key->idle[slot], &empty, context, memory_order_acq_rel, memory_order_relaxed))
      return;
  }
  EVP_MAC_CTX_free(context);
}

int kms_mac_with(const kms_mac_key *key, EVP_MAC_CTX *context, const uint8_t *data, size_t count, uint8_t *out) {
  size_t written = 0;
  if (EVP_MAC_init(context, NULL, 0, NULL) != 1) return 0;
  if (count > 0 && EVP_MAC_update(context, data, count) != 1) return 0;
  return EVP_MAC_final(context, out, &written, key->length) == 1 && written == key->length;
}

kms_crypto_result kms_mac(kms_mac_key *key, const uint8_t *data, size_t count, uint8_t *out) {
  EVP_MAC_CTX *context = kms_mac_borrow(key);
  if (context == NULL) return kms_failed();
  if (!kms_mac_with(key, context, data, count, out)) {
    EVP_MAC_CTX_free(context);  // its state is unknown: not to be lent again
    return kms_failed();
  }
  kms_mac_return(key, context);
  return KMS_CRYPTO_OK;
}

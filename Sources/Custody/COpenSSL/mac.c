#include "mac.h"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <stdatomic.h>
#include <string.h>

#include "kms_explicit.h"
#include "kms_system.h"

// Keying a context costs more than half of a short code, and a context that has been keyed holds the key in a form. So
// keyed contexts stay with their key and are wiped with it: as many as were in use at once, up to this number.
enum { KEPT = 8 };

// Whoever turns `lent` from 0 to 1 has the context for itself, so giving it back is a store and no contest.
struct kms_mac_slot {
  EVP_MAC_CTX *context;  // NULL until it is first lent
  atomic_int lent;
};

struct kms_mac_key {
  kms_mac_slot kept[KEPT];
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
  for (int slot = 0; slot < KEPT; slot++) EVP_MAC_CTX_free(key->kept[slot].context);
  kms_arena_free(key);
}

const uint8_t *kms_mac_key_bytes(const kms_mac_key *key, size_t *count) {
  *count = key->count;
  return key->bytes;
}

static KMS_RARE EVP_MAC_CTX *make(const kms_mac_key *key) {
  EVP_MAC_CTX *made = EVP_MAC_CTX_new(kms_fetched()->hmac);
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)(uintptr_t)kms_hash_name(key->hash), 0),
      OSSL_PARAM_construct_end()};
  if (made != NULL && EVP_MAC_init(made, key->bytes, key->count, parameters) == 1) return made;
  EVP_MAC_CTX_free(made);
  return NULL;
}

static int take(kms_mac_slot *slot) {
  return atomic_load_explicit(&slot->lent, memory_order_relaxed) == 0 &&
         atomic_exchange_explicit(&slot->lent, 1, memory_order_acquire) == 0;
}

int kms_mac_borrow(kms_mac_key *key, kms_mac_loan *loan) {
#pragma clang loop unroll(disable)  // as KMS_RARE: shorter, and the first is nearly always free
  for (int index = 0; index < KEPT; index++) {
    kms_mac_slot *slot = &key->kept[index];
    if (!take(slot)) continue;
    if (slot->context == NULL) slot->context = make(key);
    *loan = (kms_mac_loan){slot->context, slot};
    if (slot->context != NULL) return 1;
    atomic_store_explicit(&slot->lent, 0, memory_order_release);
    return 0;
  }
  *loan = (kms_mac_loan){make(key), NULL};
  return loan->context != NULL;
}

void kms_mac_return(kms_mac_loan *loan, int sound) {
  if (loan->slot == NULL || !sound) EVP_MAC_CTX_free(loan->context);
  if (loan->slot == NULL) return;
  if (!sound) loan->slot->context = NULL;
  atomic_store_explicit(&loan->slot->lent, 0, memory_order_release);
}

int kms_mac_with(const kms_mac_key *key, const kms_mac_loan *loan, const uint8_t *data, size_t count, uint8_t *out) {
  size_t written = 0;
  if (EVP_MAC_init(loan->context, NULL, 0, NULL) != 1) return 0;
  if (count > 0 && EVP_MAC_update(loan->context, data, count) != 1) return 0;
  return EVP_MAC_final(loan->context, out, &written, key->length) == 1 && written == key->length;
}

kms_crypto_result kms_mac(kms_mac_key *key, const uint8_t *data, size_t count, uint8_t *out) {
  kms_mac_loan loan;
  if (!kms_mac_borrow(key, &loan)) return kms_failed();
  int done = kms_mac_with(key, &loan, data, count, out);
  kms_mac_return(&loan, done);
  return done ? KMS_CRYPTO_OK : kms_failed();
}

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include "explicit.h"

struct kms_sum {
  EVP_MD_CTX *hash;  // one of the two
  EVP_MAC_CTX *mac;
};

int kms_hash_available(const char *name) {
  EVP_MD *found = kms_fetched() == NULL ? NULL : EVP_MD_fetch(NULL, name, NULL);
  EVP_MD_free(found);
  (void)kms_failed();
  return found != NULL;
}

void kms_random_stir(const uint8_t *bytes, size_t count) {
  if (kms_fetched() != NULL && count > 0 && count <= (1u << 20)) RAND_add(bytes, (int)count, 0);
  (void)kms_failed();
}

static kms_sum *own(EVP_MD_CTX *hash, EVP_MAC_CTX *mac, int is_ready) {
  kms_sum *sum = is_ready ? kms_arena_alloc(sizeof *sum) : NULL;
  if (sum == NULL) {
    EVP_MD_CTX_free(hash);
    EVP_MAC_CTX_free(mac);
    (void)kms_failed();
    return NULL;
  }
  sum->hash = hash;
  sum->mac = mac;
  return sum;
}

kms_sum *kms_sum_hash(const char *name) {
  EVP_MD *kind = kms_fetched() == NULL ? NULL : EVP_MD_fetch(NULL, name, NULL);
  EVP_MD_CTX *context = kind == NULL ? NULL : EVP_MD_CTX_new();
  int done = context != NULL && EVP_DigestInit_ex2(context, kind, NULL) == 1;
  EVP_MD_free(kind);
  return own(context, NULL, done);
}

kms_sum *kms_sum_mac(const char *mac, const char *inner, const uint8_t *key, size_t key_count) {
  EVP_MAC *kind = kms_fetched() == NULL ? NULL : EVP_MAC_fetch(NULL, mac, NULL);
  EVP_MAC_CTX *context = kind == NULL ? NULL : EVP_MAC_CTX_new(kind);
  EVP_MAC_free(kind);
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_end(), OSSL_PARAM_construct_end()};
  const char *name = mac[0] == 'C' ? OSSL_MAC_PARAM_CIPHER : OSSL_MAC_PARAM_DIGEST;
  if (inner != NULL) parameters[0] = OSSL_PARAM_construct_utf8_string(name, (char *)(uintptr_t)inner, 0);
  int done = context != NULL && EVP_MAC_init(context, kms_bytes(key, key_count), key_count, parameters) == 1;
  return own(NULL, context, done);
}

void kms_sum_free(kms_sum *sum) {
  EVP_MD_CTX_free(sum->hash);
  EVP_MAC_CTX_free(sum->mac);
  kms_arena_free(sum);
}

kms_crypto_result kms_sum_add(kms_sum *sum, const uint8_t *in, size_t count) {
  in = kms_bytes(in, count);
  int done = sum->hash != NULL ? EVP_DigestUpdate(sum->hash, in, count) : EVP_MAC_update(sum->mac, in, count);
  return done == 1 ? KMS_CRYPTO_OK : kms_failed();
}

kms_crypto_result kms_sum_finish(kms_sum *sum, uint8_t *out, size_t *written) {
  unsigned int length = 0;
  if (sum->hash == NULL)
    return EVP_MAC_final(sum->mac, out, written, KMS_LONGEST_HASH) == 1 ? KMS_CRYPTO_OK : kms_failed();
  if (EVP_DigestFinal_ex(sum->hash, out, &length) != 1) return kms_failed();
  *written = length;
  return KMS_CRYPTO_OK;
}

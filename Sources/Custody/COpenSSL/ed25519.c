#include "internal.h"

// kms_ed25519_key is libcrypto's EVP_PKEY under a name of its own, so that Swift can't mix handles up.

kms_ed25519_key *kms_ed25519_new(const uint8_t *seed) {
  if (kms_fetched() == NULL) return NULL;
  EVP_PKEY *key = EVP_PKEY_new_raw_private_key_ex(NULL, "ED25519", NULL, seed, KMS_ED25519_SEED);
  if (key == NULL) (void)kms_failed();
  return (kms_ed25519_key *)key;
}

void kms_ed25519_free(kms_ed25519_key *key) { EVP_PKEY_free((EVP_PKEY *)key); }

kms_crypto_result kms_ed25519_public(const kms_ed25519_key *key, uint8_t *out) {
  size_t count = KMS_ED25519_PUBLIC;
  if (EVP_PKEY_get_raw_public_key((const EVP_PKEY *)key, out, &count) != 1) return kms_failed();
  return count == KMS_ED25519_PUBLIC ? KMS_CRYPTO_OK : KMS_CRYPTO_FAILED;
}

kms_crypto_result kms_ed25519_sign(
    const kms_ed25519_key *key, const uint8_t *message, size_t count, uint8_t *out) {
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  if (context == NULL) return kms_failed();
  size_t written = KMS_ED25519_SIGNATURE;
  const uint8_t *bytes = count == 0 ? (const uint8_t *)"" : message;
  int done = EVP_DigestSignInit_ex(context, NULL, NULL, NULL, NULL, (EVP_PKEY *)(uintptr_t)key, NULL) == 1 &&
             EVP_DigestSign(context, out, &written, bytes, count) == 1 && written == KMS_ED25519_SIGNATURE;
  EVP_MD_CTX_free(context);
  return done ? KMS_CRYPTO_OK : kms_failed();
}

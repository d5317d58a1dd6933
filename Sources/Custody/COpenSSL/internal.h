// Shared by the files of this folder; Swift doesn't see it.
#ifndef KMS_OPENSSL_INTERNAL_H
#define KMS_OPENSSL_INTERNAL_H

#include <openssl/evp.h>
#include <openssl/kdf.h>

#include "kms_openssl.h"

/// Fetched by kms_crypto_start and never freed: they live as long as the process.
typedef struct {
  EVP_CIPHER *aes_256_gcm;
  EVP_MAC *hmac;
  EVP_KDF *kbkdf;
  EVP_MD *hashes[KMS_HASHES];
} kms_algorithms;

/// NULL until kms_crypto_start has answered 0.
const kms_algorithms *kms_fetched(void);

/// What libcrypto calls a hash.
const char *kms_hash_name(kms_hash hash);

/// The calling thread's GCM contexts, one a direction, without a key; NULL when memory is exhausted or nothing was
/// started. They keep the key schedule of their last use until the next, in the arena.
EVP_CIPHER_CTX *kms_sealing_context(void);
EVP_CIPHER_CTX *kms_opening_context(void);

/// One GCM operation.
typedef struct {
  const uint8_t *key;
  const uint8_t *nonce;
  const uint8_t *aad;
  size_t aad_count;
  const uint8_t *in;
  size_t count;  // of the text, without the tag
  uint8_t *out;
} kms_gcm_job;

kms_crypto_result kms_gcm_run_seal(const kms_gcm_job *job, uint8_t *tag);
kms_crypto_result kms_gcm_run_open(const kms_gcm_job *job, const uint8_t *tag);

/// Empties this thread's error queue, so that nothing of this failure is read by the next.
kms_crypto_result kms_failed(void);

#endif

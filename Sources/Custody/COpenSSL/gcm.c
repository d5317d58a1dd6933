#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>

#include "internal.h"

// Lengths of libcrypto are `int`; nothing of ours comes near this.
#define LONGEST ((size_t)1 << 24)

static int fits(const kms_gcm_job *job) {
  return job->aad_count <= LONGEST && job->count <= LONGEST;
}

static int feed(EVP_CIPHER_CTX *context, const kms_gcm_job *job) {
  int written = 0;
  if (job->aad_count > 0 && EVP_CipherUpdate(context, NULL, &written, job->aad, (int)job->aad_count) != 1) return 0;
  if (job->count == 0) return 1;
  return EVP_CipherUpdate(context, job->out, &written, job->in, (int)job->count) == 1 && written == (int)job->count;
}

kms_crypto_result kms_gcm_run_seal(const kms_gcm_job *job, uint8_t *tag) {
  EVP_CIPHER_CTX *context = kms_sealing_context();
  uint8_t nothing[16];  // GCM has no final block
  int written = 0;
  if (context == NULL || !fits(job)) return kms_failed();
  if (EVP_CipherInit_ex2(context, NULL, job->key, job->nonce, 1, NULL) != 1) return kms_failed();
  if (!feed(context, job)) return kms_failed();
  if (EVP_CipherFinal_ex(context, nothing, &written) != 1 || written != 0) return kms_failed();
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, tag, KMS_GCM_TAG), OSSL_PARAM_END};
  if (EVP_CIPHER_CTX_get_params(context, parameters) != 1) return kms_failed();
  return KMS_CRYPTO_OK;
}

static kms_crypto_result open_text(const kms_gcm_job *job, const uint8_t *tag) {
  EVP_CIPHER_CTX *context = kms_opening_context();
  uint8_t nothing[16];
  int written = 0;
  if (context == NULL || !fits(job)) return kms_failed();
  if (EVP_CipherInit_ex2(context, NULL, job->key, job->nonce, 0, NULL) != 1) return kms_failed();
  if (EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, KMS_GCM_TAG, (void *)(uintptr_t)tag) != 1) return kms_failed();
  if (!feed(context, job)) return kms_failed();
  if (EVP_CipherFinal_ex(context, nothing, &written) == 1 && written == 0) return KMS_CRYPTO_OK;
  (void)kms_failed();
  return KMS_CRYPTO_REJECTED;
}

kms_crypto_result kms_gcm_run_open(const kms_gcm_job *job, const uint8_t *tag) {
  kms_crypto_result result = open_text(job, tag);
  // What didn't authenticate must not be seen.
  if (result != KMS_CRYPTO_OK && job->count > 0) OPENSSL_cleanse(job->out, job->count);
  return result;
}

kms_crypto_result kms_gcm_seal(
    const uint8_t *key, const uint8_t *nonce, const uint8_t *aad, size_t aad_count, const uint8_t *in, size_t count,
    uint8_t *out) {
  kms_gcm_job job = {key, nonce, aad, aad_count, in, count, out};
  return kms_gcm_run_seal(&job, out + count);
}

kms_crypto_result kms_gcm_open(
    const uint8_t *key, const uint8_t *nonce, const uint8_t *aad, size_t aad_count, const uint8_t *in, size_t count,
    uint8_t *out) {
  if (count < KMS_GCM_TAG) return KMS_CRYPTO_REJECTED;
  size_t text = count - KMS_GCM_TAG;
  kms_gcm_job job = {key, nonce, aad, aad_count, in, text, out};
  return kms_gcm_run_open(&job, in + text);
}

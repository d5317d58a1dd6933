#include <openssl/crypto.h>
#include <string.h>

#include "mac.h"

// The envelope of Encrypt: a key for one message, derived with a commitment to it, then AES-256-GCM. Only libcrypto's
// HMAC and GCM do cryptography here; this file puts their inputs together.

enum { FORMAT = 1, NONCE_AT = 33, NONCE = 16, COMMITMENT_AT = 49, COMMITMENT = 32, ONE_TIME_KEY = 32 };
#define LABEL "claviger/encrypt"

// What the derived key encrypts is one message, so its GCM nonce needn't differ from anything.
static const uint8_t zero_nonce[KMS_GCM_NONCE];

typedef struct {
  uint8_t counter[4];
  char label[sizeof LABEL];  // its final zero byte is the separator
  uint8_t context[KMS_ENVELOPE_CONTEXT];
  uint8_t bits[4];
} kdf_input;
_Static_assert(sizeof(kdf_input) == 74, "no padding: the struct is the input");

kms_crypto_result kms_envelope_derive(kms_mac_key *key, const uint8_t *context, uint8_t *out) {
  kdf_input input = {.counter = {0, 0, 0, 1}, .label = LABEL, .bits = {0, 0, 2, 0}};  // 512 bits
  memcpy(input.context, context, KMS_ENVELOPE_CONTEXT);
  EVP_MAC_CTX *mac = kms_mac_borrow(key);
  if (mac == NULL) return kms_failed();
  int done = kms_mac_with(key, mac, (const uint8_t *)&input, sizeof input, out);
  input.counter[3] = 2;
  if (!done || !kms_mac_with(key, mac, (const uint8_t *)&input, sizeof input, out + KMS_MAC_LENGTH)) {
    EVP_MAC_CTX_free(mac);
    OPENSSL_cleanse(out, KMS_ENVELOPE_DERIVED);
    return kms_failed();
  }
  kms_mac_return(key, mac);
  return KMS_CRYPTO_OK;
}

kms_crypto_result kms_envelope_seal(
    kms_mac_key *key, const uint8_t *ids, uint8_t *bound, size_t bound_count, const uint8_t *in, size_t count,
    uint8_t *out) {
  uint8_t derived[KMS_ENVELOPE_DERIVED];
  if (bound_count < KMS_ENVELOPE_HEADER) return KMS_CRYPTO_FAILED;
  out[0] = FORMAT;
  memcpy(out + 1, ids, KMS_ENVELOPE_IDS);
  kms_crypto_result result = kms_random(KMS_RANDOM_PUBLIC, out + NONCE_AT, NONCE);
  if (result != KMS_CRYPTO_OK) return result;
  result = kms_envelope_derive(key, out, derived);
  if (result != KMS_CRYPTO_OK) return result;
  memcpy(out + COMMITMENT_AT, derived + ONE_TIME_KEY, COMMITMENT);
  memcpy(bound, out, KMS_ENVELOPE_HEADER);
  uint8_t *text = out + KMS_ENVELOPE_HEADER;
  kms_gcm_job job = {derived, zero_nonce, bound, bound_count, in, count, text};
  result = kms_gcm_run_seal(&job, text + count);
  OPENSSL_cleanse(derived, sizeof derived);
  return result;
}

static kms_crypto_result open_checked(
    kms_mac_key *key, const uint8_t *ids, const kms_gcm_job *layout, const uint8_t *in) {
  if (in[0] != FORMAT || memcmp(in + 1, ids, KMS_ENVELOPE_IDS) != 0) return KMS_CRYPTO_REJECTED;
  uint8_t derived[KMS_ENVELOPE_DERIVED];
  kms_crypto_result result = kms_envelope_derive(key, in, derived);
  if (result != KMS_CRYPTO_OK) return result;
  if (CRYPTO_memcmp(in + COMMITMENT_AT, derived + ONE_TIME_KEY, COMMITMENT) == 0) {
    kms_gcm_job job = *layout;
    job.key = derived;
    result = kms_gcm_run_open(&job, job.in + job.count);
  } else {
    result = KMS_CRYPTO_REJECTED;
  }
  OPENSSL_cleanse(derived, sizeof derived);
  return result;
}

kms_crypto_result kms_envelope_open(
    kms_mac_key *key, const uint8_t *ids, uint8_t *bound, size_t bound_count, const uint8_t *in, size_t count,
    uint8_t *out) {
  if (bound_count < KMS_ENVELOPE_HEADER || count < KMS_ENVELOPE_OVERHEAD) return KMS_CRYPTO_REJECTED;
  size_t text = count - KMS_ENVELOPE_OVERHEAD;
  memcpy(bound, in, KMS_ENVELOPE_HEADER);
  kms_gcm_job layout = {NULL, zero_nonce, bound, bound_count, in + KMS_ENVELOPE_HEADER, text, out};
  kms_crypto_result result = open_checked(key, ids, &layout, in);
  if (result != KMS_CRYPTO_OK && text > 0) OPENSSL_cleanse(out, text);
  return result;
}

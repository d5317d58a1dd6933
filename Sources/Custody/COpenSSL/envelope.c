#include <openssl/crypto.h>
#include <string.h>

#include "kms_explicit.h"
#include "kms_system.h"
#include "mac.h"

// The envelope of Encrypt: a key for one message, derived with a commitment to it, then AES-256-GCM. Only libcrypto's
// HMAC and GCM do cryptography here; this file puts their inputs together.

enum { FORMAT_AT = 0, KEY_AT = 1, VERSION_AT = 17, NONCE_AT = 33, COMMITMENT_AT = 49 };
enum { NONCE = 16, COMMITMENT = 32, ONE_TIME_KEY = 32 };
enum { FORMAT_1 = 1, FORMAT_2 = 2 };

// What the derived key encrypts is one message, so its GCM nonce needn't differ from anything.
static const uint8_t zero_nonce[KMS_GCM_NONCE];

struct kms_envelope {
  kms_mac_key *key;
  uint8_t start[NONCE_AT];  // of every header that it makes: format, key id, version id
};

kms_envelope *kms_envelope_new(const uint8_t *material, size_t count, const uint8_t *ids) {
  kms_envelope *made = kms_arena_alloc(sizeof *made);
  kms_mac_key *key = kms_mac_key_new(KMS_SHA256, material, count);
  if (made == NULL || key == NULL) {
    if (key != NULL) kms_mac_key_free(key);
    kms_arena_free(made);
    return NULL;
  }
  made->key = key;
  made->start[FORMAT_AT] = FORMAT_2;
  memcpy(made->start + KEY_AT, ids, KMS_ENVELOPE_IDS);
  return made;
}

void kms_envelope_free(kms_envelope *envelope) {
  kms_mac_key_free(envelope->key);
  kms_arena_free(envelope);
}

const uint8_t *kms_envelope_material(const kms_envelope *envelope, size_t *count) {
  return kms_mac_key_bytes(envelope->key, count);
}

// ---- Derivation ------------------------------------------------------------------------------------------
// What HMAC hashes (SP 800-108, 4.1): counter, label, a zero byte, context, length of the output in bits.

#define LABEL_1 "claviger/encrypt"
typedef struct {
  uint8_t counter[4];
  char label[sizeof LABEL_1];  // its final zero byte is the separator
  uint8_t context[KMS_ENVELOPE_PREFIX];
  uint8_t bits[4];
} kdf_input_1;
_Static_assert(sizeof(kdf_input_1) == 74, "no padding: the struct is the input");

#define LABEL_2 "claviger/aead"
typedef struct {
  uint8_t counter[4];
  char label[sizeof LABEL_2];
  uint8_t format_and_key[VERSION_AT];  // not the version, whose material is the key of the derivation
  uint8_t nonce[NONCE];
  uint8_t bits[4];
} kdf_input_2;
// SHA-256 appends 9 bytes, so this is one block of it and a byte more would be two.
_Static_assert(sizeof(kdf_input_2) == 55, "no padding, and the longest input of one block");

static int expand(kms_mac_key *key, uint8_t *input, size_t count, uint8_t *out) {
  kms_mac_loan loan;
  if (!kms_mac_borrow(key, &loan)) return 0;
  input[3] = 1;  // the counter, big-endian
  int done = kms_mac_with(key, &loan, input, count, out);
  input[3] = 2;
  done = done && kms_mac_with(key, &loan, input, count, out + KMS_MAC_LENGTH);
  kms_mac_return(&loan, done);
  return done;
}

static KMS_RARE int derive_1(kms_mac_key *key, const uint8_t *header, uint8_t *out) {
  kdf_input_1 input = {.label = LABEL_1, .bits = {0, 0, 2, 0}};  // 512 bits
  memcpy(input.context, header, KMS_ENVELOPE_PREFIX);
  return expand(key, (uint8_t *)&input, sizeof input, out);
}

static inline kdf_input_2 input_2(const uint8_t *header) {
  kdf_input_2 input = {.label = LABEL_2, .bits = {0, 0, 2, 0}};
  memcpy(input.format_and_key, header, VERSION_AT);
  memcpy(input.nonce, header + NONCE_AT, NONCE);
  return input;
}

static int derive(kms_mac_key *key, const uint8_t *header, uint8_t *out) {
  if (header[FORMAT_AT] == FORMAT_1) return derive_1(key, header, out);
  kdf_input_2 input = input_2(header);
  return expand(key, (uint8_t *)&input, sizeof input, out);
}

static int known(uint8_t format) { return format == FORMAT_1 || format == FORMAT_2; }

kms_crypto_result kms_envelope_derive(const kms_envelope *envelope, const uint8_t *header, uint8_t *out) {
  if (!known(header[FORMAT_AT])) return KMS_CRYPTO_REJECTED;
  if (derive(envelope->key, header, out)) return KMS_CRYPTO_OK;
  kms_wipe(out, KMS_ENVELOPE_DERIVED);
  return kms_failed();
}

// ---- Messages --------------------------------------------------------------------------------------------

kms_crypto_result kms_envelope_seal(
    const kms_envelope *envelope, uint8_t *bound, size_t bound_count, const uint8_t *in, size_t count, uint8_t *out) {
  uint8_t derived[KMS_ENVELOPE_DERIVED];
  if (bound_count < KMS_ENVELOPE_HEADER) return KMS_CRYPTO_FAILED;
  memcpy(bound, envelope->start, sizeof envelope->start);
  kms_crypto_result result = kms_random(KMS_RANDOM_PUBLIC, bound + NONCE_AT, NONCE);
  if (result != KMS_CRYPTO_OK) return result;
  result = kms_envelope_derive(envelope, bound, derived);
  if (result != KMS_CRYPTO_OK) return result;
  memcpy(bound + COMMITMENT_AT, derived + ONE_TIME_KEY, COMMITMENT);
  memcpy(out, bound, KMS_ENVELOPE_HEADER);
  uint8_t *text = out + KMS_ENVELOPE_HEADER;
  kms_gcm_job job = {derived, zero_nonce, bound, bound_count, in, count, text};
  result = kms_gcm_run_seal(&job, text + count);
  kms_wipe(derived, sizeof derived);
  return result;
}

// ---- Messages of keys that are elsewhere -----------------------------------------------------------------
// A device makes the two codes that are the derivation; what remains is the same.

kms_crypto_result kms_envelope_begin(const uint8_t *ids, uint8_t *header) {
  header[FORMAT_AT] = FORMAT_2;
  memcpy(header + KEY_AT, ids, KMS_ENVELOPE_IDS);
  return kms_random(KMS_RANDOM_PUBLIC, header + NONCE_AT, NONCE);
}

kms_crypto_result kms_envelope_input(const uint8_t *header, uint8_t block, uint8_t *out) {
  if (header[FORMAT_AT] != FORMAT_2) return KMS_CRYPTO_REJECTED;
  kdf_input_2 input = input_2(header);
  input.counter[3] = block;
  memcpy(out, &input, sizeof input);
  return KMS_CRYPTO_OK;
}

kms_crypto_result kms_envelope_seal_derived(
    const uint8_t *derived, uint8_t *bound, size_t bound_count, const uint8_t *in, size_t count, uint8_t *out) {
  if (bound_count < KMS_ENVELOPE_HEADER) return KMS_CRYPTO_FAILED;
  memcpy(bound + COMMITMENT_AT, derived + ONE_TIME_KEY, COMMITMENT);
  memcpy(out, bound, KMS_ENVELOPE_HEADER);
  uint8_t *text = out + KMS_ENVELOPE_HEADER;
  kms_gcm_job job = {derived, zero_nonce, bound, bound_count, in, count, text};
  return kms_gcm_run_seal(&job, text + count);
}

kms_crypto_result kms_envelope_open_derived(
    const uint8_t *derived, uint8_t *bound, size_t bound_count, const uint8_t *in, size_t count, uint8_t *out) {
  if (bound_count < KMS_ENVELOPE_HEADER || count < KMS_ENVELOPE_OVERHEAD) return KMS_CRYPTO_REJECTED;
  size_t text = count - KMS_ENVELOPE_OVERHEAD;
  memcpy(bound, in, KMS_ENVELOPE_HEADER);
  kms_gcm_job job = {derived, zero_nonce, bound, bound_count, in + KMS_ENVELOPE_HEADER, text, out};
  kms_crypto_result result = CRYPTO_memcmp(in + COMMITMENT_AT, derived + ONE_TIME_KEY, COMMITMENT) == 0
      ? kms_gcm_run_open(&job, job.in + job.count)
      : KMS_CRYPTO_REJECTED;
  if (result != KMS_CRYPTO_OK && text > 0) kms_wipe(out, text);
  return result;
}

// ---- Opening with a key that is here ---------------------------------------------------------------------

static kms_crypto_result open_checked(const kms_envelope *envelope, const kms_gcm_job *layout, const uint8_t *in) {
  if (memcmp(in + KEY_AT, envelope->start + KEY_AT, KMS_ENVELOPE_IDS) != 0) return KMS_CRYPTO_REJECTED;
  uint8_t derived[KMS_ENVELOPE_DERIVED];
  kms_crypto_result result = kms_envelope_derive(envelope, in, derived);
  if (result != KMS_CRYPTO_OK) return result;
  if (CRYPTO_memcmp(in + COMMITMENT_AT, derived + ONE_TIME_KEY, COMMITMENT) == 0) {
    kms_gcm_job job = *layout;
    job.key = derived;
    result = kms_gcm_run_open(&job, job.in + job.count);
  } else {
    result = KMS_CRYPTO_REJECTED;
  }
  kms_wipe(derived, sizeof derived);
  return result;
}

kms_crypto_result kms_envelope_open(
    const kms_envelope *envelope, uint8_t *bound, size_t bound_count, const uint8_t *in, size_t count, uint8_t *out) {
  if (bound_count < KMS_ENVELOPE_HEADER || count < KMS_ENVELOPE_OVERHEAD) return KMS_CRYPTO_REJECTED;
  size_t text = count - KMS_ENVELOPE_OVERHEAD;
  memcpy(bound, in, KMS_ENVELOPE_HEADER);
  kms_gcm_job layout = {NULL, zero_nonce, bound, bound_count, in + KMS_ENVELOPE_HEADER, text, out};
  kms_crypto_result result = open_checked(envelope, &layout, in);
  if (result != KMS_CRYPTO_OK && text > 0) kms_wipe(out, text);
  return result;
}

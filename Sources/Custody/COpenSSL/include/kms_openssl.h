// The few things that we ask of libcrypto, each as one function that checks every step.
//
// Algorithms are fetched once, contexts are kept: EVP look-ups cost more than the cryptography. All memory of libcrypto
// is in the secret arena (kms_system.h). Every function may be called from any thread once kms_crypto_start has
// answered 0; before that, those that can fail answer KMS_CRYPTO_FAILED.
#ifndef KMS_OPENSSL_H
#define KMS_OPENSSL_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
  KMS_CRYPTO_OK = 0,
  /// The input didn't authenticate. Says nothing about why.
  KMS_CRYPTO_REJECTED = 1,
  /// libcrypto refused or memory is exhausted. Its error queue is empty again.
  KMS_CRYPTO_FAILED = 2,
} kms_crypto_result;

// ---- Start -----------------------------------------------------------------------------------------------

/// Puts libcrypto's heap into the arena and fetches the algorithms, once; later calls repeat the answer.
/// 0; 1 when libcrypto was used before, so that its heap is elsewhere; 2 when it lacks an algorithm.
int kms_crypto_start(void);
/// What the library calls itself: "OpenSSL 3.0.19 27 Jan 2026".
const char *_Nonnull kms_crypto_version(void);

// ---- Randomness ------------------------------------------------------------------------------------------

typedef enum {
  KMS_RANDOM_PUBLIC = 0,  // nonces and identifiers
  KMS_RANDOM_SECRET = 1,  // keys; from a generator whose output is never published
} kms_random_use;

kms_crypto_result kms_random(kms_random_use use, uint8_t *_Nullable out, size_t count);

// ---- AES-256-GCM -----------------------------------------------------------------------------------------

enum { KMS_GCM_KEY = 32, KMS_GCM_NONCE = 12, KMS_GCM_TAG = 16 };

/// Writes `count` bytes of ciphertext and the tag to `out`.
kms_crypto_result kms_gcm_seal(
    const uint8_t *_Nonnull key, const uint8_t *_Nonnull nonce, const uint8_t *_Nullable aad, size_t aad_count,
    const uint8_t *_Nullable in, size_t count, uint8_t *_Nonnull out);
/// `count` includes the tag. Writes `count` - 16 bytes, or zeroes them when the answer isn't KMS_CRYPTO_OK.
kms_crypto_result kms_gcm_open(
    const uint8_t *_Nonnull key, const uint8_t *_Nonnull nonce, const uint8_t *_Nullable aad, size_t aad_count,
    const uint8_t *_Nonnull in, size_t count, uint8_t *_Nullable out);

// ---- HMAC-SHA-256 ----------------------------------------------------------------------------------------

enum { KMS_MAC_LENGTH = 32 };

/// A key with contexts that are already keyed. Wiped by kms_mac_key_free, contexts included.
typedef struct kms_mac_key kms_mac_key;

/// NULL when memory is exhausted. Contexts are made when they are first used.
kms_mac_key *_Nullable kms_mac_key_new(const uint8_t *_Nullable key, size_t count);
void kms_mac_key_free(kms_mac_key *_Nonnull key);
kms_crypto_result kms_mac(
    kms_mac_key *_Nonnull key, const uint8_t *_Nullable data, size_t count, uint8_t *_Nonnull out);

// ---- The envelope of Encrypt: layout and derivation in docs/formats.md -----------------------------------

enum {
  KMS_ENVELOPE_IDS = 32,
  KMS_ENVELOPE_CONTEXT = 49,  // format version, ids, nonce: what the derivation binds
  KMS_ENVELOPE_DERIVED = 64,
  KMS_ENVELOPE_HEADER = 81,
  KMS_ENVELOPE_OVERHEAD = 97,
};

/// The first 64 bytes of SP 800-108 counter mode: one-time key, then commitment.
kms_crypto_result kms_envelope_derive(
    kms_mac_key *_Nonnull key, const uint8_t *_Nonnull context, uint8_t *_Nonnull out);
/// Writes `count` + 97 bytes. `ids`: key id and version id, 16 bytes each.
kms_crypto_result kms_envelope_seal(
    kms_mac_key *_Nonnull key, const uint8_t *_Nonnull ids, const uint8_t *_Nullable aad, size_t aad_count,
    const uint8_t *_Nullable in, size_t count, uint8_t *_Nonnull out);
/// `count` is the whole envelope's. Writes `count` - 97 bytes, or zeroes them when the answer isn't KMS_CRYPTO_OK.
kms_crypto_result kms_envelope_open(
    kms_mac_key *_Nonnull key, const uint8_t *_Nonnull ids, const uint8_t *_Nullable aad, size_t aad_count,
    const uint8_t *_Nonnull in, size_t count, uint8_t *_Nullable out);

// ---- Derivation ------------------------------------------------------------------------------------------

/// NIST SP 800-108 counter mode with HMAC-SHA-256, by the library's own KBKDF: 32-bit counter, label, zero byte,
/// context, 32-bit length in bits.
kms_crypto_result kms_kdf(
    const uint8_t *_Nonnull key, size_t key_count, const uint8_t *_Nonnull label, size_t label_count,
    const uint8_t *_Nullable context, size_t context_count, uint8_t *_Nonnull out, size_t count);

/// RFC 7914. `cost` is N. Takes 128 * r * N bytes for its duration.
kms_crypto_result kms_scrypt(
    const uint8_t *_Nullable secret, size_t secret_count, const uint8_t *_Nonnull salt, size_t salt_count,
    uint64_t cost, uint64_t r, uint64_t p, uint8_t *_Nonnull out, size_t count);

// ---- Ed25519 (RFC 8032) ----------------------------------------------------------------------------------

enum { KMS_ED25519_SEED = 32, KMS_ED25519_PUBLIC = 32, KMS_ED25519_SIGNATURE = 64 };

typedef struct kms_ed25519_key kms_ed25519_key;

/// NULL when libcrypto refuses.
kms_ed25519_key *_Nullable kms_ed25519_new(const uint8_t *_Nonnull seed);
void kms_ed25519_free(kms_ed25519_key *_Nonnull key);
kms_crypto_result kms_ed25519_public(const kms_ed25519_key *_Nonnull key, uint8_t *_Nonnull out);
kms_crypto_result kms_ed25519_sign(
    const kms_ed25519_key *_Nonnull key, const uint8_t *_Nullable message, size_t count, uint8_t *_Nonnull out);

#endif

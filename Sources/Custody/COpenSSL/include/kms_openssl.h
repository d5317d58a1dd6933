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

// ---- HMAC ------------------------------------------------------------------------------------------------

typedef enum {
  KMS_SHA1 = 0,  // OAEP only
  KMS_SHA224 = 1,
  KMS_SHA256 = 2,
  KMS_SHA384 = 3,
  KMS_SHA512 = 4,
  KMS_SM3 = 5,  // NULL where libcrypto has none
  KMS_HASHES = 6,
} kms_hash;

enum { KMS_MAC_LENGTH = 32, KMS_LONGEST_HASH = 64 };

/// A key of HMAC with contexts that are already keyed. Wiped by kms_mac_key_free, contexts included.
typedef struct kms_mac_key kms_mac_key;

/// NULL when memory is exhausted. Contexts are made when they are first used.
kms_mac_key *_Nullable kms_mac_key_new(kms_hash hash, const uint8_t *_Nullable key, size_t count);
void kms_mac_key_free(kms_mac_key *_Nonnull key);
/// Writes as many bytes as the hash has.
kms_crypto_result kms_mac(
    kms_mac_key *_Nonnull key, const uint8_t *_Nullable data, size_t count, uint8_t *_Nonnull out);

// ---- The envelope of Encrypt: layouts and derivations in docs/formats.md ---------------------------------

enum {
  KMS_ENVELOPE_IDS = 32,
  KMS_ENVELOPE_PREFIX = 49,  // format version, ids, nonce: what a derivation takes its input from
  KMS_ENVELOPE_DERIVED = 64,
  KMS_ENVELOPE_HEADER = 81,
  KMS_ENVELOPE_OVERHEAD = 97,
};

/// Material of one version with the ids that its headers carry. Any number of threads may use it at once;
/// kms_envelope_free wipes everything.
typedef struct kms_envelope kms_envelope;

/// `ids`: key id and version id, 16 bytes each. NULL when memory is exhausted.
kms_envelope *_Nullable kms_envelope_new(
    const uint8_t *_Nullable material, size_t count, const uint8_t *_Nonnull ids);
void kms_envelope_free(kms_envelope *_Nonnull envelope);

/// The first 64 bytes of SP 800-108 counter mode: one-time key, then commitment. `header`: KMS_ENVELOPE_PREFIX bytes of
/// either format.
kms_crypto_result kms_envelope_derive(
    const kms_envelope *_Nonnull envelope, const uint8_t *_Nonnull header, uint8_t *_Nonnull out);
/// Writes `count` + 97 bytes in format 2. `bound`: room for KMS_ENVELOPE_HEADER bytes, which is overwritten, then the
/// associated data; `bound_count` is all of it.
kms_crypto_result kms_envelope_seal(
    const kms_envelope *_Nonnull envelope, uint8_t *_Nonnull bound, size_t bound_count, const uint8_t *_Nullable in,
    size_t count, uint8_t *_Nonnull out);
/// `count` is the whole envelope's, in either format. Writes `count` - 97 bytes, or zeroes them when the answer isn't
/// KMS_CRYPTO_OK.
kms_crypto_result kms_envelope_open(
    const kms_envelope *_Nonnull envelope, uint8_t *_Nonnull bound, size_t bound_count, const uint8_t *_Nonnull in,
    size_t count, uint8_t *_Nullable out);

// The same for material that is elsewhere: whoever has it makes the two codes of the derivation, HMAC-SHA-256 over each block of
// the input, which joined are the 64 derived bytes.

enum { KMS_ENVELOPE_BLOCK = 55 };
/// Begins a header in format 2: KMS_ENVELOPE_PREFIX bytes.
kms_crypto_result kms_envelope_begin(const uint8_t *_Nonnull ids, uint8_t *_Nonnull header);
/// The input of block 1 or 2, KMS_ENVELOPE_BLOCK bytes. KMS_CRYPTO_REJECTED for format 1, in which no such key encrypted.
kms_crypto_result kms_envelope_input(const uint8_t *_Nonnull header, uint8_t block, uint8_t *_Nonnull out);
/// As kms_envelope_seal, but `bound` begins with the KMS_ENVELOPE_PREFIX bytes from which `derived` was derived.
kms_crypto_result kms_envelope_seal_derived(
    const uint8_t *_Nonnull derived, uint8_t *_Nonnull bound, size_t bound_count, const uint8_t *_Nullable in,
    size_t count, uint8_t *_Nonnull out);
/// As kms_envelope_open. Whose ids the header has is for the caller to compare.
kms_crypto_result kms_envelope_open_derived(
    const uint8_t *_Nonnull derived, uint8_t *_Nonnull bound, size_t bound_count, const uint8_t *_Nonnull in,
    size_t count, uint8_t *_Nullable out);

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

// ---- Key pairs -------------------------------------------------------------------------------------------

typedef enum {
  KMS_RSA_2048 = 0,
  KMS_RSA_3072,
  KMS_RSA_4096,
  KMS_P256,
  KMS_P384,
  KMS_P521,
  KMS_SECP256K1,
  KMS_ED25519,
  KMS_SM2,
  KMS_P192,
  KMS_P224,
  KMS_ED448,
  KMS_X25519,
  KMS_X448,
  KMS_DSA,
  KMS_DH,
  KMS_RSA_1024,
  KMS_RSA_1536,
  KMS_RSA_8192,
  KMS_ML_DSA_44,
  KMS_ML_DSA_65,
  KMS_ML_DSA_87,
  KMS_ML_KEM_512,
  KMS_ML_KEM_768,
  KMS_ML_KEM_1024,
  KMS_KINDS,
} kms_kind;

typedef enum {
  KMS_PSS_SHA256 = 0,
  KMS_PSS_SHA384,
  KMS_PSS_SHA512,
  KMS_PKCS1_SHA256,
  KMS_PKCS1_SHA384,
  KMS_PKCS1_SHA512,
  KMS_ECDSA_SHA256,
  KMS_ECDSA_SHA384,
  KMS_ECDSA_SHA512,
  KMS_SM2DSA,
  KMS_EDDSA,
  KMS_EDDSA_PH,
  KMS_ML_DSA,
} kms_signature;

typedef enum { KMS_OAEP_SHA1 = 0, KMS_OAEP_SHA256, KMS_SM2PKE } kms_cipher;

/// What stands in for the message.
typedef enum {
  KMS_RAW = 0,
  KMS_DIGEST = 1,       // already hashed; for KMS_EDDSA_PH it is hashed again
  KMS_EXTERNAL_MU = 2,  // FIPS 204's mu, 64 bytes
} kms_form;

/// A key pair, or the public half of one, with contexts that are ready for their operations. Any number of threads may
/// use it at once; kms_pair_free wipes everything.
typedef struct kms_pair kms_pair;

/// 1 when this libcrypto can make and use such keys.
int kms_kind_available(kms_kind kind);
/// 1 when this libcrypto has Ed25519ph.
int kms_eddsa_ph_available(void);

/// A fresh pair; NULL when libcrypto refuses. RSA takes from tenths of a second to several seconds.
kms_pair *_Nullable kms_pair_generate(kms_kind kind);
/// The same for RSA with a public exponent, which has to be odd and at least 3; 0: the usual one.
kms_pair *_Nullable kms_pair_generate_rsa(kms_kind kind, uint64_t exponent);
/// From PKCS#8 DER, all of it; NULL unless it is a private key of exactly this kind.
/// `checked`: also proves that numbers and halves belong together, which takes long for RSA.
kms_pair *_Nullable kms_pair_private(kms_kind kind, const uint8_t *_Nonnull der, size_t count, int checked);
/// From SubjectPublicKeyInfo DER, all of it; NULL unless it is a valid public key of exactly this kind in the one
/// encoding that libcrypto itself writes; compressed points are written compressed.
kms_pair *_Nullable kms_pair_public(kms_kind kind, const uint8_t *_Nonnull der, size_t count);
void kms_pair_free(kms_pair *_Nonnull pair);

/// The longest DER that a pair is written as or read from.
enum { KMS_LONGEST_DER = 16384 };

/// SubjectPublicKeyInfo: its length; 0 when libcrypto refuses or `room` is too small.
size_t kms_pair_spki(const kms_pair *_Nonnull pair, uint8_t *_Nonnull out, size_t room);
/// PKCS#8 PrivateKeyInfo, likewise. `out` is NULL for the length alone.
size_t kms_pair_pkcs8(const kms_pair *_Nonnull pair, uint8_t *_Nullable out, size_t room);
/// A private operation on a random value, undone by the public one.
kms_crypto_result kms_pair_test(kms_pair *_Nonnull pair);
/// The bytes that `out` of the following calls must have room for.
size_t kms_pair_size(const kms_pair *_Nonnull pair);

/// `written`: in, the room at `out`; out, the length of the signature. `purpose`: the context of FIPS 204 section 5.2, at most
/// 255 bytes; none but for KMS_ML_DSA over KMS_RAW.
kms_crypto_result kms_sign(
    kms_pair *_Nonnull pair, kms_signature algorithm, kms_form form, const uint8_t *_Nullable purpose,
    size_t purpose_count, const uint8_t *_Nullable in, size_t count, uint8_t *_Nonnull out, size_t *_Nonnull written);
/// KMS_CRYPTO_REJECTED for whatever isn't a signature of this key over this message, with this context.
kms_crypto_result kms_verify(
    kms_pair *_Nonnull pair, kms_signature algorithm, kms_form form, const uint8_t *_Nullable purpose,
    size_t purpose_count, const uint8_t *_Nullable in, size_t count, const uint8_t *_Nullable signature,
    size_t signature_count);

kms_crypto_result kms_public_encrypt(
    kms_pair *_Nonnull pair, kms_cipher cipher, const uint8_t *_Nullable in, size_t count, uint8_t *_Nonnull out,
    size_t *_Nonnull written);
kms_crypto_result kms_private_decrypt(
    kms_pair *_Nonnull pair, kms_cipher cipher, const uint8_t *_Nullable in, size_t count, uint8_t *_Nonnull out,
    size_t *_Nonnull written);

/// The x-coordinate of the shared point, as long as the field. Not for KMS_SM2: libcrypto has no ECDH for its keys.
kms_crypto_result kms_agree(
    kms_pair *_Nonnull pair, const kms_pair *_Nonnull peer, uint8_t *_Nonnull out, size_t *_Nonnull written);
/// The longest shared secret of kms_agree.
enum { KMS_LONGEST_AGREED = 66 };

enum { KMS_KEM_SECRET = 32 };

/// `written`: in, the room at `ciphertext`; out, its length.
kms_crypto_result kms_encapsulate(
    kms_pair *_Nonnull pair, uint8_t *_Nonnull ciphertext, size_t *_Nonnull written, uint8_t *_Nonnull secret);
/// KMS_CRYPTO_REJECTED for a ciphertext of another length; any other yields a secret (FIPS 203's implicit rejection).
kms_crypto_result kms_decapsulate(
    kms_pair *_Nonnull pair, const uint8_t *_Nonnull ciphertext, size_t count, uint8_t *_Nonnull secret);

// ---- AES key wrap with padding (RFC 5649) and without (RFC 3394) -------------------------------------------

/// The key has 16, 24 or 32 bytes. Writes at most `count` + 15 bytes.
kms_crypto_result kms_key_wrap(
    int padded, const uint8_t *_Nonnull key, size_t key_count, const uint8_t *_Nonnull in, size_t count,
    uint8_t *_Nonnull out, size_t *_Nonnull written);
/// Writes at most `count` bytes.
kms_crypto_result kms_key_unwrap(
    int padded, const uint8_t *_Nonnull key, size_t key_count, const uint8_t *_Nonnull in, size_t count,
    uint8_t *_Nonnull out, size_t *_Nonnull written);

// ---- CMS (RFC 5652) --------------------------------------------------------------------------------------

/// EnvelopedData for one RSA key: key transport by RSAES-OAEP with SHA-256, named by a key identifier; content by
/// AES-256-CBC. `written`: in, the room at `out`; out, the length. KMS_CMS_OVERHEAD and the content always fit.
kms_crypto_result kms_cms_envelop(
    const kms_pair *_Nonnull recipient, const uint8_t *_Nullable in, size_t count, uint8_t *_Nonnull out,
    size_t *_Nonnull written);
enum { KMS_CMS_OVERHEAD = 1024 };

#endif

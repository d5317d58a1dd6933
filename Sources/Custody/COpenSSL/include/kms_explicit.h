// What we ask of libcrypto where the caller chooses every detail. Algorithms are named as libcrypto names them and looked up
// each time: nothing of this is on the hot path. The rules of kms_openssl.h hold here too.
#ifndef KMS_EXPLICIT_H
#define KMS_EXPLICIT_H

#include "kms_openssl.h"

/// Which part of libcrypto has a cipher.
typedef enum {
  KMS_LIBRARY = 0,
  KMS_LEGACY = 1,  // OpenSSL's legacy provider: loaded when it is first asked for, apart from all else; it may be absent
} kms_cipher_source;

/// 1 when this libcrypto has such a hash, cipher.
int kms_hash_available(const char *_Nonnull name);
int kms_cipher_available(const char *_Nonnull name, kms_cipher_source source);

/// Adds bytes to the state of the random generators, counted as no entropy at all.
void kms_random_stir(const uint8_t *_Nullable bytes, size_t count);

// ---- Symmetric ciphers ---------------------------------------------------------------------------------------

/// One encryption or decryption under way. kms_cipher_run_free wipes it.
typedef struct kms_cipher_run kms_cipher_run;

enum { KMS_LONGEST_BLOCK = 16, KMS_LONGEST_TAG = 16 };

/// `tag_count`: 0 where the mode has no tag. `tag`: what must come out, when decrypting by a mode that has one; else NULL.
/// `total`: bytes of all that will be added; CCM must know it, and be given everything at once. `padded`: PKCS#5.
/// NULL when libcrypto refuses the combination.
kms_cipher_run *_Nullable kms_cipher_run_new(
    const char *_Nonnull name, kms_cipher_source source, int encrypting, int padded,
    const uint8_t *_Nonnull key, size_t key_count, const uint8_t *_Nullable iv, size_t iv_count,
    const uint8_t *_Nullable tag, size_t tag_count,
    const uint8_t *_Nullable aad, size_t aad_count, size_t total);
void kms_cipher_run_free(kms_cipher_run *_Nonnull run);
/// Writes at most `count` + KMS_LONGEST_BLOCK bytes.
kms_crypto_result kms_cipher_run_add(
    kms_cipher_run *_Nonnull run, const uint8_t *_Nullable in, size_t count, uint8_t *_Nonnull out,
    size_t *_Nonnull written);
/// Writes at most KMS_LONGEST_BLOCK bytes, and the tag when encrypting by a mode that has one.
kms_crypto_result kms_cipher_run_finish(
    kms_cipher_run *_Nonnull run, uint8_t *_Nonnull out, size_t *_Nonnull written, uint8_t *_Nonnull tag);

// ---- Hashes and codes ----------------------------------------------------------------------------------------

/// One hash or code under way. kms_sum_free wipes it.
typedef struct kms_sum kms_sum;

kms_sum *_Nullable kms_sum_hash(const char *_Nonnull name);
/// `mac`: "HMAC" with the name of a hash, "CMAC" with that of a cipher, "POLY1305" with NULL.
kms_sum *_Nullable kms_sum_mac(
    const char *_Nonnull mac, const char *_Nullable inner, const uint8_t *_Nullable key, size_t key_count);
void kms_sum_free(kms_sum *_Nonnull sum);
kms_crypto_result kms_sum_add(kms_sum *_Nonnull sum, const uint8_t *_Nullable in, size_t count);
/// Writes at most KMS_LONGEST_HASH bytes.
kms_crypto_result kms_sum_finish(kms_sum *_Nonnull sum, uint8_t *_Nonnull out, size_t *_Nonnull written);

// ---- Key pairs -----------------------------------------------------------------------------------------------

typedef enum {
  KMS_NO_PADDING = 0,  // for RSA the bare function; other keys know no padding
  KMS_PKCS1,
  KMS_PSS,
} kms_padding;

enum { KMS_SALT_AS_HASH = -1, KMS_SALT_ANY = -2, KMS_SALT_LONGEST = -3 };

/// How a hash, or what stands for one, is signed. `hash`: NULL when nothing says what made it. `mask`: of MGF1.
typedef struct {
  kms_padding padding;
  const char *_Nullable hash;
  const char *_Nullable mask;
  int salt;
} kms_signing;

/// `in` is the hash. KMS_CRYPTO_FAILED also where the parameters don't go together with the key.
kms_crypto_result kms_sign_hash(
    kms_pair *_Nonnull pair, kms_signing how, const uint8_t *_Nullable in, size_t count, uint8_t *_Nonnull out,
    size_t *_Nonnull written);
/// KMS_CRYPTO_REJECTED for whatever isn't a signature of this key over this hash.
kms_crypto_result kms_verify_hash(
    kms_pair *_Nonnull pair, kms_signing how, const uint8_t *_Nullable in, size_t count,
    const uint8_t *_Nullable signature, size_t signature_count);

/// How RSA encrypts: OAEP when `hash` isn't NULL, else by `padding`.
typedef struct {
  kms_padding padding;
  const char *_Nullable hash;
  const char *_Nullable mask;
} kms_rsa_encryption;

kms_crypto_result kms_rsa_encrypt(
    kms_pair *_Nonnull pair, kms_rsa_encryption how, const uint8_t *_Nullable label, size_t label_count,
    const uint8_t *_Nullable in, size_t count, uint8_t *_Nonnull out, size_t *_Nonnull written);
kms_crypto_result kms_rsa_decrypt(
    kms_pair *_Nonnull pair, kms_rsa_encryption how, const uint8_t *_Nullable label, size_t label_count,
    const uint8_t *_Nullable in, size_t count, uint8_t *_Nonnull out, size_t *_Nonnull written);

/// The bits of the modulus, of the field's prime or of the curve; 0 when libcrypto doesn't say.
int kms_pair_bits(const kms_pair *_Nonnull pair);
/// Key agreement of any kind, Diffie-Hellman's padded to the length of the prime. KMS_CRYPTO_REJECTED for a peer of another
/// group or one that isn't sound. `written`: in, the room; out, the length, at most KMS_LONGEST_SECRET.
kms_crypto_result kms_agree_checked(
    kms_pair *_Nonnull pair, const kms_pair *_Nonnull peer, uint8_t *_Nonnull out, size_t *_Nonnull written);
enum { KMS_LONGEST_SECRET = 2048 };

// ---- Numbers -------------------------------------------------------------------------------------------------

enum { KMS_RSA_NUMBERS = 6, KMS_LONGEST_MODULUS = 1024 };

/// What RSA's other numbers are: writes the primes, the private exponent, the two exponents and the coefficient, each as long as
/// the modulus, big-endian. Either `d` or both primes must be there, the others are NULL.
kms_crypto_result kms_rsa_complete(
    const uint8_t *_Nonnull n, size_t n_count, const uint8_t *_Nonnull e, size_t e_count, const uint8_t *_Nullable d,
    size_t d_count, const uint8_t *_Nullable p, size_t p_count, const uint8_t *_Nullable q, size_t q_count,
    uint8_t *_Nonnull out);

/// 1 for a prime; numbers are public.
int kms_is_prime(const uint8_t *_Nonnull prime, size_t count);
/// Lagrange's coefficient at 0 of `identifiers[index]` among all, modulo a prime: public numbers. Writes `count` bytes.
kms_crypto_result kms_lagrange(
    const uint8_t *_Nonnull prime, size_t count, const uint32_t *_Nonnull identifiers, size_t identifiers_count,
    size_t index, uint8_t *_Nonnull out);

// ---- Derivation ----------------------------------------------------------------------------------------------

kms_crypto_result kms_pbkdf2(
    const char *_Nonnull hash, const uint8_t *_Nullable password, size_t password_count,
    const uint8_t *_Nullable salt, size_t salt_count, uint32_t iterations, uint8_t *_Nonnull out, size_t count);
kms_crypto_result kms_hkdf(
    const char *_Nonnull hash, const uint8_t *_Nullable key, size_t key_count, const uint8_t *_Nullable salt,
    size_t salt_count, const uint8_t *_Nullable info, size_t info_count, uint8_t *_Nonnull out, size_t count);
/// SP 800-108 with the fixed input as it is. `mac` and `inner` as in kms_sum_mac; `iv` for feedback, NULL for counter mode.
kms_crypto_result kms_sp800_108(
    const char *_Nonnull mac, const char *_Nonnull inner, const uint8_t *_Nullable key, size_t key_count,
    const uint8_t *_Nullable data, size_t data_count, const uint8_t *_Nullable iv, size_t iv_count,
    uint8_t *_Nonnull out, size_t count);

// ---- PKCS#12 -------------------------------------------------------------------------------------------------

/// A store that was opened. kms_bundle_free wipes it.
typedef struct kms_bundle kms_bundle;

/// `password`: with a final zero byte. NULL for whatever doesn't open, has no private key, or wants the password hashed more than a
/// million times in all, or by scrypt.
kms_bundle *_Nullable kms_bundle_open(
    const uint8_t *_Nonnull store, size_t count, const uint8_t *_Nonnull password);
void kms_bundle_free(kms_bundle *_Nonnull bundle);
/// PKCS#8: its length; 0 when libcrypto refuses. `out` is NULL for the length alone, here and in the next two.
size_t kms_bundle_key(const kms_bundle *_Nonnull bundle, uint8_t *_Nullable out, size_t room);
/// The X.509 certificate at `index`, that of the key first; 0 behind the last.
size_t kms_bundle_certificate(const kms_bundle *_Nonnull bundle, size_t index, uint8_t *_Nullable out, size_t room);
/// What the key is called; 0 when it isn't called anything.
size_t kms_bundle_name(const kms_bundle *_Nonnull bundle, uint8_t *_Nullable out, size_t room);

/// Certificates one after the other, that of the key first. `name`: with a final zero byte, or NULL. `written`: in, the room at
/// `out`; out, the length. KMS_CRYPTO_REJECTED for what aren't certificates.
kms_crypto_result kms_bundle_make(
    const kms_pair *_Nonnull pair, const uint8_t *_Nullable certificates, size_t certificates_count,
    const char *_Nullable name, const uint8_t *_Nonnull password, uint8_t *_Nonnull out, size_t *_Nonnull written);
enum { KMS_BUNDLE_OVERHEAD = 4096 };

// ---- Material that is in use -----------------------------------------------------------------------------------

/// The bytes that a key of HMAC, or an envelope, was made of: lent for as long as it lives.
const uint8_t *_Nonnull kms_mac_key_bytes(const kms_mac_key *_Nonnull key, size_t *_Nonnull count);
const uint8_t *_Nonnull kms_envelope_material(const kms_envelope *_Nonnull envelope, size_t *_Nonnull count);

#endif

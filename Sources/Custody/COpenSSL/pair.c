#include "pair.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/x509.h>
#include <string.h>

#include "kms_explicit.h"
#include "kms_system.h"

typedef struct {
  const char *type;   // as libcrypto names it
  const char *group;  // of elliptic curves
  int bits;           // of RSA
} kind_facts;

static const kind_facts kinds[KMS_KINDS] = {
    [KMS_RSA_2048] = {"RSA", NULL, 2048},
    [KMS_RSA_3072] = {"RSA", NULL, 3072},
    [KMS_RSA_4096] = {"RSA", NULL, 4096},
    [KMS_P256] = {"EC", "prime256v1", 0},
    [KMS_P384] = {"EC", "secp384r1", 0},
    [KMS_P521] = {"EC", "secp521r1", 0},
    [KMS_SECP256K1] = {"EC", "secp256k1", 0},
    [KMS_ED25519] = {"ED25519", NULL, 0},
    [KMS_SM2] = {"SM2", "SM2", 0},
    [KMS_P192] = {"EC", "prime192v1", 0},
    [KMS_P224] = {"EC", "secp224r1", 0},
    [KMS_ED448] = {"ED448", NULL, 0},
    [KMS_X25519] = {"X25519", NULL, 0},
    [KMS_X448] = {"X448", NULL, 0},
    [KMS_DSA] = {"DSA", NULL, 0},
    [KMS_DH] = {"DH", NULL, 0},  // or DHX, which knows the order of the subgroup
    [KMS_RSA_1024] = {"RSA", NULL, 1024},
    [KMS_RSA_1536] = {"RSA", NULL, 1536},
    [KMS_RSA_8192] = {"RSA", NULL, 8192},
    [KMS_ML_DSA_44] = {"ML-DSA-44", NULL, 0},
    [KMS_ML_DSA_65] = {"ML-DSA-65", NULL, 0},
    [KMS_ML_DSA_87] = {"ML-DSA-87", NULL, 0},
    [KMS_ML_KEM_512] = {"ML-KEM-512", NULL, 0},
    [KMS_ML_KEM_768] = {"ML-KEM-768", NULL, 0},
    [KMS_ML_KEM_1024] = {"ML-KEM-1024", NULL, 0},
};

int kms_kind_available(kms_kind kind) {
  if (kms_fetched() == NULL) return 0;
  if (kind == KMS_SM2 && kms_fetched()->hashes[KMS_SM3] == NULL) return 0;
  EVP_KEYMGMT *found = EVP_KEYMGMT_fetch(NULL, kinds[kind].type, NULL);
  EVP_KEYMGMT_free(found);
  (void)kms_failed();
  return found != NULL;
}

// ---- The pair as an object ---------------------------------------------------------------------------------

/// Takes the key over.
static kms_pair *own(kms_kind kind, EVP_PKEY *key) {
  kms_pair *pair = key == NULL ? NULL : kms_arena_alloc(sizeof *pair);
  if (pair == NULL) {
    EVP_PKEY_free(key);
    (void)kms_failed();
    return NULL;
  }
  pair->kind = kind;
  pair->key = key;
  return pair;
}

void kms_pair_free(kms_pair *pair) {
  for (int operation = 0; operation < OPERATIONS; operation++)
    for (int slot = 0; slot < KMS_KEPT_CONTEXTS; slot++)
      EVP_PKEY_CTX_free(atomic_load(&pair->idle[operation][slot]));
  EVP_PKEY_free(pair->key);
  kms_arena_free(pair);
}

size_t kms_pair_size(const kms_pair *pair) {
  int size = EVP_PKEY_get_size(pair->key);
  return size > 0 ? (size_t)size : 0;
}

EVP_PKEY_CTX *kms_pair_borrow(kms_pair *pair, int operation, prepare_context prepare, int algorithm) {
  for (int slot = 0; slot < KMS_KEPT_CONTEXTS; slot++) {
    EVP_PKEY_CTX *_Atomic *place = &pair->idle[operation][slot];
    if (atomic_load_explicit(place, memory_order_relaxed) == NULL) continue;
    EVP_PKEY_CTX *taken = atomic_exchange_explicit(place, NULL, memory_order_acq_rel);
    if (taken != NULL) return taken;
  }
  EVP_PKEY_CTX *made = EVP_PKEY_CTX_new_from_pkey(NULL, pair->key, NULL);
  if (made != NULL && prepare(made, algorithm)) return made;
  EVP_PKEY_CTX_free(made);
  return NULL;
}

void kms_pair_return(kms_pair *pair, int operation, EVP_PKEY_CTX *context) {
  for (int slot = 0; slot < KMS_KEPT_CONTEXTS; slot++) {
    EVP_PKEY_CTX *empty = NULL;
    if (atomic_compare_exchange_strong_explicit(
            &pair->idle[operation][slot], &empty, context, memory_order_acq_rel, memory_order_relaxed))
      return;
  }
  EVP_PKEY_CTX_free(context);
}

// ---- Making ------------------------------------------------------------------------------------------------

kms_pair *kms_pair_generate(kms_kind kind) { return kms_pair_generate_rsa(kind, 0); }

kms_pair *kms_pair_generate_rsa(kms_kind kind, uint64_t exponent) {
  if (kms_fetched() == NULL) return NULL;
  EVP_PKEY *made = NULL;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, kinds[kind].type, NULL);
  size_t bits = (size_t)kinds[kind].bits;
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_end(), OSSL_PARAM_construct_end(), OSSL_PARAM_construct_end()};
  if (bits > 0) parameters[0] = OSSL_PARAM_construct_size_t(OSSL_PKEY_PARAM_RSA_BITS, &bits);
  if (kinds[kind].group != NULL)
    parameters[0] = OSSL_PARAM_construct_utf8_string(
        OSSL_PKEY_PARAM_GROUP_NAME, (char *)(uintptr_t)kinds[kind].group, 0);
  if (bits > 0 && exponent > 0) parameters[1] = OSSL_PARAM_construct_uint64(OSSL_PKEY_PARAM_RSA_E, &exponent);
  int done = context != NULL && EVP_PKEY_keygen_init(context) == 1 &&
             (parameters[0].key == NULL || EVP_PKEY_CTX_set_params(context, parameters) == 1) &&
             EVP_PKEY_generate(context, &made) == 1;
  EVP_PKEY_CTX_free(context);
  if (!done) (void)kms_failed();
  return own(kind, done ? made : NULL);
}

// ---- Reading and writing -------------------------------------------------------------------------------------

/// Kinds whose keys bring along the group that they are of.
static int has_own_group(kms_kind kind) { return kind == KMS_DSA || kind == KMS_DH; }

/// Whether the numbers of a larger group are sound takes longer to find out than anybody may have us busy.
enum { MOST_GROUP_BITS = 4096 };

static int is_of_kind(const EVP_PKEY *key, kms_kind kind) {
  const kind_facts *facts = &kinds[kind];
  char group[32];
  size_t length = 0;
  int explicit = 0;
  if (has_own_group(kind) && EVP_PKEY_get_bits(key) > MOST_GROUP_BITS) return 0;
  if (kind == KMS_DH && EVP_PKEY_is_a(key, "DHX") == 1) return 1;
  if (EVP_PKEY_is_a(key, facts->type) != 1) return 0;
  if (facts->bits != 0 && EVP_PKEY_get_bits(key) != facts->bits) return 0;
  if (facts->group == NULL) return 1;
  // A curve that is spelled out could differ from the named one in what isn't compared.
  (void)EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &explicit);
  return !explicit && EVP_PKEY_get_group_name(key, group, sizeof group, &length) == 1 &&
         strcmp(group, facts->group) == 0;
}

static int passes(EVP_PKEY *key, int (*check)(EVP_PKEY_CTX *)) {
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
  int passed = context != NULL && check(context) == 1;
  EVP_PKEY_CTX_free(context);
  return passed;
}

/// libcrypto has such a check for all of our types but those whose readers do it: every string of bytes is a key there.
static int is_checkable(kms_kind kind) {
  return kinds[kind].bits != 0 || kinds[kind].group != NULL || has_own_group(kind);
}

kms_pair *kms_pair_private(kms_kind kind, const uint8_t *der, size_t count, int checked) {
  if (kms_fetched() == NULL || count > KMS_LONGEST_DER) return NULL;
  const uint8_t *at = der;
  PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, (long)count);
  EVP_PKEY *key = info == NULL || at != der + count ? NULL : EVP_PKCS82PKEY(info);
  PKCS8_PRIV_KEY_INFO_free(info);
  int sound = key != NULL && is_of_kind(key, kind) && (!checked || !is_checkable(kind) || passes(key, EVP_PKEY_check));
  if (!sound) {
    EVP_PKEY_free(key);
    key = NULL;
  }
  (void)kms_failed();
  return own(kind, key);
}

/// One key has one encoding: what else libcrypto reads, and explains away, is refused.
static int is_canonical(const EVP_PKEY *key, const uint8_t *der, size_t count) {
  uint8_t *own = NULL;
  int length = i2d_PUBKEY(key, &own);
  int same = length > 0 && (size_t)length == count && memcmp(own, der, count) == 0;
  OPENSSL_free(own);
  return same;
}

kms_pair *kms_pair_public(kms_kind kind, const uint8_t *der, size_t count) {
  if (kms_fetched() == NULL || count > KMS_LONGEST_DER) return NULL;
  const uint8_t *at = der;
  EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)count);
  int checkable = kinds[kind].group != NULL || has_own_group(kind);
  int sound = key != NULL && is_of_kind(key, kind) && is_canonical(key, der, count) &&
              (!checkable || passes(key, EVP_PKEY_public_check));
  if (!sound) {
    EVP_PKEY_free(key);
    key = NULL;
  }
  (void)kms_failed();
  return own(kind, key);
}

size_t kms_pair_spki(const kms_pair *pair, uint8_t *out, size_t room) {
  int length = i2d_PUBKEY(pair->key, NULL);
  uint8_t *at = out;
  if (length > 0 && (size_t)length <= room) length = i2d_PUBKEY(pair->key, &at);
  else length = 0;
  if (length <= 0) (void)kms_failed();
  return length > 0 ? (size_t)length : 0;
}

// The private key of ML-KEM can be written as its seed, as what is computed from that, or as both, which is libcrypto's choice. The
// seed is enough, and AWS writes nothing else. A key that came without its seed stays as it is.
static int is_seed_written(const EVP_PKEY *key, PKCS8_PRIV_KEY_INFO *info) {
  enum { SEED = 64, HEAD = 2 };
  const ASN1_OBJECT *kind = NULL;
  ASN1_OBJECT *same = NULL;
  size_t count = 0;
  uint8_t *text = OPENSSL_malloc(HEAD + SEED);
  int done = text != NULL && EVP_PKEY_get_octet_string_param(key, "seed", text + HEAD, SEED, &count) == 1 &&
             count == SEED && PKCS8_pkey_get0(&kind, NULL, NULL, NULL, info) == 1 && (same = OBJ_dup(kind)) != NULL;
  if (done) {
    text[0] = 0x80;  // [0] IMPLICIT OCTET STRING
    text[1] = SEED;
    done = PKCS8_pkey_set0(info, same, 0, V_ASN1_UNDEF, NULL, text, HEAD + SEED) == 1;
  }
  if (!done) OPENSSL_clear_free(text, HEAD + SEED);
  return done;
}

size_t kms_pair_pkcs8(const kms_pair *pair, uint8_t *out, size_t room) {
  PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(pair->key);
  if (info != NULL && pair->kind >= KMS_ML_KEM_512 && !is_seed_written(pair->key, info)) (void)kms_failed();
  int length = info == NULL ? 0 : i2d_PKCS8_PRIV_KEY_INFO(info, NULL);
  uint8_t *at = out;
  if (out != NULL) length = length > 0 && (size_t)length <= room ? i2d_PKCS8_PRIV_KEY_INFO(info, &at) : 0;
  PKCS8_PRIV_KEY_INFO_free(info);
  if (length <= 0) (void)kms_failed();
  return length > 0 ? (size_t)length : 0;
}

// ---- The self-test -------------------------------------------------------------------------------------------

static kms_signature usual_signature(kms_kind kind) {
  switch (kind) {
    case KMS_P192:
    case KMS_P224:
    case KMS_DSA:
    case KMS_P256:
    case KMS_SECP256K1: return KMS_ECDSA_SHA256;
    case KMS_P384: return KMS_ECDSA_SHA384;
    case KMS_P521: return KMS_ECDSA_SHA512;
    case KMS_ED448:
    case KMS_ED25519: return KMS_EDDSA;
    case KMS_SM2: return KMS_SM2DSA;
    case KMS_ML_DSA_44:
    case KMS_ML_DSA_65:
    case KMS_ML_DSA_87: return KMS_ML_DSA;
    default: return KMS_PKCS1_SHA256;
  }
}

enum { LONGEST_SIGNATURE = 4627 };  // ML-DSA-87's; ML-KEM's ciphertexts are shorter

static kms_crypto_result test_encapsulation(kms_pair *pair, uint8_t *room) {
  uint8_t ours[KMS_KEM_SECRET], theirs[KMS_KEM_SECRET];
  size_t count = LONGEST_SIGNATURE;
  kms_crypto_result result = kms_encapsulate(pair, room, &count, ours);
  if (result == KMS_CRYPTO_OK) result = kms_decapsulate(pair, room, count, theirs);
  if (result == KMS_CRYPTO_OK && CRYPTO_memcmp(ours, theirs, sizeof ours) != 0) result = KMS_CRYPTO_REJECTED;
  OPENSSL_cleanse(ours, sizeof ours);
  OPENSSL_cleanse(theirs, sizeof theirs);
  return result;
}

static int agrees(EVP_PKEY *own, EVP_PKEY *peer, uint8_t *out, size_t *count) {
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, own, NULL);
  int done = context != NULL && EVP_PKEY_derive_init(context) == 1 && EVP_PKEY_derive_set_peer(context, peer) == 1 &&
             EVP_PKEY_derive(context, out, count) == 1;
  EVP_PKEY_CTX_free(context);
  return done;
}

/// What both sides of an agreement with a fresh key of the same group find.
static kms_crypto_result test_agreement(kms_pair *pair) {
  uint8_t ours[KMS_LONGEST_SECRET], theirs[KMS_LONGEST_SECRET];
  size_t count = sizeof ours, other = sizeof theirs;
  EVP_PKEY *fresh = NULL;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, pair->key, NULL);
  int done = context != NULL && EVP_PKEY_keygen_init(context) == 1 && EVP_PKEY_generate(context, &fresh) == 1 &&
             agrees(pair->key, fresh, ours, &count) && agrees(fresh, pair->key, theirs, &other);
  int same = done && count == other && CRYPTO_memcmp(ours, theirs, count) == 0;
  OPENSSL_cleanse(ours, sizeof ours);
  OPENSSL_cleanse(theirs, sizeof theirs);
  EVP_PKEY_CTX_free(context);
  EVP_PKEY_free(fresh);
  if (!done) return kms_failed();
  return same ? KMS_CRYPTO_OK : KMS_CRYPTO_REJECTED;
}

kms_crypto_result kms_pair_test(kms_pair *pair) {
  uint8_t room[LONGEST_SIGNATURE], message[32];
  if (pair->kind == KMS_X25519 || pair->kind == KMS_X448 || pair->kind == KMS_DH) return test_agreement(pair);
  if (pair->kind >= KMS_ML_KEM_512) return test_encapsulation(pair, room);
  kms_signature algorithm = usual_signature(pair->kind);
  size_t count = sizeof room;
  kms_crypto_result result = kms_random(KMS_RANDOM_PUBLIC, message, sizeof message);
  if (result == KMS_CRYPTO_OK) result = kms_sign(pair, algorithm, KMS_RAW, NULL, 0, message, sizeof message, room, &count);
  if (result == KMS_CRYPTO_OK) result = kms_verify(pair, algorithm, KMS_RAW, NULL, 0, message, sizeof message, room, count);
  return result;
}

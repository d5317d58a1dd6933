#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "explicit.h"

struct kms_bundle {
  EVP_PKEY *key;
  X509 *own;
  STACK_OF(X509) *others;
};

enum { LONGEST_STORE = 1 << 20 };

// ---- What a store may ask for ----------------------------------------------------------------------------------

// How often a password is to be hashed stands in the store, once for its code and once for every part that is encrypted, and whoever
// made the store chose it. So it is read and added up before anything is hashed: with the numbers that fit, opening a store would
// take hours.

enum { MOST_ITERATIONS = 1000000, DEEPEST_BAGS = 4 };

/// What a store costs so far; `refused` once it is too much, or not to be told.
typedef struct {
  int64_t iterations;
  int refused;
} stretching;

/// Absent, it is once.
static void add_iterations(stretching *sum, const ASN1_INTEGER *count) {
  int64_t more = 1;
  if (count != NULL && (ASN1_INTEGER_get_int64(&more, count) != 1 || more < 0 || more > MOST_ITERATIONS)) sum->refused = 1;
  if (!sum->refused) sum->iterations += more;
  if (sum->iterations > MOST_ITERATIONS) sum->refused = 1;
}

/// PBKDF2 inside of a scheme that has it (RFC 8018 appendix A). scrypt, which takes memory as well, is refused.
static void add_scheme(stretching *sum, const ASN1_TYPE *parameter) {
  PBE2PARAM *scheme = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), parameter);
  PBKDF2PARAM *kdf = scheme == NULL || OBJ_obj2nid(scheme->keyfunc->algorithm) != NID_id_pbkdf2
                         ? NULL
                         : ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM), scheme->keyfunc->parameter);
  if (kdf == NULL) sum->refused = 1;
  else add_iterations(sum, kdf->iter);
  PBKDF2PARAM_free(kdf);
  PBE2PARAM_free(scheme);
}

/// Any encryption by a password.
static void add_encryption(stretching *sum, const X509_ALGOR *algorithm) {
  if (OBJ_obj2nid(algorithm->algorithm) == NID_pbes2) return add_scheme(sum, algorithm->parameter);
  // All older ones have salt and iterations (RFC 7292 appendix C, RFC 8018 appendix A.3).
  PBEPARAM *old = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBEPARAM), algorithm->parameter);
  if (old == NULL) sum->refused = 1;
  else add_iterations(sum, old->iter);
  PBEPARAM_free(old);
}

static void add_code(stretching *sum, const PKCS12 *store) {
  const X509_ALGOR *algorithm = NULL;
  const ASN1_INTEGER *count = NULL;
  PKCS12_get0_mac(NULL, &algorithm, NULL, &count, store);
  if (algorithm == NULL) return;
  // RFC 9579: the iterations stand in the scheme, whose layout is that of an encryption's.
  if (OBJ_obj2nid(algorithm->algorithm) == NID_pbmac1) add_scheme(sum, algorithm->parameter);
  add_iterations(sum, count);
}

static void add_bags(stretching *sum, const STACK_OF(PKCS12_SAFEBAG) *bags, int depth) {
  if (bags == NULL || depth > DEEPEST_BAGS) sum->refused = 1;
  for (int at = 0; !sum->refused && at < sk_PKCS12_SAFEBAG_num(bags); at++) {
    const PKCS12_SAFEBAG *bag = sk_PKCS12_SAFEBAG_value(bags, at);
    const X509_ALGOR *algorithm = NULL;
    switch (PKCS12_SAFEBAG_get_nid(bag)) {
      case NID_pkcs8ShroudedKeyBag:
        X509_SIG_get0(PKCS12_SAFEBAG_get0_pkcs8(bag), &algorithm, NULL);
        add_encryption(sum, algorithm);
        break;
      case NID_safeContentsBag: add_bags(sum, PKCS12_SAFEBAG_get0_safes(bag), depth + 1); break;
      default: break;
    }
  }
}

static void add_and_free_bags(stretching *sum, STACK_OF(PKCS12_SAFEBAG) *bags) {
  if (bags != NULL) add_bags(sum, bags, 0);
  sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
}

/// What can be seen from outside, and then, once that is known not to be too much, what is inside of encrypted parts.
static int may_open(const PKCS12 *store, const char *password) {
  stretching sum = {0, 0};
  STACK_OF(PKCS7) *parts = PKCS12_unpack_authsafes(store);
  if (parts == NULL) return 0;
  add_code(&sum, store);
  for (int at = 0; !sum.refused && at < sk_PKCS7_num(parts); at++) {
    PKCS7 *part = sk_PKCS7_value(parts, at);
    if (PKCS7_type_is_data(part)) add_and_free_bags(&sum, PKCS12_unpack_p7data(part));
    else if (PKCS7_type_is_encrypted(part) && part->d.encrypted != NULL)
      add_encryption(&sum, part->d.encrypted->enc_data->algorithm);
  }
  for (int at = 0; !sum.refused && at < sk_PKCS7_num(parts); at++) {
    PKCS7 *part = sk_PKCS7_value(parts, at);
    if (!PKCS7_type_is_encrypted(part)) continue;
    // What this password doesn't open stays closed to the library, too. No password is said in two ways.
    STACK_OF(PKCS12_SAFEBAG) *bags = PKCS12_unpack_p7encdata(part, password, -1);
    if (bags == NULL && *password == 0) bags = PKCS12_unpack_p7encdata(part, NULL, 0);
    add_and_free_bags(&sum, bags);
  }
  sk_PKCS7_pop_free(parts, PKCS7_free);
  return !sum.refused;
}

// ---- Stores that come in ---------------------------------------------------------------------------------------

kms_bundle *kms_bundle_open(const uint8_t *store, size_t count, const uint8_t *password) {
  if (kms_fetched() == NULL || count > LONGEST_STORE) return NULL;
  kms_bundle *bundle = kms_arena_alloc(sizeof *bundle);
  if (bundle == NULL) return NULL;
  *bundle = (kms_bundle){NULL, NULL, NULL};
  const uint8_t *at = store;
  PKCS12 *parsed = d2i_PKCS12(NULL, &at, (long)count);
  int done = parsed != NULL && at == store + count && may_open(parsed, (const char *)password) &&
             PKCS12_parse(parsed, (const char *)password, &bundle->key, &bundle->own, &bundle->others) == 1;
  PKCS12_free(parsed);
  (void)kms_failed();
  if (done && bundle->key != NULL) return bundle;
  kms_bundle_free(bundle);
  return NULL;
}

void kms_bundle_free(kms_bundle *bundle) {
  EVP_PKEY_free(bundle->key);
  X509_free(bundle->own);
  sk_X509_pop_free(bundle->others, X509_free);
  kms_arena_free(bundle);
}

size_t kms_bundle_key(const kms_bundle *bundle, uint8_t *out, size_t room) {
  PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(bundle->key);
  int length = info == NULL ? 0 : i2d_PKCS8_PRIV_KEY_INFO(info, NULL);
  if (out != NULL) length = length > 0 && (size_t)length <= room ? i2d_PKCS8_PRIV_KEY_INFO(info, &out) : 0;
  PKCS8_PRIV_KEY_INFO_free(info);
  if (length <= 0) (void)kms_failed();
  return length > 0 ? (size_t)length : 0;
}

static X509 *certificate(const kms_bundle *bundle, size_t index) {
  if (bundle->own != NULL && index == 0) return bundle->own;
  int at = (int)index - (bundle->own != NULL);
  return index < (1u << 16) && at < sk_X509_num(bundle->others) ? sk_X509_value(bundle->others, at) : NULL;
}

size_t kms_bundle_certificate(const kms_bundle *bundle, size_t index, uint8_t *out, size_t room) {
  X509 *found = certificate(bundle, index);
  int length = found == NULL ? 0 : i2d_X509(found, NULL);
  if (out != NULL) length = length > 0 && (size_t)length <= room ? i2d_X509(found, &out) : 0;
  return length > 0 ? (size_t)length : 0;
}

size_t kms_bundle_name(const kms_bundle *bundle, uint8_t *out, size_t room) {
  int length = 0;
  const uint8_t *name = bundle->own == NULL ? NULL : X509_alias_get0(bundle->own, &length);
  if (name == NULL || length <= 0) return 0;
  for (size_t at = 0; out != NULL && at < (size_t)length && at < room; at++) out[at] = name[at];
  return (size_t)length;
}

/// Reads certificates up to the end; 0 for anything else.
static int read_certificates(STACK_OF(X509) *into, const uint8_t *bytes, size_t count) {
  const uint8_t *at = bytes, *end = bytes + count;
  while (at < end) {
    X509 *next = d2i_X509(NULL, &at, (long)(end - at));
    if (next == NULL || sk_X509_push(into, next) <= 0) {
      X509_free(next);
      return 0;
    }
  }
  return 1;
}

kms_crypto_result kms_bundle_make(
    const kms_pair *pair, const uint8_t *certificates, size_t certificates_count, const char *name,
    const uint8_t *password, uint8_t *out, size_t *written) {
  enum { ITERATIONS = 20000 };
  STACK_OF(X509) *chain = sk_X509_new_null();
  if (chain == NULL || !read_certificates(chain, kms_bytes(certificates, certificates_count), certificates_count)) {
    sk_X509_pop_free(chain, X509_free);
    (void)kms_failed();
    return KMS_CRYPTO_REJECTED;
  }
  X509 *own = sk_X509_num(chain) > 0 ? sk_X509_shift(chain) : NULL;
  PKCS12 *made = PKCS12_create(
      (const char *)password, name, pair->key, own, chain, NID_aes_256_cbc, NID_aes_256_cbc, ITERATIONS, ITERATIONS, 0);
  int length = made == NULL ? 0 : i2d_PKCS12(made, NULL);
  int done = length > 0 && (size_t)length <= *written && i2d_PKCS12(made, &out) == length;
  if (done) *written = (size_t)length;
  int fits_key = own == NULL || X509_check_private_key(own, pair->key) == 1;
  PKCS12_free(made);
  X509_free(own);
  sk_X509_pop_free(chain, X509_free);
  (void)kms_failed();
  return done ? KMS_CRYPTO_OK : fits_key ? KMS_CRYPTO_FAILED : KMS_CRYPTO_REJECTED;
}

#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "explicit.h"

struct kms_bundle {
  EVP_PKEY *key;
  X509 *own;
  STACK_OF(X509) *others;
};

enum { LONGEST_STORE = 1 << 20 };

kms_bundle *kms_bundle_open(const uint8_t *store, size_t count, const uint8_t *password) {
  if (kms_fetched() == NULL || count > LONGEST_STORE) return NULL;
  kms_bundle *bundle = kms_arena_alloc(sizeof *bundle);
  if (bundle == NULL) return NULL;
  *bundle = (kms_bundle){NULL, NULL, NULL};
  const uint8_t *at = store;
  PKCS12 *parsed = d2i_PKCS12(NULL, &at, (long)count);
  int done = parsed != NULL && at == store + count &&
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

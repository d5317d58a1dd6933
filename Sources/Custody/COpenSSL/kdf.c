#include <openssl/core_names.h>
#include <openssl/params.h>

#include "explicit.h"

kms_crypto_result kms_pbkdf2(
    const char *hash, const uint8_t *password, size_t password_count, const uint8_t *salt, size_t salt_count,
    uint32_t iterations, uint8_t *out, size_t count) {
  const size_t most = (size_t)1 << 20;
  if (kms_fetched() == NULL || password_count > most || salt_count > most || count > most || iterations == 0 ||
      iterations > INT32_MAX)
    return kms_failed();
  EVP_MD *kind = EVP_MD_fetch(NULL, hash, NULL);
  int done = kind != NULL && PKCS5_PBKDF2_HMAC(
                                 (const char *)kms_bytes(password, password_count), (int)password_count,
                                 kms_bytes(salt, salt_count), (int)salt_count, (int)iterations, kind, (int)count,
                                 out) == 1;
  EVP_MD_free(kind);
  return done ? KMS_CRYPTO_OK : kms_failed();
}

static OSSL_PARAM octets(const char *name, const uint8_t *bytes, size_t count) {
  return OSSL_PARAM_construct_octet_string(name, (void *)(uintptr_t)kms_bytes(bytes, count), count);
}

static OSSL_PARAM text(const char *name, const char *value) {
  return OSSL_PARAM_construct_utf8_string(name, (char *)(uintptr_t)value, 0);
}

static kms_crypto_result run(EVP_KDF *kind, const OSSL_PARAM *parameters, uint8_t *out, size_t count) {
  EVP_KDF_CTX *context = kind == NULL ? NULL : EVP_KDF_CTX_new(kind);
  int done = context != NULL && EVP_KDF_derive(context, out, count, parameters) == 1;
  EVP_KDF_CTX_free(context);
  return done ? KMS_CRYPTO_OK : kms_failed();
}

kms_crypto_result kms_hkdf(
    const char *hash, const uint8_t *key, size_t key_count, const uint8_t *salt, size_t salt_count,
    const uint8_t *info, size_t info_count, uint8_t *out, size_t count) {
  if (kms_fetched() == NULL) return kms_failed();
  EVP_KDF *kind = EVP_KDF_fetch(NULL, "HKDF", NULL);
  OSSL_PARAM parameters[5], *at = parameters;
  *at++ = text(OSSL_KDF_PARAM_DIGEST, hash);
  *at++ = octets(OSSL_KDF_PARAM_KEY, key, key_count);
  if (salt_count > 0) *at++ = octets(OSSL_KDF_PARAM_SALT, salt, salt_count);
  if (info_count > 0) *at++ = octets(OSSL_KDF_PARAM_INFO, info, info_count);
  *at = OSSL_PARAM_construct_end();
  kms_crypto_result result = run(kind, parameters, out, count);
  EVP_KDF_free(kind);
  return result;
}

kms_crypto_result kms_sp800_108(
    const char *mac, const char *inner, const uint8_t *key, size_t key_count, const uint8_t *data, size_t data_count,
    const uint8_t *iv, size_t iv_count, uint8_t *out, size_t count) {
  const kms_algorithms *algorithms = kms_fetched();
  if (algorithms == NULL) return kms_failed();
  int no = 0;
  OSSL_PARAM parameters[9], *at = parameters;
  *at++ = text(OSSL_KDF_PARAM_MODE, iv == NULL ? "counter" : "feedback");
  *at++ = text(OSSL_KDF_PARAM_MAC, mac);
  *at++ = text(mac[0] == 'C' ? OSSL_KDF_PARAM_CIPHER : OSSL_KDF_PARAM_DIGEST, inner);
  *at++ = octets(OSSL_KDF_PARAM_KEY, key, key_count);
  *at++ = octets(OSSL_KDF_PARAM_SALT, data, data_count);
  if (iv_count > 0) *at++ = octets(OSSL_KDF_PARAM_SEED, iv, iv_count);
  *at++ = OSSL_PARAM_construct_int(OSSL_KDF_PARAM_KBKDF_USE_L, &no);
  *at++ = OSSL_PARAM_construct_int(OSSL_KDF_PARAM_KBKDF_USE_SEPARATOR, &no);
  *at = OSSL_PARAM_construct_end();
  return run(algorithms->kbkdf, parameters, out, count);
}

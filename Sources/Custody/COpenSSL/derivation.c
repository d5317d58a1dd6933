#include <openssl/core_names.h>
#include <openssl/params.h>

#include "internal.h"

kms_crypto_result kms_kdf(
    const uint8_t *key, size_t key_count, const uint8_t *label, size_t label_count, const uint8_t *context,
    size_t context_count, uint8_t *out, size_t count) {
  const kms_algorithms *algorithms = kms_fetched();
  EVP_KDF_CTX *derivation = algorithms == NULL ? NULL : EVP_KDF_CTX_new(algorithms->kbkdf);
  if (derivation == NULL) return kms_failed();
  // Counter mode, the separator and the length field are the library's defaults; the parameters take no const.
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_MODE, "counter", 0),
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_MAC, "HMAC", 0),
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, "SHA256", 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)key, key_count),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)(uintptr_t)label, label_count),
      context_count == 0
          ? OSSL_PARAM_construct_end()
          : OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)context, context_count),
      OSSL_PARAM_construct_end(),
  };
  int done = EVP_KDF_derive(derivation, out, count, parameters);
  EVP_KDF_CTX_free(derivation);
  return done == 1 ? KMS_CRYPTO_OK : kms_failed();
}

kms_crypto_result kms_scrypt(
    const uint8_t *secret, size_t secret_count, const uint8_t *salt, size_t salt_count, uint64_t cost, uint64_t r,
    uint64_t p, uint8_t *out, size_t count) {
  const uint64_t most = (uint64_t)1 << 30;
  if (kms_fetched() == NULL || secret_count > (1u << 20)) return kms_failed();
  // Without bytes the library would only check the parameters.
  const char *bytes = secret_count == 0 ? "" : (const char *)secret;
  int done = EVP_PBE_scrypt(bytes, secret_count, salt, salt_count, cost, r, p, most, out, count);
  return done == 1 ? KMS_CRYPTO_OK : kms_failed();
}

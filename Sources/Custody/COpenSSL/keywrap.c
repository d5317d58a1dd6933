#include "internal.h"

enum { LONGEST = 1 << 16 };

static EVP_CIPHER *wrapping(int padded, size_t key_count) {
  static const char *const plain[] = {"AES-128-WRAP", "AES-192-WRAP", "AES-256-WRAP"};
  static const char *const with_padding[] = {"AES-128-WRAP-PAD", "AES-192-WRAP-PAD", "AES-256-WRAP-PAD"};
  if (kms_fetched() == NULL || (key_count != 16 && key_count != 24 && key_count != 32)) return NULL;
  return EVP_CIPHER_fetch(NULL, (padded ? with_padding : plain)[key_count / 8 - 2], NULL);
}

/// One whole run. The answer is the length of what was written; -1 when libcrypto refuses.
static int run(
    int padded, const uint8_t *key, size_t key_count, const uint8_t *in, size_t count, uint8_t *out, int wrap) {
  if (count > LONGEST) return -1;
  EVP_CIPHER *cipher = wrapping(padded, key_count);
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  int written = -1, rest = 0;
  if (context != NULL) EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  int done = cipher != NULL && context != NULL && EVP_CipherInit_ex2(context, cipher, key, NULL, wrap, NULL) == 1 &&
             EVP_CipherUpdate(context, out, &written, in, (int)count) == 1 && written > 0 &&
             EVP_CipherFinal_ex(context, out + written, &rest) == 1;
  EVP_CIPHER_CTX_free(context);
  EVP_CIPHER_free(cipher);
  if (!done) (void)kms_failed();
  return done ? written + rest : -1;
}

kms_crypto_result kms_key_wrap(
    int padded, const uint8_t *key, size_t key_count, const uint8_t *in, size_t count, uint8_t *out, size_t *written) {
  int length = run(padded, key, key_count, in, count, out, 1);
  if (length < 0) return KMS_CRYPTO_FAILED;
  *written = (size_t)length;
  return KMS_CRYPTO_OK;
}

kms_crypto_result kms_key_unwrap(
    int padded, const uint8_t *key, size_t key_count, const uint8_t *in, size_t count, uint8_t *out, size_t *written) {
  // Shorter ones can't be; 16 bytes are a wrapping only with padding.
  if (count % 8 != 0 || count < (padded ? 16 : 24)) return KMS_CRYPTO_REJECTED;
  int length = run(padded, key, key_count, in, count, out, 0);
  if (length < 0) return KMS_CRYPTO_REJECTED;
  *written = (size_t)length;
  return KMS_CRYPTO_OK;
}

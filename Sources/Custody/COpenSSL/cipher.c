#include <openssl/crypto.h>

#include "explicit.h"

struct kms_cipher_run {
  EVP_CIPHER_CTX *context;
  size_t tag_count;
  int encrypting;
  int is_ccm;  // which says while it decrypts whether the tag was right, and has no end
};

static EVP_CIPHER *fetch(const char *name, kms_cipher_source source) {
  if (kms_fetched() == NULL) return NULL;
  if (source == KMS_LIBRARY) return EVP_CIPHER_fetch(NULL, name, NULL);
  OSSL_LIB_CTX *legacy = kms_legacy_library();
  return legacy == NULL ? NULL : EVP_CIPHER_fetch(legacy, name, NULL);
}

int kms_cipher_available(const char *name, kms_cipher_source source) {
  EVP_CIPHER *found = fetch(name, source);
  EVP_CIPHER_free(found);
  (void)kms_failed();
  return found != NULL;
}

typedef struct {
  const uint8_t *bytes;
  size_t count;
} bytes;

static int fits(size_t count) { return count <= (size_t)1 << 28; }

/// A mode with a tag wants the lengths, and CCM also the tag's, before it gets the key.
static int set_lengths(const kms_cipher_run *run, bytes iv, const uint8_t *tag) {
  EVP_CIPHER_CTX *context = run->context;
  if (run->tag_count == 0) return (size_t)EVP_CIPHER_CTX_get_iv_length(context) == iv.count;
  if (EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, (int)iv.count, NULL) != 1) return 0;
  if (run->encrypting && !run->is_ccm) return 1;
  void *expected = run->encrypting ? NULL : (void *)(uintptr_t)tag;
  return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, (int)run->tag_count, expected) == 1;
}

/// What takes keys of many lengths must be told which before it gets one; all else refuses to be told another than its own.
static int set_key_length(const kms_cipher_run *run, bytes key) {
  return fits(key.count) && EVP_CIPHER_CTX_set_key_length(run->context, (int)key.count) == 1 &&
         (size_t)EVP_CIPHER_CTX_get_key_length(run->context) == key.count;
}

static int set_up(kms_cipher_run *run, const EVP_CIPHER *cipher, bytes key, bytes iv, const uint8_t *tag) {
  run->is_ccm = EVP_CIPHER_get_mode(cipher) == EVP_CIPH_CCM_MODE;
  return EVP_CipherInit_ex2(run->context, cipher, NULL, NULL, run->encrypting, NULL) == 1 &&
         set_key_length(run, key) && set_lengths(run, iv, tag) &&
         EVP_CipherInit_ex2(
             run->context, NULL, key.bytes, iv.count == 0 ? NULL : iv.bytes, run->encrypting, NULL) == 1;
}

static int set_associated(kms_cipher_run *run, bytes aad, size_t total) {
  int length = 0;
  if (run->is_ccm && EVP_CipherUpdate(run->context, NULL, &length, NULL, (int)total) != 1) return 0;
  return aad.count == 0 || EVP_CipherUpdate(run->context, NULL, &length, aad.bytes, (int)aad.count) == 1;
}

kms_cipher_run *kms_cipher_run_new(
    const char *name, kms_cipher_source source, int encrypting, int padded, const uint8_t *key, size_t key_count,
    const uint8_t *iv, size_t iv_count, const uint8_t *tag, size_t tag_count, const uint8_t *aad, size_t aad_count,
    size_t total) {
  if (kms_fetched() == NULL || !fits(iv_count) || !fits(aad_count) || !fits(total)) return NULL;
  if (tag_count > KMS_LONGEST_TAG || (tag_count > 0 && !encrypting && tag == NULL)) return NULL;
  EVP_CIPHER *cipher = fetch(name, source);
  kms_cipher_run *run = cipher == NULL ? NULL : kms_arena_alloc(sizeof *run);
  int done = 0;
  if (run != NULL) {
    run->context = EVP_CIPHER_CTX_new();
    run->tag_count = tag_count;
    run->encrypting = encrypting;
    done = run->context != NULL && set_up(run, cipher, (bytes){key, key_count}, (bytes){iv, iv_count}, tag) &&
           EVP_CIPHER_CTX_set_padding(run->context, padded) == 1 &&
           set_associated(run, (bytes){aad, aad_count}, total);
  }
  EVP_CIPHER_free(cipher);
  if (done) return run;
  if (run != NULL) kms_cipher_run_free(run);
  (void)kms_failed();
  return NULL;
}

void kms_cipher_run_free(kms_cipher_run *run) {
  EVP_CIPHER_CTX_free(run->context);
  kms_arena_free(run);
}

static kms_crypto_result refused(const kms_cipher_run *run) {
  (void)kms_failed();
  return run->encrypting ? KMS_CRYPTO_FAILED : KMS_CRYPTO_REJECTED;
}

kms_crypto_result kms_cipher_run_add(
    kms_cipher_run *run, const uint8_t *in, size_t count, uint8_t *out, size_t *written) {
  int length = 0;
  if (!fits(count)) return kms_failed();
  if (EVP_CipherUpdate(run->context, out, &length, kms_bytes(in, count), (int)count) != 1) return refused(run);
  *written = (size_t)length;
  return KMS_CRYPTO_OK;
}

kms_crypto_result kms_cipher_run_finish(kms_cipher_run *run, uint8_t *out, size_t *written, uint8_t *tag) {
  int length = 0;
  if (!run->is_ccm || run->encrypting) {
    if (EVP_CipherFinal_ex(run->context, out, &length) != 1) return refused(run);
  }
  *written = (size_t)length;
  if (run->tag_count == 0 || !run->encrypting) return KMS_CRYPTO_OK;
  int got = EVP_CIPHER_CTX_ctrl(run->context, EVP_CTRL_AEAD_GET_TAG, (int)run->tag_count, tag);
  return got == 1 ? KMS_CRYPTO_OK : kms_failed();
}

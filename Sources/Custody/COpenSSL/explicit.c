#include "explicit.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/dh.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

// Signatures and encryption by key pairs with parameters of the caller's. Contexts aren't kept: parameters rarely repeat.

static int is_rsa(const kms_pair *pair) { return EVP_PKEY_is_a(pair->key, "RSA") == 1; }

static int set_signing(EVP_PKEY_CTX *context, const kms_pair *pair, kms_signing how) {
  if (how.hash != NULL) {
    OSSL_PARAM hash[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_SIGNATURE_PARAM_DIGEST, (char *)(uintptr_t)how.hash, 0),
        OSSL_PARAM_construct_end()};
    if (EVP_PKEY_CTX_set_params(context, hash) != 1) return 0;
  }
  if (!is_rsa(pair)) return how.padding == KMS_NO_PADDING;
  if (how.padding == KMS_PKCS1) return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
  if (how.padding != KMS_PSS || how.hash == NULL) return 0;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md_name(context, how.mask != NULL ? how.mask : how.hash, NULL) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, how.salt) == 1;
}

kms_crypto_result kms_sign_hash(
    kms_pair *pair, kms_signing how, const uint8_t *in, size_t count, uint8_t *out, size_t *written) {
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, pair->key, NULL);
  int done = context != NULL && EVP_PKEY_sign_init(context) == 1 && set_signing(context, pair, how) &&
             EVP_PKEY_sign(context, out, written, kms_bytes(in, count), count) == 1;
  EVP_PKEY_CTX_free(context);
  return done ? KMS_CRYPTO_OK : kms_failed();
}

kms_crypto_result kms_verify_hash(
    kms_pair *pair, kms_signing how, const uint8_t *in, size_t count, const uint8_t *signature,
    size_t signature_count) {
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, pair->key, NULL);
  if (context == NULL || EVP_PKEY_verify_init(context) != 1 || !set_signing(context, pair, how)) {
    EVP_PKEY_CTX_free(context);
    return kms_failed();
  }
  int answer = EVP_PKEY_verify(
      context, kms_bytes(signature, signature_count), signature_count, kms_bytes(in, count), count);
  EVP_PKEY_CTX_free(context);
  (void)kms_failed();
  return answer == 1 ? KMS_CRYPTO_OK : KMS_CRYPTO_REJECTED;
}

// ---- RSA encryption ------------------------------------------------------------------------------------------

/// libcrypto takes the label over.
static int set_label(EVP_PKEY_CTX *context, const uint8_t *label, size_t count) {
  if (count == 0) return 1;
  uint8_t *copy = OPENSSL_memdup(label, count);
  if (copy != NULL && EVP_PKEY_CTX_set0_rsa_oaep_label(context, copy, (int)count) == 1) return 1;
  OPENSSL_free(copy);
  return 0;
}

static int set_encryption(EVP_PKEY_CTX *context, kms_rsa_encryption how, const uint8_t *label, size_t count) {
  if (how.hash == NULL) {
    int padding = how.padding == KMS_PKCS1 ? RSA_PKCS1_PADDING : RSA_NO_PADDING;
    return how.padding != KMS_PSS && count == 0 && EVP_PKEY_CTX_set_rsa_padding(context, padding) == 1;
  }
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_oaep_md_name(context, how.hash, NULL) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md_name(context, how.mask != NULL ? how.mask : how.hash, NULL) == 1 &&
         set_label(context, label, count);
}

kms_crypto_result kms_rsa_encrypt(
    kms_pair *pair, kms_rsa_encryption how, const uint8_t *label, size_t label_count, const uint8_t *in, size_t count,
    uint8_t *out, size_t *written) {
  EVP_PKEY_CTX *context = is_rsa(pair) ? EVP_PKEY_CTX_new_from_pkey(NULL, pair->key, NULL) : NULL;
  int done = context != NULL && EVP_PKEY_encrypt_init(context) == 1 &&
             set_encryption(context, how, label, label_count) &&
             EVP_PKEY_encrypt(context, out, written, kms_bytes(in, count), count) == 1;
  EVP_PKEY_CTX_free(context);
  return done ? KMS_CRYPTO_OK : kms_failed();
}

kms_crypto_result kms_rsa_decrypt(
    kms_pair *pair, kms_rsa_encryption how, const uint8_t *label, size_t label_count, const uint8_t *in, size_t count,
    uint8_t *out, size_t *written) {
  EVP_PKEY_CTX *context = is_rsa(pair) ? EVP_PKEY_CTX_new_from_pkey(NULL, pair->key, NULL) : NULL;
  if (context == NULL || EVP_PKEY_decrypt_init(context) != 1 ||
      !set_encryption(context, how, label, label_count)) {
    EVP_PKEY_CTX_free(context);
    return kms_failed();
  }
  int done = EVP_PKEY_decrypt(context, out, written, kms_bytes(in, count), count) == 1;
  EVP_PKEY_CTX_free(context);
  (void)kms_failed();
  return done ? KMS_CRYPTO_OK : KMS_CRYPTO_REJECTED;
}

// ---- Agreement -----------------------------------------------------------------------------------------------

int kms_pair_bits(const kms_pair *pair) { return EVP_PKEY_get_bits(pair->key); }

kms_crypto_result kms_agree_checked(kms_pair *pair, const kms_pair *peer, uint8_t *out, size_t *written) {
  if (pair->kind != peer->kind) return KMS_CRYPTO_REJECTED;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, pair->key, NULL);
  if (context == NULL || EVP_PKEY_derive_init(context) != 1 ||
      (pair->kind == KMS_DH && EVP_PKEY_CTX_set_dh_pad(context, 1) != 1)) {
    EVP_PKEY_CTX_free(context);
    return kms_failed();
  }
  // X25519 and X448 refuse peers that force the secret to zero.
  int done = EVP_PKEY_derive_set_peer(context, peer->key) == 1 && EVP_PKEY_derive(context, out, written) == 1;
  EVP_PKEY_CTX_free(context);
  (void)kms_failed();
  return done ? KMS_CRYPTO_OK : KMS_CRYPTO_REJECTED;
}

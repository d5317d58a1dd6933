#include <openssl/asn1.h>
#include <openssl/rsa.h>
#include <string.h>

#include "pair.h"

// Encryption for a public key, key agreement, key encapsulation.

static int set(EVP_PKEY_CTX *context, kms_cipher cipher) {
  if (cipher == KMS_SM2PKE) return 1;
  const EVP_MD *hash = kms_fetched()->hashes[cipher == KMS_OAEP_SHA1 ? KMS_SHA1 : KMS_SHA256];
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_oaep_md(context, hash) == 1 && EVP_PKEY_CTX_set_rsa_mgf1_md(context, hash) == 1;
}

static int prepare_encrypt(EVP_PKEY_CTX *context, int cipher) {
  return EVP_PKEY_encrypt_init(context) == 1 && set(context, (kms_cipher)cipher);
}

static int prepare_decrypt(EVP_PKEY_CTX *context, int cipher) {
  return EVP_PKEY_decrypt_init(context) == 1 && set(context, (kms_cipher)cipher);
}

kms_crypto_result kms_public_encrypt(
    kms_pair *pair, kms_cipher cipher, const uint8_t *in, size_t count, uint8_t *out, size_t *written) {
  int operation = OPERATION_ENCRYPT + (int)cipher;
  EVP_PKEY_CTX *context = kms_pair_borrow(pair, operation, prepare_encrypt, (int)cipher);
  if (context == NULL) return kms_failed();
  if (EVP_PKEY_encrypt(context, out, written, kms_bytes(in, count), count) != 1) {
    EVP_PKEY_CTX_free(context);
    return kms_failed();
  }
  kms_pair_return(pair, operation, context);
  return KMS_CRYPTO_OK;
}

// libcrypto reads a ciphertext of SM2 as lax ASN.1 and overlooks what stands behind it; there is one form of each here.
static int is_der_sequence(const uint8_t *in, size_t count) {
  const uint8_t *end = in;
  ASN1_SEQUENCE_ANY *parts = d2i_ASN1_SEQUENCE_ANY(NULL, &end, (long)count);
  uint8_t *again = NULL;
  int length = parts == NULL ? -1 : i2d_ASN1_SEQUENCE_ANY(parts, &again);
  int same = length >= 0 && (size_t)length == count && memcmp(again, in, count) == 0;
  sk_ASN1_TYPE_pop_free(parts, ASN1_TYPE_free);
  OPENSSL_free(again);
  return same;
}

kms_crypto_result kms_private_decrypt(
    kms_pair *pair, kms_cipher cipher, const uint8_t *in, size_t count, uint8_t *out, size_t *written) {
  if (cipher == KMS_SM2PKE && !is_der_sequence(kms_bytes(in, count), count)) {
    (void)kms_failed();
    return KMS_CRYPTO_REJECTED;
  }
  int operation = OPERATION_DECRYPT + (int)cipher;
  EVP_PKEY_CTX *context = kms_pair_borrow(pair, operation, prepare_decrypt, (int)cipher);
  if (context == NULL) return kms_failed();
  if (EVP_PKEY_decrypt(context, out, written, kms_bytes(in, count), count) != 1) {
    EVP_PKEY_CTX_free(context);
    (void)kms_failed();
    return KMS_CRYPTO_REJECTED;
  }
  kms_pair_return(pair, operation, context);
  return KMS_CRYPTO_OK;
}

kms_crypto_result kms_agree(kms_pair *pair, const kms_pair *peer, uint8_t *out, size_t *written) {
  if (pair->kind != peer->kind) return kms_failed();
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, pair->key, NULL);
  int done = context != NULL && EVP_PKEY_derive_init(context) == 1 &&
             EVP_PKEY_derive_set_peer(context, peer->key) == 1 && EVP_PKEY_derive(context, out, written) == 1;
  EVP_PKEY_CTX_free(context);
  return done ? KMS_CRYPTO_OK : kms_failed();
}

kms_crypto_result kms_encapsulate(kms_pair *pair, uint8_t *ciphertext, size_t *written, uint8_t *secret) {
  size_t length = KMS_KEM_SECRET;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, pair->key, NULL);
  int done = context != NULL && EVP_PKEY_encapsulate_init(context, NULL) == 1 &&
             EVP_PKEY_encapsulate(context, ciphertext, written, secret, &length) == 1 && length == KMS_KEM_SECRET;
  EVP_PKEY_CTX_free(context);
  return done ? KMS_CRYPTO_OK : kms_failed();
}

kms_crypto_result kms_decapsulate(kms_pair *pair, const uint8_t *ciphertext, size_t count, uint8_t *secret) {
  size_t length = KMS_KEM_SECRET;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, pair->key, NULL);
  if (context == NULL || EVP_PKEY_decapsulate_init(context, NULL) != 1) {
    EVP_PKEY_CTX_free(context);
    return kms_failed();
  }
  int done = EVP_PKEY_decapsulate(context, secret, &length, ciphertext, count) == 1 && length == KMS_KEM_SECRET;
  EVP_PKEY_CTX_free(context);
  if (done) return KMS_CRYPTO_OK;
  (void)kms_failed();
  return KMS_CRYPTO_REJECTED;
}

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include "pair.h"

// Two ways: what signs a hash goes through a kept context, as the hash is ours to make; what must see the message itself
// goes through a message context of its own.

static kms_hash hash_of(kms_signature algorithm) {
  switch (algorithm) {
    case KMS_PSS_SHA384:
    case KMS_PKCS1_SHA384:
    case KMS_ECDSA_SHA384: return KMS_SHA384;
    case KMS_PSS_SHA512:
    case KMS_PKCS1_SHA512:
    case KMS_ECDSA_SHA512: return KMS_SHA512;
    case KMS_SM2DSA: return KMS_SM3;
    default: return KMS_SHA256;
  }
}

static int set(EVP_PKEY_CTX *context, kms_signature algorithm) {
  const EVP_MD *hash = kms_fetched()->hashes[hash_of(algorithm)];
  if (hash == NULL || EVP_PKEY_CTX_set_signature_md(context, hash) != 1) return 0;
  // In the order of kms_signature: PSS, then PKCS#1, then what has no padding.
  if (algorithm > KMS_PKCS1_SHA512) return 1;
  if (algorithm > KMS_PSS_SHA512) return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
  // The salt is as long as the hash, and verification insists on it.
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

static int prepare_sign(EVP_PKEY_CTX *context, int algorithm) {
  return EVP_PKEY_sign_init(context) == 1 && set(context, (kms_signature)algorithm);
}

static int prepare_verify(EVP_PKEY_CTX *context, int algorithm) {
  return EVP_PKEY_verify_init(context) == 1 && set(context, (kms_signature)algorithm);
}

typedef struct {
  uint8_t bytes[KMS_LONGEST_HASH];
  size_t count;
} hashed;

/// 0 when `in` isn't as long as a hash must be, or libcrypto refuses.
static int hash(kms_signature algorithm, kms_form form, const uint8_t *in, size_t count, hashed *out) {
  const EVP_MD *kind = kms_fetched()->hashes[hash_of(algorithm)];
  if (kind == NULL || form == KMS_EXTERNAL_MU) return 0;
  out->count = (size_t)EVP_MD_get_size(kind);
  if (form == KMS_RAW) return EVP_Digest(kms_bytes(in, count), count, out->bytes, NULL, kind, NULL) == 1;
  if (count != out->count) return 0;
  for (size_t at = 0; at < count; at++) out->bytes[at] = in[at];
  return 1;
}

// ---- Message contexts ------------------------------------------------------------------------------------------

static int takes_message(kms_signature algorithm, kms_form form) {
  return algorithm >= KMS_EDDSA || (algorithm == KMS_SM2DSA && form == KMS_RAW);
}

/// mu is made from the context already.
static int takes_context(kms_signature algorithm, kms_form form) { return algorithm == KMS_ML_DSA && form == KMS_RAW; }

/// A context that is set up; NULL when libcrypto lacks the algorithm or the form.
static EVP_MD_CTX *message_context(
    const kms_pair *pair, kms_signature algorithm, kms_form form, const uint8_t *purpose, size_t purpose_count,
    int signing) {
  static char sm2_id[] = "1234567812345678";  // GB/T 32918's default
  int yes = 1;
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_end(), OSSL_PARAM_construct_end()};
  if (algorithm == KMS_EDDSA_PH) parameters[0] = OSSL_PARAM_construct_utf8_string("instance", "Ed25519ph", 0);
  if (form == KMS_EXTERNAL_MU) parameters[0] = OSSL_PARAM_construct_int("mu", &yes);
  if (purpose_count > 0)
    parameters[0] = OSSL_PARAM_construct_octet_string("context-string", (void *)purpose, purpose_count);
  const char *hash = algorithm == KMS_SM2DSA ? "SM3" : NULL;
  if (algorithm == KMS_EDDSA_PH && !kms_eddsa_ph_available()) return NULL;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  EVP_PKEY_CTX *inner = NULL;
  int done = context != NULL && (signing ? EVP_DigestSignInit_ex : EVP_DigestVerifyInit_ex)(
                                    context, &inner, hash, NULL, NULL, pair->key,
                                    parameters[0].key == NULL ? NULL : parameters) == 1;
  if (done && algorithm == KMS_SM2DSA) done = EVP_PKEY_CTX_set1_id(inner, sm2_id, sizeof sm2_id - 1) == 1;
  if (done) return context;
  EVP_MD_CTX_free(context);
  return NULL;
}

/// A libcrypto that doesn't know the instance takes the parameter in silence and signs plain Ed25519.
int kms_eddsa_ph_available(void) {
  if (kms_fetched() == NULL) return 0;
  EVP_SIGNATURE *found = EVP_SIGNATURE_fetch(NULL, "ED25519", NULL);
  const OSSL_PARAM *known = found == NULL ? NULL : EVP_SIGNATURE_settable_ctx_params(found);
  int available = known != NULL && OSSL_PARAM_locate_const(known, "instance") != NULL;
  EVP_SIGNATURE_free(found);
  (void)kms_failed();
  return available;
}

// ---- Both ------------------------------------------------------------------------------------------------------

kms_crypto_result kms_sign(
    kms_pair *pair, kms_signature algorithm, kms_form form, const uint8_t *purpose, size_t purpose_count,
    const uint8_t *in, size_t count, uint8_t *out, size_t *written) {
  if (purpose_count > 0 && !takes_context(algorithm, form)) return kms_failed();
  if (takes_message(algorithm, form)) {
    EVP_MD_CTX *context = message_context(pair, algorithm, form, purpose, purpose_count, 1);
    int done = context != NULL && EVP_DigestSign(context, out, written, kms_bytes(in, count), count) == 1;
    EVP_MD_CTX_free(context);
    return done ? KMS_CRYPTO_OK : kms_failed();
  }
  hashed message;
  if (!hash(algorithm, form, in, count, &message)) return kms_failed();
  int operation = OPERATION_SIGN + (int)algorithm;
  EVP_PKEY_CTX *context = kms_pair_borrow(pair, operation, prepare_sign, (int)algorithm);
  if (context == NULL) return kms_failed();
  if (EVP_PKEY_sign(context, out, written, message.bytes, message.count) != 1) {
    EVP_PKEY_CTX_free(context);
    return kms_failed();
  }
  kms_pair_return(pair, operation, context);
  return KMS_CRYPTO_OK;
}

static kms_crypto_result judged(int answer) {
  if (answer == 1) return KMS_CRYPTO_OK;
  // Malformed and mismatched signatures are told apart by libcrypto, and by nobody else.
  (void)kms_failed();
  return KMS_CRYPTO_REJECTED;
}

kms_crypto_result kms_verify(
    kms_pair *pair, kms_signature algorithm, kms_form form, const uint8_t *purpose, size_t purpose_count,
    const uint8_t *in, size_t count, const uint8_t *signature, size_t signature_count) {
  // Nobody can have signed with a longer one.
  if (purpose_count > 255) return KMS_CRYPTO_REJECTED;
  if (purpose_count > 0 && !takes_context(algorithm, form)) return kms_failed();
  signature = kms_bytes(signature, signature_count);
  if (takes_message(algorithm, form)) {
    EVP_MD_CTX *context = message_context(pair, algorithm, form, purpose, purpose_count, 0);
    if (context == NULL) return kms_failed();
    int answer = EVP_DigestVerify(context, signature, signature_count, kms_bytes(in, count), count);
    EVP_MD_CTX_free(context);
    return judged(answer);
  }
  hashed message;
  if (!hash(algorithm, form, in, count, &message)) return kms_failed();
  int operation = OPERATION_VERIFY + (int)algorithm;
  EVP_PKEY_CTX *context = kms_pair_borrow(pair, operation, prepare_verify, (int)algorithm);
  if (context == NULL) return kms_failed();
  int answer = EVP_PKEY_verify(context, signature, signature_count, message.bytes, message.count);
  if (answer == 1) kms_pair_return(pair, operation, context);
  else EVP_PKEY_CTX_free(context);
  return judged(answer);
}

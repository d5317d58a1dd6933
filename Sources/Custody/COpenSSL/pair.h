#ifndef KMS_OPENSSL_PAIR_H
#define KMS_OPENSSL_PAIR_H

#include <stdatomic.h>

#include "internal.h"

// Setting a context up for an operation looks names up and costs as much as a part of the signature; a context keeps to
// its pair, so both are wiped together. As many stay as were in use at once, up to this number.
enum { KMS_KEPT_CONTEXTS = 4 };

enum { SIGNATURES = KMS_ML_DSA + 1, CIPHERS = KMS_SM2PKE + 1 };
typedef enum {
  OPERATION_SIGN = 0,
  OPERATION_VERIFY = OPERATION_SIGN + SIGNATURES,
  OPERATION_ENCRYPT = OPERATION_VERIFY + SIGNATURES,
  OPERATION_DECRYPT = OPERATION_ENCRYPT + CIPHERS,
  OPERATIONS = OPERATION_DECRYPT + CIPHERS,
} pair_operation;

struct kms_pair {
  kms_kind kind;
  EVP_PKEY *key;
  EVP_PKEY_CTX *_Atomic idle[OPERATIONS][KMS_KEPT_CONTEXTS];
};

/// Makes a context for one operation, with its parameters set; 0 when libcrypto refuses.
typedef int (*prepare_context)(EVP_PKEY_CTX *context, int algorithm);

/// Lends a context; NULL when libcrypto refuses. Give it back after success, free it after anything else.
EVP_PKEY_CTX *kms_pair_borrow(kms_pair *pair, int operation, prepare_context prepare, int algorithm);
void kms_pair_return(kms_pair *pair, int operation, EVP_PKEY_CTX *context);

/// A pointer that libcrypto takes for no bytes, too.
static inline const uint8_t *kms_bytes(const uint8_t *bytes, size_t count) {
  return count == 0 ? (const uint8_t *)"" : bytes;
}

#endif

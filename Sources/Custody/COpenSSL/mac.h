#ifndef KMS_OPENSSL_MAC_H
#define KMS_OPENSSL_MAC_H

#include "internal.h"

typedef struct kms_mac_slot kms_mac_slot;

/// A context that is keyed, for one caller until it is returned.
typedef struct {
  EVP_MAC_CTX *context;
  kms_mac_slot *slot;  // NULL: nobody keeps it
} kms_mac_loan;

/// 0 when memory is exhausted.
int kms_mac_borrow(kms_mac_key *key, kms_mac_loan *loan);
/// `sound`: 0 after a failure; the context's state is unknown then, and it isn't lent again.
void kms_mac_return(kms_mac_loan *loan, int sound);

/// One code of `data` with a context borrowed of `key`.
int kms_mac_with(const kms_mac_key *key, const kms_mac_loan *loan, const uint8_t *data, size_t count, uint8_t *out);

#endif

#ifndef KMS_OPENSSL_MAC_H
#define KMS_OPENSSL_MAC_H

#include "internal.h"

/// Lends a context that is keyed with `key`; NULL when memory is exhausted. Start each code with EVP_MAC_init and
/// no key.
EVP_MAC_CTX *kms_mac_borrow(kms_mac_key *key);
void kms_mac_return(kms_mac_key *key, EVP_MAC_CTX *context);

/// One code of `data` with a context borrowed of `key`.
int kms_mac_with(const kms_mac_key *key, EVP_MAC_CTX *context, const uint8_t *data, size_t count, uint8_t *out);

#endif

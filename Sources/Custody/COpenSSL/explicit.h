#ifndef KMS_OPENSSL_EXPLICIT_H
#define KMS_OPENSSL_EXPLICIT_H

#include "kms_explicit.h"
#include "kms_system.h"
#include "pair.h"

/// NULL where OpenSSL's legacy provider isn't installed.
OSSL_LIB_CTX *kms_legacy_library(void);

#endif

#ifndef KMS_OPENSSL_EXPLICIT_H
#define KMS_OPENSSL_EXPLICIT_H

#include "kms_explicit.h"
#include "kms_system.h"
#include "pair.h"

#endif

#ifndef KMS_OPENSSL_H
#define KMS_OPENSSL_H
#include <openssl/evp.h>
#endif

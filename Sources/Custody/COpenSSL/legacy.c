#include <openssl/provider.h>
#include <pthread.h>

#include "explicit.h"

// The ciphers that OpenSSL has moved to a provider of their own, in a library context of their own: nothing else finds them.
// It is loaded when the first of them is asked for, and stays.

static pthread_once_t once = PTHREAD_ONCE_INIT;
static OSSL_LIB_CTX *library;

static void load(void) {
  OSSL_LIB_CTX *made = OSSL_LIB_CTX_new();
  if (made != NULL && OSSL_PROVIDER_load(made, "legacy") != NULL) {
    library = made;
    return;
  }
  OSSL_LIB_CTX_free(made);
  (void)kms_failed();
}

OSSL_LIB_CTX *kms_legacy_library(void) {
  pthread_once(&once, load);
  return library;
}

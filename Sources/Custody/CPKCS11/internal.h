#ifndef KMS_PKCS11_INTERNAL_H
#define KMS_PKCS11_INTERNAL_H

#include <p11-kit-1/p11-kit/pkcs11.h>

#include "kms_pkcs11.h"

struct kms_p11_module {
  CK_FUNCTION_LIST *functions;
};

// The standard's texts have no end: they are padded with blanks.
static inline void kms_p11_text(char *to, const CK_UTF8CHAR *from, size_t count) {
  while (count > 0 && (from[count - 1] == ' ' || from[count - 1] == 0)) count--;
  for (size_t at = 0; at < count; at++) to[at] = (char)from[at];
  to[count] = 0;
}

#endif

#include "custody_loop.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

enum { LONGEST = 65536, HEADER = 81, TAG = 16 };

static int once(EVP_CIPHER_CTX *context, const unsigned char *key, const unsigned char *in, int bytes, unsigned char *out) {
  static const unsigned char nonce[12], header[HEADER];
  unsigned char tag[TAG], nothing[16];
  int written;
  return EVP_EncryptInit_ex2(context, NULL, key, nonce, NULL) == 1 &&
         EVP_EncryptUpdate(context, NULL, &written, header, HEADER) == 1 &&
         EVP_EncryptUpdate(context, out, &written, in, bytes) == 1 &&
         EVP_EncryptFinal_ex(context, nothing, &written) == 1 &&
         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG, tag) == 1;
}

int custody_loop(int count, int bytes, int draws) {
  static unsigned char in[LONGEST], out[LONGEST];
  unsigned char key[32] = {0};
  if (bytes > LONGEST) return 1;
  EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  int good = cipher != NULL && context != NULL && EVP_EncryptInit_ex2(context, cipher, NULL, NULL, NULL) == 1;
  for (int round = 0; good && round < count; round++) {
    if (draws) {
      good = RAND_bytes(key, sizeof key) == 1;
    } else {
      memcpy(key, &round, sizeof round);
    }
    good = good && once(context, key, in, bytes, out);
  }
  EVP_CIPHER_CTX_free(context);
  EVP_CIPHER_free(cipher);
  return good ? 0 : 1;
}

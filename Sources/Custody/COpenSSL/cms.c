#include <openssl/cms.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "pair.h"

// libcrypto names recipients by their certificates. A recipient of ours is a bare key, so it gets one that never leaves this
// file: the key and its identifier, signed by a key that nobody keeps, because libcrypto 3.0 reads only whole certificates.

static int add_identifier(X509 *certificate, const EVP_PKEY *key) {
  uint8_t *der = NULL, digest[KMS_LONGEST_HASH];
  unsigned int count = 0;
  int length = i2d_PUBKEY(key, &der);
  ASN1_OCTET_STRING *identifier = ASN1_OCTET_STRING_new();
  int done = length > 0 && identifier != NULL &&
             EVP_Digest(der, (size_t)length, digest, &count, kms_fetched()->hashes[KMS_SHA256], NULL) == 1 &&
             ASN1_OCTET_STRING_set(identifier, digest, (int)count) == 1 &&
             X509_add1_ext_i2d(certificate, NID_subject_key_identifier, identifier, 0, 0) == 1;
  ASN1_OCTET_STRING_free(identifier);
  OPENSSL_free(der);
  return done;
}

static int complete(X509 *certificate) {
  EVP_PKEY *signer = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
  int done = signer != NULL && ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1 &&
             X509_gmtime_adj(X509_getm_notBefore(certificate), 0) != NULL &&
             X509_gmtime_adj(X509_getm_notAfter(certificate), 60) != NULL && X509_sign(certificate, signer, NULL) > 0;
  EVP_PKEY_free(signer);
  return done;
}

static X509 *stand_in(EVP_PKEY *key) {
  X509 *certificate = X509_new();
  if (certificate != NULL && X509_set_version(certificate, X509_VERSION_3) == 1 &&
      X509_set_pubkey(certificate, key) == 1 && add_identifier(certificate, key) && complete(certificate))
    return certificate;
  X509_free(certificate);
  return NULL;
}

static int set_transport(CMS_RecipientInfo *recipient) {
  const EVP_MD *hash = kms_fetched()->hashes[KMS_SHA256];
  EVP_PKEY_CTX *context = recipient == NULL ? NULL : CMS_RecipientInfo_get0_pkey_ctx(recipient);
  return context != NULL && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_oaep_md(context, hash) == 1 && EVP_PKEY_CTX_set_rsa_mgf1_md(context, hash) == 1;
}

static CMS_ContentInfo *envelop(X509 *certificate, BIO *content) {
  const unsigned int flags = CMS_BINARY | CMS_PARTIAL;
  EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, "AES-256-CBC", NULL);
  CMS_ContentInfo *made = cipher == NULL ? NULL : CMS_encrypt(NULL, NULL, cipher, flags);
  CMS_RecipientInfo *recipient =
      made == NULL ? NULL : CMS_add1_recipient_cert(made, certificate, CMS_USE_KEYID | CMS_KEY_PARAM);
  int done = set_transport(recipient) && CMS_final(made, content, NULL, flags) == 1;
  EVP_CIPHER_free(cipher);
  if (done) return made;
  CMS_ContentInfo_free(made);
  return NULL;
}

kms_crypto_result kms_cms_envelop(
    const kms_pair *recipient, const uint8_t *in, size_t count, uint8_t *out, size_t *written) {
  if (recipient->kind > KMS_RSA_4096 || count > (1u << 20)) return kms_failed();
  X509 *certificate = stand_in(recipient->key);
  BIO *content = BIO_new_mem_buf(kms_bytes(in, count), (int)count);
  CMS_ContentInfo *made = certificate == NULL || content == NULL ? NULL : envelop(certificate, content);
  int length = made == NULL ? -1 : i2d_CMS_ContentInfo(made, NULL);
  int done = length > 0 && (size_t)length <= *written && i2d_CMS_ContentInfo(made, &out) == length;
  if (done) *written = (size_t)length;
  CMS_ContentInfo_free(made);
  BIO_free(content);
  X509_free(certificate);
  return done ? KMS_CRYPTO_OK : kms_failed();
}

#include <string.h>

#include "internal.h"

// A mechanism with its parameters, which must stay where they are while it is used.
typedef struct {
  CK_MECHANISM mechanism;
  union {
    CK_GCM_PARAMS gcm;
    CK_RSA_PKCS_OAEP_PARAMS oaep;
    CK_RSA_PKCS_PSS_PARAMS pss;
  } parameters;
} prepared;

enum { GCM_NONCE = 12, GCM_TAG_BITS = 128 };

static void *unconst(const void *start) { return (void *)(uintptr_t)start; }

static void prepare(prepared *to, const kms_p11_mechanism *from) {
  memset(to, 0, sizeof *to);
  to->mechanism.mechanism = from->type;
  switch (from->kind) {
    case KMS_P11_PLAIN:
      return;
    case KMS_P11_GCM:
      to->parameters.gcm = (CK_GCM_PARAMS){
          .iv_ptr = unconst(from->nonce), .iv_len = GCM_NONCE, .iv_bits = GCM_NONCE * 8,
          .aad_ptr = unconst(from->bound), .aad_len = from->bound_count, .tag_bits = GCM_TAG_BITS};
      to->mechanism.ulParameterLen = sizeof to->parameters.gcm;
      break;
    case KMS_P11_OAEP:
      to->parameters.oaep =
          (CK_RSA_PKCS_OAEP_PARAMS){.hashAlg = from->hash, .mgf = from->mask, .source = CKZ_DATA_SPECIFIED};
      to->mechanism.ulParameterLen = sizeof to->parameters.oaep;
      break;
    case KMS_P11_PSS:
      to->parameters.pss =
          (CK_RSA_PKCS_PSS_PARAMS){.hashAlg = from->hash, .mgf = from->mask, .sLen = from->salt};
      to->mechanism.ulParameterLen = sizeof to->parameters.pss;
      break;
  }
  to->mechanism.pParameter = &to->parameters;
}

kms_p11_code kms_p11_encrypt(
    kms_p11_module *module, kms_p11_handle session, kms_p11_handle key, const kms_p11_mechanism *mechanism,
    const uint8_t *in, size_t in_count, uint8_t *out, unsigned long *count) {
  prepared use;
  prepare(&use, mechanism);
  CK_RV code = module->functions->C_EncryptInit(session, &use.mechanism, key);
  if (code != CKR_OK) return code;
  return module->functions->C_Encrypt(session, unconst(in), in_count, out, count);
}

kms_p11_code kms_p11_decrypt(
    kms_p11_module *module, kms_p11_handle session, kms_p11_handle key, const kms_p11_mechanism *mechanism,
    const uint8_t *in, size_t in_count, uint8_t *out, unsigned long *count) {
  prepared use;
  prepare(&use, mechanism);
  CK_RV code = module->functions->C_DecryptInit(session, &use.mechanism, key);
  if (code != CKR_OK) return code;
  return module->functions->C_Decrypt(session, unconst(in), in_count, out, count);
}

kms_p11_code kms_p11_try_decrypt(
    kms_p11_module *module, kms_p11_handle session, kms_p11_handle key, const kms_p11_mechanism *mechanism) {
  prepared use;
  prepare(&use, mechanism);
  return module->functions->C_DecryptInit(session, &use.mechanism, key);
}

kms_p11_code kms_p11_sign(
    kms_p11_module *module, kms_p11_handle session, kms_p11_handle key, const kms_p11_mechanism *mechanism,
    const uint8_t *in, size_t in_count, uint8_t *out, unsigned long *count) {
  prepared use;
  prepare(&use, mechanism);
  CK_RV code = module->functions->C_SignInit(session, &use.mechanism, key);
  if (code != CKR_OK) return code;
  return module->functions->C_Sign(session, unconst(in), in_count, out, count);
}

static kms_p11_code value_of(
    kms_p11_module *module, kms_p11_handle session, CK_OBJECT_HANDLE secret, uint8_t *out, unsigned long count) {
  CK_ATTRIBUTE asked = {CKA_VALUE, out, count};
  CK_RV code = module->functions->C_GetAttributeValue(session, secret, &asked, 1);
  if (code != CKR_OK) return code;
  return asked.ulValueLen == count ? CKR_OK : CKR_GENERAL_ERROR;
}

kms_p11_code kms_p11_agree(
    kms_p11_module *module, kms_p11_handle session, kms_p11_handle key, const uint8_t *point, size_t point_count,
    uint8_t *out, unsigned long count) {
  CK_ECDH1_DERIVE_PARAMS peer = {
      .kdf = CKD_NULL, .public_data_len = point_count, .public_data = unconst(point)};
  CK_MECHANISM mechanism = {CKM_ECDH1_DERIVE, &peer, sizeof peer};
  CK_OBJECT_CLASS class = CKO_SECRET_KEY;
  CK_KEY_TYPE type = CKK_GENERIC_SECRET;
  CK_ULONG length = count;
  CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
  CK_ATTRIBUTE template[] = {
      {CKA_CLASS, &class, sizeof class}, {CKA_KEY_TYPE, &type, sizeof type}, {CKA_VALUE_LEN, &length, sizeof length},
      {CKA_TOKEN, &no, sizeof no}, {CKA_SENSITIVE, &no, sizeof no}, {CKA_EXTRACTABLE, &yes, sizeof yes},
  };
  CK_OBJECT_HANDLE secret = 0;
  CK_RV code = module->functions->C_DeriveKey(
      session, &mechanism, key, template, sizeof template / sizeof template[0], &secret);
  if (code != CKR_OK) return code;
  code = value_of(module, session, secret, out, count);
  CK_RV destroyed = module->functions->C_DestroyObject(session, secret);
  return code == CKR_OK ? destroyed : code;
}

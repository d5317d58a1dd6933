#include <string.h>

#include "internal.h"

// A mechanism with its parameters, which must stay where they are while it is used.
typedef struct {
  CK_MECHANISM mechanism;
  union {
    CK_AES_CTR_PARAMS counter;
    CK_GCM_PARAMS gcm;
    CK_RSA_PKCS_OAEP_PARAMS oaep;
    CK_RSA_PKCS_PSS_PARAMS pss;
  } parameters;
} prepared;

enum { BLOCK = 16, BITS = 8 };

static void *unconst(const void *start) { return (void *)(uintptr_t)start; }

// Modules take no data for no pointer.
static void *data(const uint8_t *start) {
  static const uint8_t nothing;
  return unconst(start == NULL ? &nothing : start);
}

static void prepare(prepared *to, const kms_p11_mechanism *from) {
  memset(to, 0, sizeof *to);
  to->mechanism.mechanism = from->type;
  switch (from->kind) {
    case KMS_P11_PLAIN:
      return;
    case KMS_P11_VECTOR:
      to->mechanism.pParameter = unconst(from->iv);
      to->mechanism.ulParameterLen = from->iv_count;
      return;
    case KMS_P11_COUNTER:
      to->parameters.counter.counter_bits = BLOCK * BITS;
      memcpy(to->parameters.counter.cb, from->iv, from->iv_count < BLOCK ? from->iv_count : BLOCK);
      to->mechanism.ulParameterLen = sizeof to->parameters.counter;
      break;
    case KMS_P11_GCM:
      to->parameters.gcm = (CK_GCM_PARAMS){
          .iv_ptr = unconst(from->iv), .iv_len = from->iv_count, .iv_bits = from->iv_count * BITS,
          .aad_ptr = unconst(from->bound), .aad_len = from->bound_count, .tag_bits = from->tag_count * BITS};
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
  return module->functions->C_Encrypt(session, data(in), in_count, out, count);
}

kms_p11_code kms_p11_decrypt(
    kms_p11_module *module, kms_p11_handle session, kms_p11_handle key, const kms_p11_mechanism *mechanism,
    const uint8_t *in, size_t in_count, uint8_t *out, unsigned long *count) {
  prepared use;
  prepare(&use, mechanism);
  CK_RV code = module->functions->C_DecryptInit(session, &use.mechanism, key);
  if (code != CKR_OK) return code;
  return module->functions->C_Decrypt(session, data(in), in_count, out, count);
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
  return module->functions->C_Sign(session, data(in), in_count, out, count);
}

// ---- With a secret of the session ------------------------------------------------------------------------

static CK_OBJECT_CLASS secret_class = CKO_SECRET_KEY;
static CK_KEY_TYPE generic_type = CKK_GENERIC_SECRET;
static CK_BBOOL yes = CK_TRUE, no = CK_FALSE;

// What every template of one begins with: it isn't on the token, and its value can be read.
#define OF_SESSION                                                                                              \
  {CKA_CLASS, &secret_class, sizeof secret_class}, {CKA_KEY_TYPE, &generic_type, sizeof generic_type},          \
      {CKA_TOKEN, &no, sizeof no}, {CKA_PRIVATE, &yes, sizeof yes}, {CKA_SENSITIVE, &no, sizeof no},             \
      {CKA_EXTRACTABLE, &yes, sizeof yes}
#define COUNT(template) (sizeof(template) / sizeof(template)[0])

// The object goes, whatever became of the work with it.
static kms_p11_code end(
    kms_p11_module *module, kms_p11_handle session, CK_OBJECT_HANDLE secret, kms_p11_code code) {
  CK_RV destroyed = module->functions->C_DestroyObject(session, secret);
  return code == CKR_OK ? destroyed : code;
}

// `count`: room, then how long it is.
static kms_p11_code value_of(
    kms_p11_module *module, kms_p11_handle session, CK_OBJECT_HANDLE secret, uint8_t *out, unsigned long *count) {
  CK_ATTRIBUTE asked = {CKA_VALUE, out, *count};
  CK_RV code = module->functions->C_GetAttributeValue(session, secret, &asked, 1);
  if (code != CKR_OK) return code;
  if (asked.ulValueLen > *count) return CKR_GENERAL_ERROR;
  *count = asked.ulValueLen;
  return CKR_OK;
}

kms_p11_code kms_p11_wrap(
    kms_p11_module *module, kms_p11_handle session, kms_p11_handle key, const kms_p11_mechanism *mechanism,
    const uint8_t *in, size_t in_count, uint8_t *out, unsigned long *count) {
  prepared use;
  prepare(&use, mechanism);
  CK_ATTRIBUTE template[] = {OF_SESSION, {CKA_VALUE, unconst(in), in_count}};
  CK_OBJECT_HANDLE secret = 0;
  CK_RV code = module->functions->C_CreateObject(session, template, COUNT(template), &secret);
  if (code != CKR_OK) return code;
  code = module->functions->C_WrapKey(session, &use.mechanism, key, secret, out, count);
  return end(module, session, secret, code);
}

kms_p11_code kms_p11_unwrap(
    kms_p11_module *module, kms_p11_handle session, kms_p11_handle key, const kms_p11_mechanism *mechanism,
    const uint8_t *in, size_t in_count, uint8_t *out, unsigned long *count) {
  prepared use;
  prepare(&use, mechanism);
  CK_ATTRIBUTE template[] = {OF_SESSION};
  CK_OBJECT_HANDLE secret = 0;
  CK_RV code = module->functions->C_UnwrapKey(
      session, &use.mechanism, key, unconst(in), in_count, template, COUNT(template), &secret);
  if (code != CKR_OK) return code;
  return end(module, session, secret, value_of(module, session, secret, out, count));
}

kms_p11_code kms_p11_agree(
    kms_p11_module *module, kms_p11_handle session, kms_p11_handle key, const uint8_t *point, size_t point_count,
    uint8_t *out, unsigned long count) {
  CK_ECDH1_DERIVE_PARAMS peer = {
      .kdf = CKD_NULL, .public_data_len = point_count, .public_data = unconst(point)};
  CK_MECHANISM mechanism = {CKM_ECDH1_DERIVE, &peer, sizeof peer};
  CK_ULONG length = count, found = count;
  CK_ATTRIBUTE template[] = {OF_SESSION, {CKA_VALUE_LEN, &length, sizeof length}};
  CK_OBJECT_HANDLE secret = 0;
  CK_RV code = module->functions->C_DeriveKey(session, &mechanism, key, template, COUNT(template), &secret);
  if (code != CKR_OK) return code;
  code = value_of(module, session, secret, out, &found);
  return end(module, session, secret, code == CKR_OK && found != count ? CKR_GENERAL_ERROR : code);
}

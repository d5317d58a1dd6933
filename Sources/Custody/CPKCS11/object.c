#include <string.h>

#include "internal.h"

static CK_BBOOL yes = CK_TRUE, no = CK_FALSE;

static CK_BBOOL flag(unsigned set) { return set ? CK_TRUE : CK_FALSE; }

#define FLAG(type, value) {(type), &(value), sizeof(CK_BBOOL)}
#define NUMBER(type, value) {(type), &(value), sizeof(CK_ULONG)}
#define BYTES(type, start, count) {(type), (void *)(uintptr_t)(start), (count)}
#define COUNT(template) (sizeof(template) / sizeof(template)[0])

kms_p11_code kms_p11_find(
    kms_p11_module *module, kms_p11_handle session, kms_p11_class kind, const uint8_t *id, size_t id_count,
    kms_p11_handle *found, size_t room, size_t *count) {
  CK_OBJECT_CLASS class = (CK_OBJECT_CLASS)kind;
  CK_ATTRIBUTE template[] = {NUMBER(CKA_CLASS, class), FLAG(CKA_TOKEN, yes), BYTES(CKA_ID, id, id_count)};
  CK_RV code = module->functions->C_FindObjectsInit(session, template, COUNT(template));
  if (code != CKR_OK) return code;
  CK_ULONG there = 0;
  code = module->functions->C_FindObjects(session, found, room, &there);
  CK_RV ended = module->functions->C_FindObjectsFinal(session);
  *count = there;
  return code == CKR_OK ? ended : code;
}

kms_p11_code kms_p11_make_secret(
    kms_p11_module *module, kms_p11_handle session, kms_p11_secret_kind kind, size_t length, unsigned uses,
    const kms_p11_name *name, kms_p11_handle *key) {
  int aes = kind == KMS_P11_KEY_AES;
  CK_OBJECT_CLASS class = CKO_SECRET_KEY;
  CK_KEY_TYPE type = aes ? CKK_AES : CKK_GENERIC_SECRET;
  CK_ULONG bytes = length;
  CK_BBOOL encrypts = flag(uses & KMS_P11_USE_ENCRYPT), decrypts = flag(uses & KMS_P11_USE_DECRYPT);
  CK_BBOOL signs = flag(uses & KMS_P11_USE_SIGN), wraps = flag(uses & KMS_P11_USE_WRAP);
  CK_ATTRIBUTE template[] = {
      NUMBER(CKA_CLASS, class), NUMBER(CKA_KEY_TYPE, type), NUMBER(CKA_VALUE_LEN, bytes),
      BYTES(CKA_ID, name->id, name->id_count), BYTES(CKA_LABEL, name->label, strlen(name->label)),
      FLAG(CKA_TOKEN, yes), FLAG(CKA_PRIVATE, yes), FLAG(CKA_SENSITIVE, yes), FLAG(CKA_EXTRACTABLE, no),
      FLAG(CKA_ENCRYPT, encrypts), FLAG(CKA_DECRYPT, decrypts), FLAG(CKA_SIGN, signs), FLAG(CKA_VERIFY, signs),
      FLAG(CKA_WRAP, wraps), FLAG(CKA_UNWRAP, wraps), FLAG(CKA_DERIVE, no),
  };
  CK_MECHANISM mechanism = {aes ? CKM_AES_KEY_GEN : CKM_GENERIC_SECRET_KEY_GEN, NULL, 0};
  return module->functions->C_GenerateKey(session, &mechanism, template, COUNT(template), key);
}

kms_p11_code kms_p11_make_pair(
    kms_p11_module *module, kms_p11_handle session, const kms_p11_pair_kind *kind, const kms_p11_name *name,
    kms_p11_handle *public_half, kms_p11_handle *private_half) {
  int rsa = kind->rsa_bits != 0;
  CK_ULONG bits = kind->rsa_bits;
  CK_BBOOL signs = flag(kind->uses & KMS_P11_USE_SIGN), decrypts = flag(kind->uses & KMS_P11_USE_DECRYPT);
  CK_BBOOL derives = flag(kind->uses & KMS_P11_USE_DERIVE);
  CK_ATTRIBUTE public_template[] = {
      BYTES(CKA_ID, name->id, name->id_count), BYTES(CKA_LABEL, name->label, strlen(name->label)),
      FLAG(CKA_TOKEN, yes), FLAG(CKA_VERIFY, signs), FLAG(CKA_ENCRYPT, decrypts), FLAG(CKA_WRAP, no),
      // The last ones are the kind's own.
      BYTES(CKA_EC_PARAMS, kind->curve, kind->curve_count),
      BYTES(CKA_PUBLIC_EXPONENT, kind->exponent, kind->exponent_count),
  };
  CK_ULONG public_count = COUNT(public_template) - 1;
  if (rsa) {
    public_template[public_count - 1] = (CK_ATTRIBUTE)NUMBER(CKA_MODULUS_BITS, bits);
    public_count++;
  }
  CK_ATTRIBUTE private_template[] = {
      BYTES(CKA_ID, name->id, name->id_count), BYTES(CKA_LABEL, name->label, strlen(name->label)),
      FLAG(CKA_TOKEN, yes), FLAG(CKA_PRIVATE, yes), FLAG(CKA_SENSITIVE, yes), FLAG(CKA_EXTRACTABLE, no),
      FLAG(CKA_SIGN, signs), FLAG(CKA_DECRYPT, decrypts), FLAG(CKA_DERIVE, derives), FLAG(CKA_UNWRAP, no),
  };
  CK_MECHANISM mechanism = {rsa ? CKM_RSA_PKCS_KEY_PAIR_GEN : CKM_EC_KEY_PAIR_GEN, NULL, 0};
  return module->functions->C_GenerateKeyPair(
      session, &mechanism, public_template, public_count, private_template, COUNT(private_template), public_half,
      private_half);
}

kms_p11_code kms_p11_destroy(kms_p11_module *module, kms_p11_handle session, kms_p11_handle object) {
  return module->functions->C_DestroyObject(session, object);
}

kms_p11_code kms_p11_attribute(
    kms_p11_module *module, kms_p11_handle session, kms_p11_handle object, unsigned long type, uint8_t *out,
    unsigned long *count) {
  CK_ATTRIBUTE asked = {type, out, *count};
  CK_RV code = module->functions->C_GetAttributeValue(session, object, &asked, 1);
  if (code != CKR_OK) return code;
  if (asked.ulValueLen > *count) return CKR_BUFFER_TOO_SMALL;
  *count = asked.ulValueLen;
  return CKR_OK;
}

kms_p11_code kms_p11_flag(
    kms_p11_module *module, kms_p11_handle session, kms_p11_handle object, unsigned long type, int *value) {
  CK_BBOOL told = CK_FALSE;
  CK_ATTRIBUTE asked = {type, &told, sizeof told};
  CK_RV code = module->functions->C_GetAttributeValue(session, object, &asked, 1);
  *value = told == CK_TRUE;
  return code;
}

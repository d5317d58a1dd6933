#include "internal.h"

kms_p11_code kms_p11_slots(kms_p11_module *module, kms_p11_handle *slots, unsigned long *count) {
  return module->functions->C_GetSlotList(CK_TRUE, slots, count);
}

static unsigned long limit(CK_ULONG told) {
  return told == CK_UNAVAILABLE_INFORMATION || told == CK_EFFECTIVELY_INFINITE ? 0 : told;
}

kms_p11_code kms_p11_token(kms_p11_module *module, kms_p11_handle slot, kms_p11_token_info *info) {
  CK_TOKEN_INFO told;
  CK_RV code = module->functions->C_GetTokenInfo(slot, &told);
  if (code != CKR_OK) return code;
  kms_p11_text(info->label, told.label, sizeof told.label);
  kms_p11_text(info->serial, told.serialNumber, sizeof told.serialNumber);
  kms_p11_text(info->manufacturer, told.manufacturerID, sizeof told.manufacturerID);
  kms_p11_text(info->model, told.model, sizeof told.model);
  info->flags = (told.flags & CKF_WRITE_PROTECTED ? KMS_P11_WRITE_PROTECTED : 0)
      | (told.flags & CKF_LOGIN_REQUIRED ? KMS_P11_LOGIN_REQUIRED : 0)
      | (told.flags & CKF_TOKEN_INITIALIZED ? KMS_P11_INITIALISED : 0)
      | (told.flags & CKF_USER_PIN_INITIALIZED ? KMS_P11_PIN_SET : 0)
      | (told.flags & CKF_USER_PIN_LOCKED ? KMS_P11_PIN_LOCKED : 0);
  info->most_sessions = limit(told.ulMaxSessionCount);
  info->most_writing_sessions = limit(told.ulMaxRwSessionCount);
  return CKR_OK;
}

enum { MOST_MECHANISMS = 1024 };

kms_p11_code kms_p11_mechanisms(
    kms_p11_module *module, kms_p11_handle slot, kms_p11_mechanism_info *mechanisms, unsigned long *count) {
  CK_MECHANISM_TYPE types[MOST_MECHANISMS];
  CK_ULONG room = *count, there = MOST_MECHANISMS;
  CK_RV code = module->functions->C_GetMechanismList(slot, types, &there);
  if (code != CKR_OK) return code;
  *count = 0;
  for (CK_ULONG at = 0; at < there && *count < room; at++) {
    CK_MECHANISM_INFO told;
    // A mechanism that is listed and has no information can't be relied on.
    if (module->functions->C_GetMechanismInfo(slot, types[at], &told) != CKR_OK) continue;
    mechanisms[(*count)++] =
        (kms_p11_mechanism_info){types[at], told.ulMinKeySize, told.ulMaxKeySize, told.flags};
  }
  return CKR_OK;
}

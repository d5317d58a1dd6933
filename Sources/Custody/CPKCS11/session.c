#include <stdint.h>

#include "internal.h"

kms_p11_code kms_p11_open_session(kms_p11_module *module, kms_p11_handle slot, int writing, kms_p11_handle *session) {
  CK_FLAGS flags = CKF_SERIAL_SESSION | (writing ? CKF_RW_SESSION : 0);
  return module->functions->C_OpenSession(slot, flags, NULL, NULL, session);
}

kms_p11_code kms_p11_close_session(kms_p11_module *module, kms_p11_handle session) {
  return module->functions->C_CloseSession(session);
}

kms_p11_code kms_p11_close_all_sessions(kms_p11_module *module, kms_p11_handle slot) {
  return module->functions->C_CloseAllSessions(slot);
}

// The standard's functions take no const; they don't write there.
kms_p11_code kms_p11_login(kms_p11_module *module, kms_p11_handle session, const uint8_t *pin, size_t count) {
  return module->functions->C_Login(session, CKU_USER, (CK_UTF8CHAR *)(uintptr_t)pin, count);
}

kms_p11_code kms_p11_random(kms_p11_module *module, kms_p11_handle session, uint8_t *out, size_t count) {
  return module->functions->C_GenerateRandom(session, out, count);
}

kms_p11_code kms_p11_is_logged_in(kms_p11_module *module, kms_p11_handle session, int *is) {
  CK_SESSION_INFO told;
  CK_RV code = module->functions->C_GetSessionInfo(session, &told);
  *is = code == CKR_OK && (told.state == CKS_RO_USER_FUNCTIONS || told.state == CKS_RW_USER_FUNCTIONS);
  return code;
}

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"

static CK_FUNCTION_LIST *functions_of(void *library, char *why, size_t room) {
  CK_C_GetFunctionList get;
  *(void **)&get = dlsym(library, "C_GetFunctionList");  // ISO C has no cast from an object to a function
  if (get == NULL) {
    snprintf(why, room, "it has no C_GetFunctionList");
    return NULL;
  }
  CK_FUNCTION_LIST *functions = NULL;
  CK_RV code = get(&functions);
  if (code == CKR_OK && functions != NULL && functions->version.major == 2) return functions;
  if (code == CKR_OK && functions != NULL) {
    snprintf(why, room, "it speaks version %d.%d", functions->version.major, functions->version.minor);
  } else {
    snprintf(why, room, "C_GetFunctionList returns 0x%lx", code);
  }
  return NULL;
}

kms_p11_module *kms_p11_load(const char *path, char *why, size_t why_room) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == NULL) {
    const char *reason = dlerror();
    snprintf(why, why_room, "%s", reason == NULL ? "it cannot be loaded" : reason);
    return NULL;
  }
  CK_FUNCTION_LIST *functions = functions_of(library, why, why_room);
  if (functions == NULL) return NULL;
  kms_p11_module *module = malloc(sizeof *module);
  if (module == NULL) {
    snprintf(why, why_room, "there is no memory");
    return NULL;
  }
  module->functions = functions;
  return module;
}

void kms_p11_free(kms_p11_module *module) { free(module); }

kms_p11_code kms_p11_initialize(kms_p11_module *module) {
  CK_C_INITIALIZE_ARGS arguments = {.flags = CKF_OS_LOCKING_OK};
  return module->functions->C_Initialize(&arguments);
}

kms_p11_code kms_p11_finalize(kms_p11_module *module) { return module->functions->C_Finalize(NULL); }

kms_p11_code kms_p11_describe(kms_p11_module *module, kms_p11_module_info *info) {
  CK_INFO told;
  CK_RV code = module->functions->C_GetInfo(&told);
  if (code != CKR_OK) return code;
  kms_p11_text(info->library, told.libraryDescription, sizeof told.libraryDescription);
  kms_p11_text(info->manufacturer, told.manufacturerID, sizeof told.manufacturerID);
  info->major = told.libraryVersion.major;
  info->minor = told.libraryVersion.minor;
  return CKR_OK;
}

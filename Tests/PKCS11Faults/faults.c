#include "pkcs11_faults.h"

#include <dlfcn.h>
#include <p11-kit-1/p11-kit/pkcs11.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// ---- What is to fail -------------------------------------------------------------------------------------

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t released = PTHREAD_COND_INITIALIZER;
static pkcs11_fault planned;
static unsigned long planned_at, planned_times, calls, hanging, releases;

void pkcs11_faults_plan(pkcs11_fault fault, unsigned long at, unsigned long times) {
  pthread_mutex_lock(&lock);
  planned = fault;
  planned_at = at;
  planned_times = times;
  calls = 0;
  pthread_mutex_unlock(&lock);
}

static unsigned long read_locked(const unsigned long *number) {
  pthread_mutex_lock(&lock);
  unsigned long value = *number;
  pthread_mutex_unlock(&lock);
  return value;
}

unsigned long pkcs11_faults_calls(void) { return read_locked(&calls); }
unsigned long pkcs11_faults_hanging(void) { return read_locked(&hanging); }

void pkcs11_faults_release(void) {
  pthread_mutex_lock(&lock);
  releases++;
  pthread_cond_broadcast(&released);
  pthread_mutex_unlock(&lock);
}

static void hang(void) {
  unsigned long seen = releases;
  hanging++;
  while (releases == seen) pthread_cond_wait(&released, &lock);
  hanging--;
}

// While a file is there that the environment names, the token is away.
static int is_away(void) {
  const char *path = getenv("PKCS11_FAULTS_AWAY");
  return path != NULL && access(path, F_OK) == 0;
}

// The fault of this call, if it is its turn.
static pkcs11_fault next(void) {
  pthread_mutex_lock(&lock);
  calls++;
  pkcs11_fault fault = PKCS11_FAULT_NONE;
  if (calls >= planned_at && calls - planned_at < planned_times) fault = planned;
  if (fault == PKCS11_FAULT_NONE && is_away()) fault = PKCS11_FAULT_TOKEN_NOT_PRESENT;
  if (fault == PKCS11_FAULT_HANG) hang();
  pthread_mutex_unlock(&lock);
  return fault == PKCS11_FAULT_HANG ? PKCS11_FAULT_NONE : fault;
}

// ---- Sessions that are open ------------------------------------------------------------------------------

enum { MOST_SESSIONS = 4096 };
static struct {
  CK_SESSION_HANDLE handle;
  CK_SLOT_ID slot;
} sessions[MOST_SESSIONS];
static unsigned long session_count;

unsigned long pkcs11_faults_sessions(void) { return read_locked(&session_count); }

static void opened(CK_SESSION_HANDLE handle, CK_SLOT_ID slot) {
  pthread_mutex_lock(&lock);
  if (session_count == MOST_SESSIONS) abort();
  sessions[session_count].handle = handle;
  sessions[session_count++].slot = slot;
  pthread_mutex_unlock(&lock);
}

static void forget(int all, CK_SESSION_HANDLE handle, CK_SLOT_ID slot) {
  pthread_mutex_lock(&lock);
  unsigned long kept = 0;
  for (unsigned long at = 0; at < session_count; at++) {
    int goes = all ? sessions[at].slot == slot : sessions[at].handle == handle;
    if (!goes) sessions[kept++] = sessions[at];
  }
  session_count = kept;
  pthread_mutex_unlock(&lock);
}

static int slot_of(CK_SESSION_HANDLE handle, CK_SLOT_ID *slot) {
  int found = 0;
  pthread_mutex_lock(&lock);
  for (unsigned long at = 0; at < session_count && !found; at++) {
    if (sessions[at].handle != handle) continue;
    *slot = sessions[at].slot;
    found = 1;
  }
  pthread_mutex_unlock(&lock);
  return found;
}

// ---- The module below ------------------------------------------------------------------------------------

static CK_FUNCTION_LIST *below;
static CK_FUNCTION_LIST ours;

static CK_RV open_below(void) {
  const char *path = getenv("PKCS11_FAULTS_MODULE");
  void *library = path == NULL ? NULL : dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == NULL) return CKR_LIBRARY_LOAD_FAILED;
  CK_C_GetFunctionList get;
  *(void **)&get = dlsym(library, "C_GetFunctionList");
  return get == NULL ? CKR_LIBRARY_LOAD_FAILED : get(&below);
}

// A device that fails takes things with it.
static CK_RV suffer(pkcs11_fault fault, int has_session, CK_SESSION_HANDLE session) {
  CK_SLOT_ID slot;
  switch (fault) {
    case PKCS11_FAULT_NONE:
    case PKCS11_FAULT_HANG:
      return CKR_OK;
    case PKCS11_FAULT_SESSION_HANDLE_INVALID:
      if (has_session && below->C_CloseSession(session) == CKR_OK) forget(0, session, 0);
      return CKR_SESSION_HANDLE_INVALID;
    case PKCS11_FAULT_DEVICE_ERROR:
      return CKR_DEVICE_ERROR;
    case PKCS11_FAULT_DEVICE_MEMORY:
      return CKR_DEVICE_MEMORY;
    case PKCS11_FAULT_TOKEN_NOT_PRESENT:
      if (has_session && slot_of(session, &slot) && below->C_CloseAllSessions(slot) == CKR_OK) forget(1, 0, slot);
      return CKR_TOKEN_NOT_PRESENT;
    case PKCS11_FAULT_USER_NOT_LOGGED_IN:
      if (has_session) below->C_Logout(session);
      return CKR_USER_NOT_LOGGED_IN;
  }
  return CKR_GENERAL_ERROR;
}

#define FAIL_WITHOUT_SESSION()                  \
  do {                                          \
    CK_RV failed = suffer(next(), 0, 0);        \
    if (failed != CKR_OK) return failed;        \
  } while (0)

#define PLAIN(name, parameters, arguments)      \
  static CK_RV faulty_##name parameters {       \
    FAIL_WITHOUT_SESSION();                     \
    return below->name arguments;               \
  }

#define IN_SESSION(name, parameters, arguments) \
  static CK_RV faulty_##name parameters {       \
    CK_RV failed = suffer(next(), 1, session);  \
    if (failed != CKR_OK) return failed;        \
    return below->name arguments;               \
  }

PLAIN(C_GetInfo, (CK_INFO * info), (info))
PLAIN(C_GetSlotList, (CK_BBOOL present, CK_SLOT_ID *slots, CK_ULONG *count), (present, slots, count))
IN_SESSION(C_Login, (CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR *pin, CK_ULONG count),
           (session, user, pin, count))
IN_SESSION(C_GenerateRandom, (CK_SESSION_HANDLE session, CK_BYTE *out, CK_ULONG count), (session, out, count))
IN_SESSION(C_FindObjectsInit, (CK_SESSION_HANDLE session, CK_ATTRIBUTE *template, CK_ULONG count),
           (session, template, count))
IN_SESSION(C_FindObjects, (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *found, CK_ULONG room, CK_ULONG *count),
           (session, found, room, count))
IN_SESSION(C_FindObjectsFinal, (CK_SESSION_HANDLE session), (session))
IN_SESSION(C_CreateObject,
           (CK_SESSION_HANDLE session, CK_ATTRIBUTE *template, CK_ULONG count, CK_OBJECT_HANDLE *object),
           (session, template, count, object))
IN_SESSION(C_WrapKey,
           (CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE wrapping, CK_OBJECT_HANDLE key,
            CK_BYTE *out, CK_ULONG *count),
           (session, mechanism, wrapping, key, out, count))
IN_SESSION(C_UnwrapKey,
           (CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE unwrapping, CK_BYTE *in,
            CK_ULONG in_count, CK_ATTRIBUTE *template, CK_ULONG count, CK_OBJECT_HANDLE *key),
           (session, mechanism, unwrapping, in, in_count, template, count, key))
IN_SESSION(C_DestroyObject, (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object), (session, object))
IN_SESSION(C_GetAttributeValue,
           (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *template, CK_ULONG count),
           (session, object, template, count))
IN_SESSION(C_EncryptInit, (CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key),
           (session, mechanism, key))
IN_SESSION(C_DecryptInit, (CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key),
           (session, mechanism, key))
IN_SESSION(C_SignInit, (CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key),
           (session, mechanism, key))
IN_SESSION(C_Encrypt,
           (CK_SESSION_HANDLE session, CK_BYTE *in, CK_ULONG in_count, CK_BYTE *out, CK_ULONG *count),
           (session, in, in_count, out, count))
IN_SESSION(C_Decrypt,
           (CK_SESSION_HANDLE session, CK_BYTE *in, CK_ULONG in_count, CK_BYTE *out, CK_ULONG *count),
           (session, in, in_count, out, count))
IN_SESSION(C_Sign, (CK_SESSION_HANDLE session, CK_BYTE *in, CK_ULONG in_count, CK_BYTE *out, CK_ULONG *count),
           (session, in, in_count, out, count))
IN_SESSION(C_DeriveKey,
           (CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE base, CK_ATTRIBUTE *template,
            CK_ULONG count, CK_OBJECT_HANDLE *key),
           (session, mechanism, base, template, count, key))

// ---- What the environment asks for -----------------------------------------------------------------------

// A token that says that it can only be read ("token"), that lets nobody write ("session"), or that says so once something is to be
// made ("object").
static int is_read_only(const char *where) {
  const char *asked = getenv("PKCS11_FAULTS_READ_ONLY");
  return asked != NULL && strcmp(asked, where) == 0;
}

static CK_RV faulty_C_GetTokenInfo(CK_SLOT_ID slot, CK_TOKEN_INFO *info) {
  FAIL_WITHOUT_SESSION();
  CK_RV code = below->C_GetTokenInfo(slot, info);
  if (code == CKR_OK && is_read_only("token")) info->flags |= CKF_WRITE_PROTECTED;
  return code;
}

// With PKCS11_FAULTS_READABLE what is made may be read, so that a test knows what to look for elsewhere.
enum { MOST_ATTRIBUTES = 64 };
static CK_ATTRIBUTE *readable(const CK_ATTRIBUTE *template, CK_ULONG count, CK_ATTRIBUTE *room) {
  static CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
  if (getenv("PKCS11_FAULTS_READABLE") == NULL || count > MOST_ATTRIBUTES) return (CK_ATTRIBUTE *)template;
  memcpy(room, template, count * sizeof *template);
  for (CK_ULONG at = 0; at < count; at++) {
    if (room[at].type == CKA_SENSITIVE) room[at].pValue = &no;
    if (room[at].type == CKA_EXTRACTABLE) room[at].pValue = &yes;
  }
  return room;
}

// While a file is there that the environment names, the process dies once the token has made a key, before anybody learns of it.
static CK_RV die_if_asked(CK_RV code) {
  const char *path = getenv("PKCS11_FAULTS_DYING");
  if (code == CKR_OK && path != NULL && access(path, F_OK) == 0) raise(SIGKILL);
  return code;
}

static CK_RV faulty_C_GenerateKey(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_ATTRIBUTE *template, CK_ULONG count, CK_OBJECT_HANDLE *key) {
  CK_RV failed = suffer(next(), 1, session);
  if (failed != CKR_OK) return failed;
  if (is_read_only("object")) return CKR_SESSION_READ_ONLY;
  CK_ATTRIBUTE room[MOST_ATTRIBUTES];
  return die_if_asked(below->C_GenerateKey(session, mechanism, readable(template, count, room), count, key));
}

static CK_RV faulty_C_GenerateKeyPair(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_ATTRIBUTE *public_template, CK_ULONG public_count,
    CK_ATTRIBUTE *private_template, CK_ULONG private_count, CK_OBJECT_HANDLE *public_key,
    CK_OBJECT_HANDLE *private_key) {
  CK_RV failed = suffer(next(), 1, session);
  if (failed != CKR_OK) return failed;
  CK_ATTRIBUTE room[MOST_ATTRIBUTES];
  return die_if_asked(below->C_GenerateKeyPair(session, mechanism, public_template, public_count,
                                               readable(private_template, private_count, room), private_count,
                                               public_key, private_key));
}

static CK_RV faulty_C_OpenSession(
    CK_SLOT_ID slot, CK_FLAGS flags, void *application, CK_NOTIFY notify, CK_SESSION_HANDLE *session) {
  FAIL_WITHOUT_SESSION();
  if ((flags & CKF_RW_SESSION) && is_read_only("session")) return CKR_TOKEN_WRITE_PROTECTED;
  CK_RV code = below->C_OpenSession(slot, flags, application, notify, session);
  if (code == CKR_OK) opened(*session, slot);
  return code;
}

static CK_RV faulty_C_CloseSession(CK_SESSION_HANDLE session) {
  CK_RV failed = suffer(next(), 1, session);
  if (failed != CKR_OK) return failed;
  CK_RV code = below->C_CloseSession(session);
  if (code == CKR_OK) forget(0, session, 0);
  return code;
}

static CK_RV faulty_C_CloseAllSessions(CK_SLOT_ID slot) {
  FAIL_WITHOUT_SESSION();
  CK_RV code = below->C_CloseAllSessions(slot);
  if (code == CKR_OK) forget(1, 0, slot);
  return code;
}

static CK_RV faulty_C_Initialize(void *arguments) {
  FAIL_WITHOUT_SESSION();
  return below->C_Initialize(arguments);
}

static CK_RV faulty_C_Finalize(void *reserved) {
  FAIL_WITHOUT_SESSION();
  CK_RV code = below->C_Finalize(reserved);
  if (code == CKR_OK) {
    pthread_mutex_lock(&lock);
    session_count = 0;
    pthread_mutex_unlock(&lock);
  }
  return code;
}

#define OURS(name) ours.name = faulty_##name

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **functions) {
  CK_RV code = below == NULL ? open_below() : CKR_OK;
  if (code != CKR_OK) return code;
  ours = *below;
  OURS(C_GetInfo), OURS(C_GetSlotList), OURS(C_GetTokenInfo), OURS(C_Login), OURS(C_GenerateRandom);
  OURS(C_FindObjectsInit), OURS(C_FindObjects), OURS(C_FindObjectsFinal), OURS(C_GenerateKey), OURS(C_GenerateKeyPair);
  OURS(C_DestroyObject), OURS(C_GetAttributeValue), OURS(C_EncryptInit), OURS(C_Encrypt), OURS(C_DecryptInit);
  OURS(C_Decrypt), OURS(C_SignInit), OURS(C_Sign), OURS(C_DeriveKey), OURS(C_OpenSession), OURS(C_CloseSession);
  OURS(C_CloseAllSessions), OURS(C_Initialize), OURS(C_Finalize), OURS(C_CreateObject), OURS(C_WrapKey);
  OURS(C_UnwrapKey);
  *functions = &ours;
  return CKR_OK;
}

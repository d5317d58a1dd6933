// PKCS#11 2.40 for Swift: a module loaded by path, and the calls that custody makes on it.
//
// Nothing here decides or remembers anything: each function is one or two calls of the standard and returns its code, 0 for
// success. Codes, handles, mechanisms and flags have the standard's numbers. Texts of the standard, padded with blanks
// there, are cut and end with a zero byte here.

#ifndef KMS_PKCS11_H
#define KMS_PKCS11_H

#include <stddef.h>
#include <stdint.h>

typedef struct kms_p11_module kms_p11_module;
typedef unsigned long kms_p11_code;
typedef unsigned long kms_p11_handle;

// ---- The module (module.c) -------------------------------------------------------------------------------

// NULL with a reason in `why` when there is no such library, or it is no such module. It stays loaded for as long as the
// process lives: modules run threads and exit handlers of their own, which unloading would pull the code away from.
kms_p11_module *kms_p11_load(const char *path, char *why, size_t why_room);
void kms_p11_free(kms_p11_module *module);

// With the operating system's locks, because several threads call.
kms_p11_code kms_p11_initialize(kms_p11_module *module);
kms_p11_code kms_p11_finalize(kms_p11_module *module);

typedef struct {
  char library[33];
  char manufacturer[33];
  uint8_t major, minor;
} kms_p11_module_info;
kms_p11_code kms_p11_describe(kms_p11_module *module, kms_p11_module_info *info);

// ---- Tokens (token.c) ------------------------------------------------------------------------------------

// The slots that have a token. `count`: room, then how many there are.
kms_p11_code kms_p11_slots(kms_p11_module *module, kms_p11_handle *slots, unsigned long *count);

enum {
  KMS_P11_WRITE_PROTECTED = 1,
  KMS_P11_LOGIN_REQUIRED = 2,
  KMS_P11_INITIALISED = 4,
  KMS_P11_PIN_SET = 8,
  KMS_P11_PIN_LOCKED = 16,
};

typedef struct {
  char label[33];
  char serial[17];
  char manufacturer[33];
  char model[17];
  unsigned flags;  // of those above
  // 0: the token doesn't say, or knows no limit.
  unsigned long most_sessions, most_writing_sessions;
} kms_p11_token_info;
kms_p11_code kms_p11_token(kms_p11_module *module, kms_p11_handle slot, kms_p11_token_info *info);

typedef struct {
  unsigned long type, least, most, flags;
} kms_p11_mechanism_info;
// `count`: room, then how many there are.
kms_p11_code kms_p11_mechanisms(
    kms_p11_module *module, kms_p11_handle slot, kms_p11_mechanism_info *mechanisms, unsigned long *count);

// ---- Sessions (session.c) --------------------------------------------------------------------------------

kms_p11_code kms_p11_open_session(kms_p11_module *module, kms_p11_handle slot, int writing, kms_p11_handle *session);
kms_p11_code kms_p11_close_session(kms_p11_module *module, kms_p11_handle session);
kms_p11_code kms_p11_close_all_sessions(kms_p11_module *module, kms_p11_handle slot);
kms_p11_code kms_p11_login(kms_p11_module *module, kms_p11_handle session, const uint8_t *pin, size_t count);
// Whether somebody is logged in as the user, as the token says.
kms_p11_code kms_p11_is_logged_in(kms_p11_module *module, kms_p11_handle session, int *is);
kms_p11_code kms_p11_random(kms_p11_module *module, kms_p11_handle session, uint8_t *out, size_t count);

// ---- Objects (object.c) ----------------------------------------------------------------------------------

typedef enum { KMS_P11_SECRET = 4, KMS_P11_PRIVATE = 3, KMS_P11_PUBLIC = 2 } kms_p11_class;

typedef struct {
  const uint8_t *id;
  size_t id_count;
  const char *label;
} kms_p11_name;

// At most `room` objects of that class and CKA_ID; `count` says how many.
kms_p11_code kms_p11_find(
    kms_p11_module *module, kms_p11_handle session, kms_p11_class kind, const uint8_t *id, size_t id_count,
    kms_p11_handle *found, size_t room, size_t *count);

typedef enum {
  KMS_P11_USE_SIGN = 1,
  KMS_P11_USE_DECRYPT = 2,
  KMS_P11_USE_DERIVE = 4,
  KMS_P11_USE_ENCRYPT = 8,
  KMS_P11_USE_WRAP = 16,  // and unwrap
} kms_p11_use;

typedef enum { KMS_P11_KEY_AES, KMS_P11_KEY_GENERIC } kms_p11_secret_kind;
// On the token, sensitive, never extractable, private. `uses`: of those above.
kms_p11_code kms_p11_make_secret(
    kms_p11_module *module, kms_p11_handle session, kms_p11_secret_kind kind, size_t length, unsigned uses,
    const kms_p11_name *name, kms_p11_handle *key);

typedef struct {
  unsigned long rsa_bits;    // 0: an elliptic curve
  const uint8_t *exponent;   // of RSA, the public one, big-endian
  size_t exponent_count;
  const uint8_t *curve;      // its object identifier (DER)
  size_t curve_count;
  unsigned uses;             // of the private half
} kms_p11_pair_kind;
// Both halves on the token under the same name; the private one as above.
kms_p11_code kms_p11_make_pair(
    kms_p11_module *module, kms_p11_handle session, const kms_p11_pair_kind *kind, const kms_p11_name *name,
    kms_p11_handle *public_half, kms_p11_handle *private_half);

kms_p11_code kms_p11_destroy(kms_p11_module *module, kms_p11_handle session, kms_p11_handle object);

enum { KMS_P11_MODULUS = 0x120, KMS_P11_EXPONENT = 0x122, KMS_P11_EC_POINT = 0x181 };
// `count`: room, then the attribute's length.
kms_p11_code kms_p11_attribute(
    kms_p11_module *module, kms_p11_handle session, kms_p11_handle object, unsigned long type, uint8_t *out,
    unsigned long *count);

enum { KMS_P11_SENSITIVE = 0x103, KMS_P11_EXTRACTABLE = 0x162, KMS_P11_NEVER_EXTRACTABLE = 0x164 };
kms_p11_code kms_p11_flag(
    kms_p11_module *module, kms_p11_handle session, kms_p11_handle object, unsigned long type, int *value);

// ---- Using keys (use.c) ----------------------------------------------------------------------------------

typedef enum {
  KMS_P11_PLAIN,
  KMS_P11_VECTOR,  // the IV is the parameter
  KMS_P11_COUNTER,
  KMS_P11_GCM,
  KMS_P11_OAEP,
  KMS_P11_PSS,
} kms_p11_parameters;
typedef struct {
  unsigned long type;
  kms_p11_parameters kind;
  const uint8_t *iv;     // of GCM the nonce; of a counter its first block, 16 bytes that count as one number
  size_t iv_count;
  const uint8_t *bound;  // GCM: associated data
  size_t bound_count;
  size_t tag_count;      // GCM, bytes
  unsigned long hash;    // OAEP and PSS, for the mask generation too
  unsigned long mask;
  unsigned long salt;    // PSS, bytes
} kms_p11_mechanism;

// `count`: room, then the length of what came out. What was begun is ended in every case.
kms_p11_code kms_p11_encrypt(
    kms_p11_module *module, kms_p11_handle session, kms_p11_handle key, const kms_p11_mechanism *mechanism,
    const uint8_t *in, size_t in_count, uint8_t *out, unsigned long *count);
kms_p11_code kms_p11_decrypt(
    kms_p11_module *module, kms_p11_handle session, kms_p11_handle key, const kms_p11_mechanism *mechanism,
    const uint8_t *in, size_t in_count, uint8_t *out, unsigned long *count);
kms_p11_code kms_p11_sign(
    kms_p11_module *module, kms_p11_handle session, kms_p11_handle key, const kms_p11_mechanism *mechanism,
    const uint8_t *in, size_t in_count, uint8_t *out, unsigned long *count);
// Wraps bytes by a key that wraps keys: they are a secret of the session for a moment.
kms_p11_code kms_p11_wrap(
    kms_p11_module *module, kms_p11_handle session, kms_p11_handle key, const kms_p11_mechanism *mechanism,
    const uint8_t *in, size_t in_count, uint8_t *out, unsigned long *count);
// The other way round, likewise.
kms_p11_code kms_p11_unwrap(
    kms_p11_module *module, kms_p11_handle session, kms_p11_handle key, const kms_p11_mechanism *mechanism,
    const uint8_t *in, size_t in_count, uint8_t *out, unsigned long *count);
// What an elliptic curve's key agrees on with a peer's point: the x-coordinate, `count` bytes. It is an object of the session
// for a moment.
kms_p11_code kms_p11_agree(
    kms_p11_module *module, kms_p11_handle session, kms_p11_handle key, const uint8_t *point, size_t point_count,
    uint8_t *out, unsigned long count);
// Whether the token would decrypt with these parameters. What it began stays so: the session is good for nothing afterwards.
kms_p11_code kms_p11_try_decrypt(
    kms_p11_module *module, kms_p11_handle session, kms_p11_handle key, const kms_p11_mechanism *mechanism);

#endif

// A PKCS#11 module for tests: it forwards everything to the module that the environment variable PKCS11_FAULTS_MODULE names, and
// makes a call of one's choice fail as a device would. PKCS11_FAULTS_READ_ONLY has the token say that it can only be read: "token" when
// it is asked what it is, "session" when a session is opened that may write, "object" when a key is to be made. While there is a file of the name that PKCS11_FAULTS_AWAY
// gives, the token isn't there. With PKCS11_FAULTS_READABLE private and secret keys are made so that everybody who is logged in can read
// them.

#ifndef PKCS11_FAULTS_H
#define PKCS11_FAULTS_H

typedef enum {
  PKCS11_FAULT_NONE,
  // The session is gone in fact.
  PKCS11_FAULT_SESSION_HANDLE_INVALID,
  PKCS11_FAULT_DEVICE_ERROR,
  PKCS11_FAULT_DEVICE_MEMORY,
  // All sessions are gone in fact.
  PKCS11_FAULT_TOKEN_NOT_PRESENT,
  // Nobody is logged in any more in fact.
  PKCS11_FAULT_USER_NOT_LOGGED_IN,
  // The call stays away until `pkcs11_faults_release`.
  PKCS11_FAULT_HANG,
} pkcs11_fault;

// From now on, calls are counted from 1; the one with this number fails, and as many after it as `times` says.
void pkcs11_faults_plan(pkcs11_fault fault, unsigned long at, unsigned long times);
// Calls since the plan was made.
unsigned long pkcs11_faults_calls(void);
// Lets every call go on that hangs.
void pkcs11_faults_release(void);
// Calls that hang now.
unsigned long pkcs11_faults_hanging(void);
// Sessions that are open, by what the module below has confirmed.
unsigned long pkcs11_faults_sessions(void);

#endif

#include "kms_openssl.h"

// As much of TTLV (KMIP 2.1 section 10) as a load generator has to read.
#pragma once

#include <stddef.h>

/// Of the message that begins here, in bytes; 0 while that can't be said.
size_t message_length(const unsigned char *bytes, size_t count);
/// Whether the first item of an answer says that it succeeded.
int message_succeeded(const unsigned char *message, size_t length);

#include "message.h"

#include <stdint.h>

enum { HEAD = 8, BATCH_ITEM = 0x42000f, RESULT_STATUS = 0x42007f };

static uint32_t word(const unsigned char *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

size_t message_length(const unsigned char *bytes, size_t count) {
  return count < HEAD ? 0 : HEAD + (size_t)word(bytes + 4);
}

/// Where the first item with that tag begins; `end` when there is none.
static size_t find(const unsigned char *message, size_t at, size_t end, uint32_t tag) {
  while (end - at >= HEAD && word(message + at) >> 8 != tag) {
    size_t length = HEAD + (((size_t)word(message + at + 4) + 7) & ~(size_t)7);
    if (length > end - at) return end;
    at += length;
  }
  return end - at >= HEAD ? at : end;
}

int message_succeeded(const unsigned char *message, size_t length) {
  size_t item = find(message, HEAD, length, BATCH_ITEM);
  if (item == length) return 0;
  size_t status = find(message, item + HEAD, length, RESULT_STATUS);
  return length - status >= 2 * HEAD && word(message + status + HEAD) == 0;
}

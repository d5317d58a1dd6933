// One TLS connection that keeps a number of requests under way.
#pragma once

#include <openssl/ssl.h>
#include <stddef.h>
#include <stdint.h>

enum { DEEPEST = 1024, ROOM = 1 << 21 };

/// What is sent, over and over: whole messages, one behind the other.
struct requests {
  const unsigned char *bytes;
  /// Where each begins; one more says where the last ends.
  size_t *starts;
  size_t count, next;
};

/// What was seen of all connections.
struct tally {
  uint64_t answered, refused, handshakes, resumed;
  /// Of answers, by their latency in microseconds; the last counts what took longer.
  uint32_t *latencies;
  size_t slowest;
};

struct connection {
  SSL *ssl;
  int socket, is_shaken;
  unsigned char *in, *out;
  size_t in_count, out_count, out_sent;
  /// When those under way were sent: a ring.
  uint64_t sent_at[DEEPEST];
  unsigned oldest, under_way, depth;
  int wants_to_write;
};

/// Begins; nothing was sent yet. Returns 0, or -1 when it failed.
int connection_open(struct connection *self, SSL_CTX *context, int port, unsigned depth);
/// Goes on as far as it gets without waiting, and sends more while `sends_more`. Returns 0, or -1 when the connection broke.
int connection_go_on(struct connection *self, struct requests *requests, struct tally *tally, int sends_more);
void connection_close(struct connection *self);

/// Microseconds of a clock that only goes forward.
uint64_t now_microseconds(void);

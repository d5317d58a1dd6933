#include "connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "message.h"

uint64_t now_microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

int connection_open(struct connection *self, SSL_CTX *context, int port, unsigned depth) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int yes = 1;
  self->is_shaken = self->wants_to_write = 0;
  self->in_count = self->out_count = self->out_sent = 0;
  self->oldest = self->under_way = 0;
  self->depth = depth;
  self->ssl = SSL_new(context);
  self->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (self->ssl == NULL || self->socket < 0) return -1;
  setsockopt(self->socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (connect(self->socket, (struct sockaddr *)&address, sizeof address) != 0 && errno != EINPROGRESS) return -1;
  SSL_set_connect_state(self->ssl);
  return SSL_set_fd(self->ssl, self->socket) == 1 ? 0 : -1;
}

void connection_close(struct connection *self) {
  if (self->ssl != NULL && self->is_shaken) SSL_shutdown(self->ssl);
  SSL_free(self->ssl);
  if (self->socket >= 0) close(self->socket);
  self->ssl = NULL;
  self->socket = -1;
}

/// Returns 1 where it only has to wait, -1 where the connection is broken.
static int trouble(struct connection *self, int result) {
  int error = SSL_get_error(self->ssl, result);
  if (error == SSL_ERROR_WANT_WRITE) self->wants_to_write = 1;
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 1 : -1;
}

static int shake(struct connection *self, struct tally *tally) {
  int result = SSL_do_handshake(self->ssl);
  if (result != 1) return trouble(self, result);
  self->is_shaken = 1;
  tally->handshakes++;
  tally->resumed += SSL_session_reused(self->ssl) == 1;
  return 0;
}

static int flush(struct connection *self) {
  while (self->out_sent < self->out_count) {
    int sent = SSL_write(self->ssl, self->out + self->out_sent, (int)(self->out_count - self->out_sent));
    if (sent <= 0) return trouble(self, sent);
    self->out_sent += (size_t)sent;
  }
  self->out_sent = self->out_count = 0;
  return 0;
}

/// Fills up to the depth.
static int send_more(struct connection *self, struct requests *requests) {
  uint64_t now = now_microseconds();
  while (self->under_way < self->depth) {
    size_t start = requests->starts[requests->next], length = requests->starts[requests->next + 1] - start;
    if (ROOM - self->out_count < length) break;
    memcpy(self->out + self->out_count, requests->bytes + start, length);
    self->out_count += length;
    self->sent_at[(self->oldest + self->under_way) % DEEPEST] = now;
    self->under_way++;
    requests->next = (requests->next + 1) % requests->count;
  }
  return flush(self);
}

static void note(struct connection *self, struct tally *tally, const unsigned char *answer, size_t length) {
  uint64_t took = now_microseconds() - self->sent_at[self->oldest];
  self->oldest = (self->oldest + 1) % DEEPEST;
  self->under_way--;
  tally->answered++;
  tally->refused += !message_succeeded(answer, length);
  tally->latencies[took < tally->slowest ? took : tally->slowest]++;
}

/// Counts the answers that are whole. Returns -1 for bytes that aren't asked for.
static int take_answers(struct connection *self, struct tally *tally) {
  size_t at = 0;
  for (;;) {
    size_t length = message_length(self->in + at, self->in_count - at);
    if (length > ROOM) return -1;
    if (length == 0 || length > self->in_count - at) break;
    if (self->under_way == 0) return -1;
    note(self, tally, self->in + at, length);
    at += length;
  }
  self->in_count -= at;
  memmove(self->in, self->in + at, self->in_count);
  return 0;
}

int connection_go_on(struct connection *self, struct requests *requests, struct tally *tally, int sends_more) {
  self->wants_to_write = 0;
  if (!self->is_shaken) {
    int result = shake(self, tally);
    if (result != 0) return result < 0 ? -1 : 0;
  }
  if (flush(self) < 0) return -1;
  for (;;) {
    int got = SSL_read(self->ssl, self->in + self->in_count, (int)(ROOM - self->in_count));
    if (got <= 0) {
      if (trouble(self, got) < 0) return -1;
      break;
    }
    self->in_count += (size_t)got;
    if (take_answers(self, tally) != 0) return -1;
  }
  return sends_more && self->out_count == 0 && send_more(self, requests) < 0 ? -1 : 0;
}

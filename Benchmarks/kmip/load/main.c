// Drives a KMIP server over mutual TLS from one thread, and prints one line of JSON: counts, and latencies in microseconds.

#include <fcntl.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "connection.h"
#include "message.h"

enum { MOST_CONNECTIONS = 1024, SLOWEST = 10000000, PATIENCE = 10000000 };

struct load {
  int port, seconds, once;
  unsigned connections, depth;
  SSL_CTX *context;
  struct requests requests;
  struct tally tally;
  uint64_t broken;
  char version[16];
};

static void fail(const char *why) {
  fprintf(stderr, "kmip-load: %s\n", why);
  exit(1);
}

static void read_requests(struct requests *self, const char *path) {
  struct stat facts;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0 || fstat(file, &facts) != 0 || facts.st_size < 8) fail("no requests");
  size_t size = (size_t)facts.st_size, at = 0;
  self->bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
  self->starts = malloc((size / 8 + 2) * sizeof *self->starts);
  if (self->bytes == MAP_FAILED || self->starts == NULL) fail("no memory");
  while (at < size) {
    size_t length = message_length(self->bytes + at, size - at);
    if (length == 0 || length > size - at || length > ROOM / 2) fail("the file isn't made of messages");
    self->starts[self->count++] = at;
    at += length;
  }
  self->starts[self->count] = size;
}

/// TLS 1.3 where the server has it; every handshake is a whole one.
/// - Parameter authority: NULL where the server's certificate isn't looked at.
static SSL_CTX *make_context(const char *certificate, const char *key, const char *authority) {
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  if (context == NULL || SSL_CTX_use_certificate_chain_file(context, certificate) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1)
    fail("no certificate or key");
  if (strcmp(authority, "none") != 0) {
    if (SSL_CTX_load_verify_locations(context, authority, NULL) != 1) fail("no authority");
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
  }
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);
  return context;
}

static void watch(int poll, int how, struct connection *connection) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
  if (connection->wants_to_write || !connection->is_shaken) event.events |= EPOLLOUT;
  if (epoll_ctl(poll, how, connection->socket, &event) != 0) fail("epoll");
}

static int begin(struct load *load, int poll, struct connection *connection) {
  if (connection_open(connection, load->context, load->port, load->once ? 1 : load->depth) != 0) return -1;
  watch(poll, EPOLL_CTL_ADD, connection);
  return 0;
}

/// Returns whether the connection is at its end.
static int serve(struct load *load, int poll, struct connection *connection, int is_late) {
  int was_shaken = connection->is_shaken, had_wanted = connection->wants_to_write;
  uint64_t answered = load->tally.answered;
  int sends = !is_late && !(load->once && connection->under_way > 0);
  if (connection_go_on(connection, &load->requests, &load->tally, sends) != 0) {
    load->broken++;
    return 1;
  }
  if (connection->is_shaken && !was_shaken)
    snprintf(load->version, sizeof load->version, "%s", SSL_get_version(connection->ssl));
  if (load->once && load->tally.answered > answered) return 1;
  if (is_late && connection->under_way == 0) return 1;
  if (connection->is_shaken != was_shaken || connection->wants_to_write != had_wanted)
    watch(poll, EPOLL_CTL_MOD, connection);
  return 0;
}

/// Sends for so many seconds, then waits for what is still under way. Returns microseconds.
static uint64_t drive(struct load *load, struct connection *all) {
  struct epoll_event events[MOST_CONNECTIONS];
  int poll = epoll_create1(EPOLL_CLOEXEC);
  unsigned open = load->connections;
  uint64_t start = now_microseconds(), end = start + (uint64_t)load->seconds * 1000000;
  for (unsigned index = 0; index < load->connections; index++)
    if (begin(load, poll, &all[index]) != 0) fail("no connection");
  while (open > 0 && now_microseconds() < end + PATIENCE) {
    int count = epoll_wait(poll, events, MOST_CONNECTIONS, 100);
    int is_late = now_microseconds() >= end;
    for (int index = 0; index < count; index++) {
      struct connection *connection = events[index].data.ptr;
      if (!serve(load, poll, connection, is_late)) continue;
      connection_close(connection);
      if (is_late || !load->once || begin(load, poll, connection) != 0) open--;
    }
  }
  load->broken += open;
  return now_microseconds() - start;
}

static size_t percentile(const struct tally *tally, unsigned percent) {
  uint64_t wanted = tally->answered * percent / 100, seen = 0;
  for (size_t value = 0; value <= tally->slowest; value++)
    if ((seen += tally->latencies[value]) > wanted) return value;
  return tally->slowest;
}

int main(int count, char **arguments) {
  if (count != 9 && count != 10) {
    fprintf(stderr, "usage: kmip-load PORT CERTIFICATE KEY AUTHORITY|none CONNECTIONS DEPTH SECONDS REQUESTS [once]\n");
    return 2;
  }
  struct load load = {
      .port = atoi(arguments[1]),
      .context = make_context(arguments[2], arguments[3], arguments[4]),
      .connections = (unsigned)atoi(arguments[5]),
      .depth = (unsigned)atoi(arguments[6]),
      .seconds = atoi(arguments[7]),
      .once = count == 10,
      .tally.slowest = SLOWEST,
  };
  if (load.connections < 1 || load.connections > MOST_CONNECTIONS || load.depth < 1 || load.depth > DEEPEST)
    fail("too many or too few");
  signal(SIGPIPE, SIG_IGN);
  read_requests(&load.requests, arguments[8]);
  struct connection *all = calloc(load.connections, sizeof *all);
  load.tally.latencies = calloc(SLOWEST + 1, sizeof *load.tally.latencies);
  if (all == NULL || load.tally.latencies == NULL) fail("no memory");
  for (unsigned index = 0; index < load.connections; index++) {
    all[index].in = malloc(ROOM);
    all[index].out = malloc(ROOM);
    if (all[index].in == NULL || all[index].out == NULL) fail("no memory");
  }
  uint64_t took = drive(&load, all);
  printf(
      "{\"requests\":%llu,\"microseconds\":%llu,\"refused\":%llu,\"broken\":%llu,\"handshakes\":%llu,\"resumed\":%llu,"
      "\"p50\":%zu,\"p99\":%zu,\"tls\":\"%s\"}\n",
      (unsigned long long)load.tally.answered, (unsigned long long)took, (unsigned long long)load.tally.refused,
      (unsigned long long)load.broken, (unsigned long long)load.tally.handshakes,
      (unsigned long long)load.tally.resumed, percentile(&load.tally, 50), percentile(&load.tally, 99), load.version);
  return 0;
}

#define _GNU_SOURCE
#include "kms_system.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

int kms_harden_process(void) {
  struct rlimit none = {0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0) return errno;
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return errno;
  return 0;
}

int kms_usable_processors(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  int count = CPU_COUNT(&set);
  return count > 0 ? count : 1;
}

int kms_writev_all(int fd, struct iovec *vectors, int count) {
  while (count > 0) {
    int batch = count > 1024 ? 1024 : count;  // IOV_MAX
    ssize_t written = writev(fd, vectors, batch);
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    size_t left = (size_t)written;
    while (count > 0 && left >= vectors->iov_len) {
      left -= vectors->iov_len;
      vectors++;
      count--;
    }
    if (count > 0 && left > 0) {
      vectors->iov_base = (char *)vectors->iov_base + left;
      vectors->iov_len -= left;
    }
  }
  return 0;
}

int kms_peer_uid(int fd, uid_t *uid) {
  struct ucred credentials;
  socklen_t length = sizeof credentials;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) return errno;
  *uid = credentials.uid;
  return 0;
}

static int64_t read_clock(clockid_t clock, int64_t per_second) {
  struct timespec now;
  if (clock_gettime(clock, &now) != 0) return 0;  // cannot fail for these clocks
  return (int64_t)now.tv_sec * per_second + now.tv_nsec / (1000000000 / per_second);
}

int64_t kms_realtime_ms(void) { return read_clock(CLOCK_REALTIME, 1000); }
int64_t kms_monotonic_ns(void) { return read_clock(CLOCK_MONOTONIC, 1000000000); }
int64_t kms_monotonic_coarse_ms(void) { return read_clock(CLOCK_MONOTONIC_COARSE, 1000); }

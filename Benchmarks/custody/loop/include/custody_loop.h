// The yardstick of the custody benchmark.
#ifndef CUSTODY_LOOP_H
#define CUSTODY_LOOP_H

/// AES-256-GCM over `bytes` bytes, `count` times, with a new key each time: a fetched cipher, one reused context, the
/// fewest calls that do it. With `draws` the keys are random; without, they are numbers that cost nothing to make.
/// Returns 0, or 1 when libcrypto failed.
int custody_loop(int count, int bytes, int draws);

#endif

#include <openssl/bn.h>
#include <string.h>

#include "explicit.h"

// Numbers that keys lack when they come as parts. libcrypto does the arithmetic; secret numbers are marked, so that it takes its
// constant-time ways.

static BIGNUM *secret(BN_CTX *room) {
  BIGNUM *made = BN_CTX_get(room);
  if (made != NULL) BN_set_flags(made, BN_FLG_CONSTTIME);
  return made;
}

static int read(BIGNUM *into, const uint8_t *bytes, size_t count) {
  return count <= KMS_LONGEST_MODULUS && BN_bin2bn(kms_bytes(bytes, count), (int)count, into) != NULL;
}

typedef struct {
  BN_CTX *room;
  BIGNUM *n, *e, *d, *p, *q, *p1, *q1, *t;
} rsa_numbers;

/// One attempt with a random base: a square root of 1 other than 1 and -1 shares a prime with n.
static int try_base(rsa_numbers *x, const BIGNUM *odd, int twos, BIGNUM *root, BIGNUM *last) {
  if (BN_priv_rand_range(root, x->n) != 1 || BN_mod_exp(root, root, odd, x->n, x->room) != 1) return -1;
  BN_sub(last, x->n, BN_value_one());
  for (int step = 0; step < twos; step++) {
    if (BN_is_one(root) || BN_cmp(root, last) == 0) return 0;
    if (BN_copy(x->t, root) == NULL || BN_mod_sqr(root, root, x->n, x->room) != 1) return -1;
    if (!BN_is_one(root)) continue;
    BN_sub(x->t, x->t, BN_value_one());
    return BN_gcd(x->p, x->t, x->n, x->room) == 1 && BN_div(x->q, NULL, x->n, x->p, x->room) == 1 ? 1 : -1;
  }
  return 0;
}

/// The primes from both exponents (NIST SP 800-56B appendix C.1). Each attempt fails with a chance of a half.
static int find_primes(rsa_numbers *x) {
  enum { ATTEMPTS = 100 };
  BIGNUM *odd = secret(x->room), *root = secret(x->room), *last = secret(x->room);
  int twos = 0, found = 0;
  if (last == NULL || BN_mul(odd, x->d, x->e, x->room) != 1 || BN_sub_word(odd, 1) != 1 || BN_is_zero(odd)) return 0;
  while (!BN_is_odd(odd)) {
    if (BN_rshift1(odd, odd) != 1) return 0;
    twos++;
  }
  for (int attempt = 0; found == 0 && attempt < ATTEMPTS; attempt++) found = try_base(x, odd, twos, root, last);
  if (found == 1 && BN_cmp(x->p, x->q) < 0) BN_swap(x->p, x->q);
  return found == 1;
}

/// The private exponent from the primes: the inverse of e modulo their least common multiple less one each.
static int find_exponent(rsa_numbers *x) {
  BIGNUM *both = secret(x->room), *common = secret(x->room);
  return common != NULL && BN_mul(both, x->p1, x->q1, x->room) == 1 && BN_gcd(common, x->p1, x->q1, x->room) == 1 &&
         BN_div(x->t, NULL, both, common, x->room) == 1 && BN_mod_inverse(x->d, x->e, x->t, x->room) != NULL;
}

static int write_numbers(rsa_numbers *x, size_t count, uint8_t *out) {
  BIGNUM *numbers[KMS_RSA_NUMBERS] = {x->p, x->q, x->d, secret(x->room), secret(x->room), secret(x->room)};
  if (numbers[5] == NULL || BN_mod(numbers[3], x->d, x->p1, x->room) != 1 ||
      BN_mod(numbers[4], x->d, x->q1, x->room) != 1 || BN_mod_inverse(numbers[5], x->q, x->p, x->room) == NULL)
    return 0;
  for (int at = 0; at < KMS_RSA_NUMBERS; at++)
    if (BN_bn2binpad(numbers[at], out + (size_t)at * count, (int)count) != (int)count) return 0;
  return 1;
}

static int complete(rsa_numbers *x, int has_exponent, int has_primes) {
  if (BN_num_bits(x->n) < 512 || !BN_is_odd(x->n) || !BN_is_odd(x->e) || BN_is_one(x->e)) return 0;
  if (!has_primes && (BN_cmp(x->d, x->n) >= 0 || !find_primes(x))) return 0;
  if (BN_mul(x->t, x->p, x->q, x->room) != 1 || BN_cmp(x->t, x->n) != 0 || BN_is_one(x->p) || BN_is_one(x->q)) return 0;
  BN_sub(x->p1, x->p, BN_value_one());
  BN_sub(x->q1, x->q, BN_value_one());
  return has_exponent || find_exponent(x);
}

kms_crypto_result kms_rsa_complete(
    const uint8_t *n, size_t n_count, const uint8_t *e, size_t e_count, const uint8_t *d, size_t d_count,
    const uint8_t *p, size_t p_count, const uint8_t *q, size_t q_count, uint8_t *out) {
  int has_primes = p != NULL && q != NULL;
  if (kms_fetched() == NULL || (d == NULL && !has_primes)) return kms_failed();
  BN_CTX *room = BN_CTX_secure_new();
  if (room == NULL) return kms_failed();
  BN_CTX_start(room);
  rsa_numbers x = {room, BN_CTX_get(room), BN_CTX_get(room), secret(room), secret(room),
                   secret(room), secret(room), secret(room), secret(room)};
  int done = x.t != NULL && read(x.n, n, n_count) && read(x.e, e, e_count) && (d == NULL || read(x.d, d, d_count)) &&
             (!has_primes || (read(x.p, p, p_count) && read(x.q, q, q_count))) &&
             complete(&x, d != NULL, has_primes) && write_numbers(&x, n_count, out);
  BN_CTX_end(room);
  BN_CTX_free(room);
  return done ? KMS_CRYPTO_OK : kms_failed();
}

// ---- Public numbers of secret sharing --------------------------------------------------------------------------

int kms_is_prime(const uint8_t *prime, size_t count) {
  BIGNUM *number = kms_fetched() == NULL ? NULL : BN_new();
  int answer = number != NULL && read(number, prime, count) && BN_check_prime(number, NULL, NULL) == 1;
  BN_free(number);
  (void)kms_failed();
  return answer;
}

/// The product over the others of x / (x - own).
static int lagrange(BIGNUM *result, const BIGNUM *prime, const uint32_t *identifiers, size_t count, size_t index, BN_CTX *room) {
  BIGNUM *below = BN_CTX_get(room), *own = BN_CTX_get(room), *other = BN_CTX_get(room);
  if (other == NULL || BN_one(result) != 1 || BN_one(below) != 1 || BN_set_word(own, identifiers[index]) != 1) return 0;
  for (size_t at = 0; at < count; at++) {
    if (at == index) continue;
    if (BN_set_word(other, identifiers[at]) != 1 || BN_mod_mul(result, result, other, prime, room) != 1 ||
        BN_mod_sub(other, other, own, prime, room) != 1 || BN_mod_mul(below, below, other, prime, room) != 1)
      return 0;
  }
  return BN_mod_inverse(below, below, prime, room) != NULL && BN_mod_mul(result, result, below, prime, room) == 1;
}

kms_crypto_result kms_lagrange(
    const uint8_t *prime, size_t count, const uint32_t *identifiers, size_t identifiers_count, size_t index,
    uint8_t *out) {
  BN_CTX *room = kms_fetched() == NULL ? NULL : BN_CTX_new();
  if (room == NULL || index >= identifiers_count) {
    BN_CTX_free(room);
    return kms_failed();
  }
  BN_CTX_start(room);
  BIGNUM *modulus = BN_CTX_get(room), *result = BN_CTX_get(room);
  int done = result != NULL && read(modulus, prime, count) &&
             lagrange(result, modulus, identifiers, identifiers_count, index, room) &&
             BN_bn2binpad(result, out, (int)count) == (int)count;
  BN_CTX_end(room);
  BN_CTX_free(room);
  return done ? KMS_CRYPTO_OK : kms_failed();
}

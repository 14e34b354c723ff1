/* SHA-256 (FIPS 180-4): bytes in, 64 hexadecimal digits out. Generated files carry the hashes of what they were made from. */
#include "io/io.h"
#include "io/sha256_instructions.h"

#include <stdio.h>
#include <string.h>

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

static void expand(const unsigned char *block, uint32_t w[64])
{
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 | (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    for (int i = 16; i < 64; i++) {
        uint32_t s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
        uint32_t s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
}

/* One round; the names of the eight words rotate with the caller. */
static inline void one_round(uint32_t a, uint32_t b, uint32_t c, uint32_t *d, uint32_t e, uint32_t f, uint32_t g, uint32_t *h, uint32_t add)
{
    uint32_t t1 = *h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + add;
    *d += t1;
    *h = t1 + (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
}

static void compress(uint32_t state[8], const unsigned char *block)
{
    uint32_t w[64];
    expand(block, w);
    for (int i = 0; i < 64; i++)
        w[i] += round_constants[i];
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
    for (int i = 0; i < 64; i += 8) {
        one_round(a, b, c, &d, e, f, g, &h, w[i]);
        one_round(h, a, b, &c, d, e, f, &g, w[i + 1]);
        one_round(g, h, a, &b, c, d, e, &f, w[i + 2]);
        one_round(f, g, h, &a, b, c, d, &e, w[i + 3]);
        one_round(e, f, g, &h, a, b, c, &d, w[i + 4]);
        one_round(d, e, f, &g, h, a, b, &c, w[i + 5]);
        one_round(c, d, e, &f, g, h, a, &b, w[i + 6]);
        one_round(b, c, d, &e, f, g, h, &a, w[i + 7]);
    }
    const uint32_t v[8] = { a, b, c, d, e, f, g, h };
    for (int i = 0; i < 8; i++)
        state[i] += v[i];
}

static void compress_many(uint32_t state[8], const unsigned char *blocks, size_t count)
{
    if (sha256_has_instructions()) {
        sha256_compress_instructions(state, round_constants, blocks, count);
        return;
    }
    for (size_t i = 0; i < count; i++)
        compress(state, blocks + 64 * i);
}

Sha256 sha256_begin(void)
{
    return (Sha256){ .state = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 } };
}

void sha256_add(Sha256 *hash, const void *bytes, size_t count)
{
    const unsigned char *at = bytes;
    size_t held = (size_t)(hash->count % 64), missing = 64 - held;
    hash->count += count;
    if (held && count >= missing) {
        memcpy(hash->block + held, at, missing);
        compress_many(hash->state, hash->block, 1);
        at += missing;
        count -= missing;
        held = 0;
    }
    if (!held) {
        compress_many(hash->state, at, count / 64);
        at += count / 64 * 64;
        count %= 64;
    }
    if (count)
        memcpy(hash->block + held, at, count);
}

/* The tail: a 1 bit, zeros, the length in bits. */
const char *sha256_end(Arena *arena, Sha256 *hash)
{
    static const unsigned char padding[64] = { 0x80 };
    unsigned char length[8];
    uint64_t bits = hash->count * 8;
    for (int i = 0; i < 8; i++)
        length[i] = (unsigned char)(bits >> (56 - 8 * i));
    size_t held = (size_t)(hash->count % 64);
    sha256_add(hash, padding, held < 56 ? 56 - held : 120 - held);
    sha256_add(hash, length, 8);
    char *hex = arena_alloc(arena, 65);
    for (int i = 0; i < 8; i++)
        snprintf(hex + 8 * i, 9, "%08x", (unsigned)hash->state[i]);
    return hex;
}

const char *sha256_hex(Arena *arena, const void *bytes, size_t count)
{
    Sha256 hash = sha256_begin();
    sha256_add(&hash, bytes, count);
    return sha256_end(arena, &hash);
}

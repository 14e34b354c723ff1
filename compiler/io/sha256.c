/* SHA-256: bytes in, 64 hexadecimal digits out, by nettle. Generated files carry the hashes of what they were made from. */
#include "io/io.h"

#include <stdio.h>

Sha256 sha256_begin(void)
{
    Sha256 hash;
    sha256_init(&hash);
    return hash;
}

void sha256_add(Sha256 *hash, const void *bytes, size_t count)
{
    sha256_update(hash, count, bytes);
}

const char *sha256_end(Arena *arena, Sha256 *hash)
{
    uint8_t digest[SHA256_DIGEST_SIZE];
    char *hex = arena_alloc(arena, 2 * SHA256_DIGEST_SIZE + 1);
    sha256_digest(hash, sizeof digest, digest);
    for (int i = 0; i < SHA256_DIGEST_SIZE; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    return hex;
}

const char *sha256_hex(Arena *arena, const void *bytes, size_t count)
{
    Sha256 hash = sha256_begin();
    sha256_add(&hash, bytes, count);
    return sha256_end(arena, &hash);
}

/* See sha256_instructions.h. The instructions keep the eight words as ABEF and CDGH and do two rounds each; sixteen words of the
 * message stand in four vectors that become the next sixteen four at a time. */
#include "io/sha256_instructions.h"

#include "base/bug.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <cpuid.h>
#include <immintrin.h>

bool sha256_has_instructions(void)
{
    unsigned a, b, c, d;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 29 & 1) && __get_cpuid(1, &a, &b, &c, &d) && (c >> 19 & 1); /* SHA, SSE4.1 */
}

#define WITH_SHA __attribute__((target("sha,sse4.1")))

WITH_SHA static inline void four_rounds(__m128i *abef, __m128i *cdgh, __m128i words, const uint32_t *constants)
{
    __m128i sum = _mm_add_epi32(words, _mm_loadu_si128((const __m128i *)(const void *)constants));
    *cdgh = _mm_sha256rnds2_epu32(*cdgh, *abef, sum);
    *abef = _mm_sha256rnds2_epu32(*abef, *cdgh, _mm_shuffle_epi32(sum, 0x0E));
}

/* Words t .. t+3 from the sixteen before them. */
WITH_SHA static inline __m128i next_words(__m128i w16, __m128i w12, __m128i w8, __m128i w4)
{
    __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w16, w12), _mm_alignr_epi8(w4, w8, 4));
    return _mm_sha256msg2_epu32(sum, w4);
}

WITH_SHA static void one_block(__m128i *abef, __m128i *cdgh, const uint32_t constants[64], const unsigned char *block)
{
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203), a = *abef, c = *cdgh;
    __m128i w[4];
    for (int i = 0; i < 4; i++)
        w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)(block + 16 * i)), big_endian);
    for (int i = 0; i < 16; i++) {
        four_rounds(abef, cdgh, w[i % 4], constants + 4 * i);
        if (i < 12)
            w[i % 4] = next_words(w[i % 4], w[(i + 1) % 4], w[(i + 2) % 4], w[(i + 3) % 4]);
    }
    *abef = _mm_add_epi32(*abef, a);
    *cdgh = _mm_add_epi32(*cdgh, c);
}

WITH_SHA void sha256_compress_instructions(uint32_t state[8], const uint32_t constants[64], const unsigned char *blocks, size_t count)
{
    __m128i abef = _mm_set_epi32((int)state[0], (int)state[1], (int)state[4], (int)state[5]);
    __m128i cdgh = _mm_set_epi32((int)state[2], (int)state[3], (int)state[6], (int)state[7]);
    uint32_t out[8];
    for (size_t i = 0; i < count; i++)
        one_block(&abef, &cdgh, constants, blocks + 64 * i);
    _mm_storeu_si128((__m128i *)(void *)out, abef);
    _mm_storeu_si128((__m128i *)(void *)(out + 4), cdgh);
    static const int place[8] = { 5, 4, 1, 0, 7, 6, 3, 2 };
    for (int i = 0; i < 8; i++)
        state[place[i]] = out[i];
}
#else
bool sha256_has_instructions(void)
{
    return false;
}

void sha256_compress_instructions(uint32_t state[8], const uint32_t constants[64], const unsigned char *blocks, size_t count)
{
    (void)state, (void)constants, (void)blocks, (void)count;
    BUG("this machine has no instructions for SHA-256");
}
#endif

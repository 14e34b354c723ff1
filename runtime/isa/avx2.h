/* isa/avx2.h: vector operations under fixed names (see isa/generic.h), eight lanes; GNU C on x86 with AVX2.
 *
 * Nibble kernels count bits by table: bnn_b is 32 bytes; bnn_nibble_table(row) spreads a 16-byte row of BNN_XOR_TABLE or BNN_AND_TABLE
 * (row a, entry w: bits set in a ^ w or a & w), bnn_lookup(table, w) picks per byte, w < 16.
 * bnn_widen_bytes adds 32 bytes to 16-bit counts, even and odd lanes apart; bnn_gather_halves(sum, even, odd, factor): sum[j] += factor * count
 * j for 32 int32 sums.
 */
#ifndef BNN_ISA_H
#define BNN_ISA_H

#if !defined(__GNUC__) || !defined(__AVX2__)
#error "this file was generated for AVX2: compile it with gcc or clang and -mavx2, or generate it with --target=generic"
#endif
#include <immintrin.h>
#include <stdint.h>

#define BNN_LANES 8
#define BNN_NIBBLES 1
#define BNN_INLINE __attribute__((always_inline)) static inline
#define BNN_KEEP(p) __asm__ volatile("" : "+r"(p))
#define BNN_KEEP_VECTOR(v) __asm__("" : "+x"(v))
typedef __m256i bnn_v;
typedef __m256 bnn_vf;
typedef __m256i bnn_b;

BNN_INLINE bnn_v bnn_load(const uint32_t *p) { return _mm256_loadu_si256((const __m256i *)(const void *)p); }
BNN_INLINE void bnn_store(uint32_t *p, bnn_v v) { _mm256_storeu_si256((__m256i *)(void *)p, v); }
BNN_INLINE bnn_vf bnn_loadf(const float *p) { return _mm256_loadu_ps(p); }
BNN_INLINE void bnn_storef(float *p, bnn_vf v) { _mm256_storeu_ps(p, v); }
BNN_INLINE bnn_v bnn_splat(uint32_t s) { return _mm256_set1_epi32((int32_t)s); }
BNN_INLINE bnn_vf bnn_splatf(float s) { return _mm256_set1_ps(s); }
BNN_INLINE bnn_v bnn_add(bnn_v a, bnn_v b) { return _mm256_add_epi32(a, b); }
BNN_INLINE bnn_v bnn_sub(bnn_v a, bnn_v b) { return _mm256_sub_epi32(a, b); }
BNN_INLINE bnn_v bnn_xor(bnn_v a, bnn_v b) { return _mm256_xor_si256(a, b); }
BNN_INLINE bnn_v bnn_and(bnn_v a, bnn_v b) { return _mm256_and_si256(a, b); }
BNN_INLINE bnn_vf bnn_addf(bnn_vf a, bnn_vf b) { return _mm256_add_ps(a, b); }
BNN_INLINE bnn_vf bnn_subf(bnn_vf a, bnn_vf b) { return _mm256_sub_ps(a, b); }
BNN_INLINE bnn_vf bnn_mulf(bnn_vf a, bnn_vf b) { return _mm256_mul_ps(a, b); }
BNN_INLINE bnn_vf bnn_negf(bnn_vf a) { return _mm256_xor_ps(a, _mm256_set1_ps(-0.0f)); }
BNN_INLINE uint32_t bnn_pair(const int16_t *p) { uint32_t v; __builtin_memcpy(&v, p, sizeof v); return v; }
BNN_INLINE bnn_v bnn_madd(bnn_v a, bnn_v b) { return _mm256_madd_epi16(a, b); }
BNN_INLINE bnn_v bnn_widen8(const uint8_t *p) { return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(const void *)p)); }
BNN_INLINE bnn_v bnn_widen16(const int16_t *p) { return _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(const void *)p)); }

BNN_INLINE bnn_v bnn_count8(bnn_v v)
{
    const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i low = _mm256_set1_epi8(15);
    return _mm256_add_epi8(_mm256_shuffle_epi8(table, _mm256_and_si256(v, low)),
                           _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi32(v, 4), low)));
}
BNN_INLINE bnn_v bnn_sum8(bnn_v v)
{
    return _mm256_madd_epi16(_mm256_maddubs_epi16(v, _mm256_set1_epi8(1)), _mm256_set1_epi16(1));
}
BNN_INLINE uint32_t bnn_less(const int32_t *a, const int32_t *t)
{
    const __m256i less = _mm256_cmpgt_epi32(_mm256_loadu_si256((const __m256i *)(const void *)t), _mm256_loadu_si256((const __m256i *)(const void *)a));
    return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(less));
}
BNN_INLINE void bnn_columns4(const float *p, int stride, bnn_vf out[4])
{
    const __m256 a = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(p)), _mm_loadu_ps(p + 4 * stride), 1);
    const __m256 b = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(p + stride)), _mm_loadu_ps(p + 5 * stride), 1);
    const __m256 c = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(p + 2 * stride)), _mm_loadu_ps(p + 6 * stride), 1);
    const __m256 d = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(p + 3 * stride)), _mm_loadu_ps(p + 7 * stride), 1);
    const __m256 ab = _mm256_unpacklo_ps(a, b), cd = _mm256_unpacklo_ps(c, d), ef = _mm256_unpackhi_ps(a, b), gh = _mm256_unpackhi_ps(c, d);
    out[0] = _mm256_shuffle_ps(ab, cd, 0x44);
    out[1] = _mm256_shuffle_ps(ab, cd, 0xee);
    out[2] = _mm256_shuffle_ps(ef, gh, 0x44);
    out[3] = _mm256_shuffle_ps(ef, gh, 0xee);
}
BNN_INLINE bnn_vf bnn_lookup16(const float *table, const uint8_t *codes)
{
    const __m256i code = bnn_widen8(codes), index = _mm256_srli_epi32(code, 3);
    return _mm256_blendv_ps(_mm256_permutevar8x32_ps(_mm256_loadu_ps(table), index), _mm256_permutevar8x32_ps(_mm256_loadu_ps(table + 8), index),
                            _mm256_castsi256_ps(_mm256_slli_epi32(code, 25)));
}
/* Bit c of a word as a byte mask at c. */
BNN_INLINE __m256i bnn_byte_mask(uint32_t word)
{
    const __m256i byte = _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
    const __m256i bit = _mm256_set1_epi64x((int64_t)0x8040201008040201);
    return _mm256_cmpeq_epi8(_mm256_and_si256(_mm256_shuffle_epi8(_mm256_set1_epi32((int32_t)word), byte), bit), bit);
}
BNN_INLINE void bnn_spread4(const uint32_t word[4], int unit, uint8_t *to)
{
    __m256i code = _mm256_setzero_si256();
    for (int j = 0; j < 4; j++)
        code = _mm256_or_si256(code, _mm256_and_si256(bnn_byte_mask(word[j]), _mm256_set1_epi8((char)(unit << j))));
    _mm256_storeu_si256((__m256i *)(void *)to, code);
}

BNN_INLINE bnn_b bnn_load_bytes(const uint8_t *p) { return _mm256_loadu_si256((const __m256i *)(const void *)p); }
BNN_INLINE bnn_b bnn_no_bytes(void) { return _mm256_setzero_si256(); }
BNN_INLINE bnn_b bnn_add_bytes(bnn_b a, bnn_b b) { return _mm256_add_epi8(a, b); }
BNN_INLINE bnn_b bnn_lookup(bnn_b table, bnn_b index) { return _mm256_shuffle_epi8(table, index); }
BNN_INLINE bnn_b bnn_nibble_table(const uint8_t *row)
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)row));
}
BNN_INLINE void bnn_widen_bytes(bnn_b *even, bnn_b *odd, bnn_b b)
{
    *even = _mm256_add_epi16(*even, _mm256_and_si256(b, _mm256_set1_epi16(255)));
    *odd = _mm256_add_epi16(*odd, _mm256_srli_epi16(b, 8));
}
BNN_INLINE void bnn_add_products(int32_t *sum, __m128i halves, int32_t factor)
{
    __m256i *at = (__m256i *)(void *)sum;
    const __m256i wide = _mm256_mullo_epi32(_mm256_cvtepu16_epi32(halves), _mm256_set1_epi32(factor));
    _mm256_storeu_si256(at, _mm256_add_epi32(_mm256_loadu_si256(at), wide));
}
BNN_INLINE void bnn_gather_halves(int32_t *sum, bnn_b even, bnn_b odd, int32_t factor)
{
    const __m256i low = _mm256_unpacklo_epi16(even, odd), high = _mm256_unpackhi_epi16(even, odd);
    bnn_add_products(sum, _mm256_castsi256_si128(low), factor);
    bnn_add_products(sum + 8, _mm256_castsi256_si128(high), factor);
    bnn_add_products(sum + 16, _mm256_extracti128_si256(low, 1), factor);
    bnn_add_products(sum + 24, _mm256_extracti128_si256(high, 1), factor);
}

static const uint8_t BNN_XOR_TABLE[256] __attribute__((aligned(16), unused)) = {
    0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,
    1, 0, 2, 1, 2, 1, 3, 2, 2, 1, 3, 2, 3, 2, 4, 3,
    1, 2, 0, 1, 2, 3, 1, 2, 2, 3, 1, 2, 3, 4, 2, 3,
    2, 1, 1, 0, 3, 2, 2, 1, 3, 2, 2, 1, 4, 3, 3, 2,
    1, 2, 2, 3, 0, 1, 1, 2, 2, 3, 3, 4, 1, 2, 2, 3,
    2, 1, 3, 2, 1, 0, 2, 1, 3, 2, 4, 3, 2, 1, 3, 2,
    2, 3, 1, 2, 1, 2, 0, 1, 3, 4, 2, 3, 2, 3, 1, 2,
    3, 2, 2, 1, 2, 1, 1, 0, 4, 3, 3, 2, 3, 2, 2, 1,
    1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3,
    2, 1, 3, 2, 3, 2, 4, 3, 1, 0, 2, 1, 2, 1, 3, 2,
    2, 3, 1, 2, 3, 4, 2, 3, 1, 2, 0, 1, 2, 3, 1, 2,
    3, 2, 2, 1, 4, 3, 3, 2, 2, 1, 1, 0, 3, 2, 2, 1,
    2, 3, 3, 4, 1, 2, 2, 3, 1, 2, 2, 3, 0, 1, 1, 2,
    3, 2, 4, 3, 2, 1, 3, 2, 2, 1, 3, 2, 1, 0, 2, 1,
    3, 4, 2, 3, 2, 3, 1, 2, 2, 3, 1, 2, 1, 2, 0, 1,
    4, 3, 3, 2, 3, 2, 2, 1, 3, 2, 2, 1, 2, 1, 1, 0,
};
static const uint8_t BNN_AND_TABLE[256] __attribute__((aligned(16), unused)) = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1,
    0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1,
    0, 1, 1, 2, 0, 1, 1, 2, 0, 1, 1, 2, 0, 1, 1, 2,
    0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1,
    0, 1, 0, 1, 1, 2, 1, 2, 0, 1, 0, 1, 1, 2, 1, 2,
    0, 0, 1, 1, 1, 1, 2, 2, 0, 0, 1, 1, 1, 1, 2, 2,
    0, 1, 1, 2, 1, 2, 2, 3, 0, 1, 1, 2, 1, 2, 2, 3,
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1,
    0, 1, 0, 1, 0, 1, 0, 1, 1, 2, 1, 2, 1, 2, 1, 2,
    0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 2, 2, 1, 1, 2, 2,
    0, 1, 1, 2, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3,
    0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2,
    0, 1, 0, 1, 1, 2, 1, 2, 1, 2, 1, 2, 2, 3, 2, 3,
    0, 0, 1, 1, 1, 1, 2, 2, 1, 1, 2, 2, 2, 2, 3, 3,
    0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,
};

#endif

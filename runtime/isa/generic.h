/* isa/generic.h: vector operations under fixed names, for any C99 compiler. Strict C99: one lane. GNU C: vectors of four lanes.
 *
 *   bnn_v   BNN_LANES uint32_t     bnn_vf   BNN_LANES floats     every load and store takes any address that suits its element
 *   bnn_count8(v)    bits set in each byte, as bytes             bnn_sum8(v)   sum of the four bytes of each lane
 *   bnn_pair(p)      two int16 as the halves of a word, the first one low
 *   bnn_madd(a, b)   the two int16 halves of each lane multiplied and added: int32 lanes
 *   bnn_less(a, t)   bit j = a[j] < t[j], int32                  bnn_widen8(p) BNN_LANES bytes as uint32_t lanes
 *   bnn_widen16(p)   BNN_LANES int16 as the low halves of uint32_t lanes
 *   bnn_columns4(p, stride, out)   out[k] lane j = p[j * stride + k], k < 4
 *   bnn_lookup16(table, codes)     lane j = table[codes[j] / lanes of the target], 16 floats
 *   bnn_spread4(word, unit, to)    32 bytes: to[c] = unit * (bits c of word[0..3], first word lowest)
 */
#ifndef BNN_ISA_H
#define BNN_ISA_H

#include <stdint.h>

#if defined(__GNUC__) && !defined(__TINYC__) && !defined(BNN_ONE_LANE)

#define BNN_LANES 4
#define BNN_INLINE __attribute__((always_inline)) static inline
/* Keeps the compiler from hoisting loads through p out of a loop into stack slots. */
#define BNN_KEEP(p) __asm__ volatile("" : "+r"(p))
/* Keeps the compiler from computing the terms of all unrolled steps before it adds them: more vectors than there are registers. */
#if defined(__SSE2__)
#define BNN_KEEP_VECTOR(v) __asm__("" : "+x"(v))
#elif defined(__ARM_NEON)
#define BNN_KEEP_VECTOR(v) __asm__("" : "+w"(v))
#else
#define BNN_KEEP_VECTOR(v) ((void)0)
#endif
typedef uint32_t bnn_v __attribute__((vector_size(16)));
typedef int32_t bnn_vi __attribute__((vector_size(16)));
typedef float bnn_vf __attribute__((vector_size(16)));

BNN_INLINE bnn_v bnn_load(const uint32_t *p) { bnn_v v; __builtin_memcpy(&v, p, sizeof v); return v; }
BNN_INLINE void bnn_store(uint32_t *p, bnn_v v) { __builtin_memcpy(p, &v, sizeof v); }
BNN_INLINE bnn_vf bnn_loadf(const float *p) { bnn_vf v; __builtin_memcpy(&v, p, sizeof v); return v; }
BNN_INLINE void bnn_storef(float *p, bnn_vf v) { __builtin_memcpy(p, &v, sizeof v); }
BNN_INLINE bnn_v bnn_splat(uint32_t s) { bnn_v v = {s, s, s, s}; return v; }
BNN_INLINE bnn_vf bnn_splatf(float s) { bnn_vf v = {s, s, s, s}; return v; }
#if defined(__SSE2__)
typedef short bnn_vs __attribute__((vector_size(16)));
BNN_INLINE bnn_v bnn_madd(bnn_v a, bnn_v b) { return (bnn_v)__builtin_ia32_pmaddwd128((bnn_vs)a, (bnn_vs)b); }
#else
BNN_INLINE bnn_v bnn_madd(bnn_v a, bnn_v b)
{
    const bnn_vi low = (((bnn_vi)a << 16) >> 16) * (((bnn_vi)b << 16) >> 16), high = ((bnn_vi)a >> 16) * ((bnn_vi)b >> 16);
    return (bnn_v)low + (bnn_v)high;
}
#endif
BNN_INLINE uint32_t bnn_less(const int32_t *a, const int32_t *t)
{
    return (uint32_t)(a[0] < t[0]) | (uint32_t)(a[1] < t[1]) << 1 | (uint32_t)(a[2] < t[2]) << 2 | (uint32_t)(a[3] < t[3]) << 3;
}
BNN_INLINE bnn_v bnn_widen8(const uint8_t *p) { bnn_v v = {p[0], p[1], p[2], p[3]}; return v; }
BNN_INLINE bnn_v bnn_widen16(const int16_t *p) { bnn_v v = {(uint16_t)p[0], (uint16_t)p[1], (uint16_t)p[2], (uint16_t)p[3]}; return v; }

#else

#define BNN_LANES 1
#if defined(__GNUC__)
#define BNN_INLINE __attribute__((unused)) static
#else
#define BNN_INLINE static
#endif
#define BNN_KEEP(p) ((void)(p))
#define BNN_KEEP_VECTOR(v) ((void)0)
typedef uint32_t bnn_v;
typedef float bnn_vf;

#define bnn_load(p) (*(p))
#define bnn_store(p, v) (*(p) = (v))
#define bnn_loadf(p) (*(p))
#define bnn_storef(p, v) (*(p) = (v))
#define bnn_splat(s) (s)
#define bnn_splatf(s) (s)
#define bnn_low16(v) ((int32_t)(((v) & 0xffffu) ^ 0x8000u) - 0x8000)
#define bnn_high16(v) ((int32_t)(((v) >> 16) ^ 0x8000u) - 0x8000)
#define bnn_madd(a, b) ((uint32_t)(bnn_low16(a) * bnn_low16(b)) + (uint32_t)(bnn_high16(a) * bnn_high16(b)))
#define bnn_less(a, t) ((uint32_t)(*(a) < *(t)))
#define bnn_widen8(p) ((uint32_t)*(p))
#define bnn_widen16(p) ((uint32_t)(uint16_t)*(p))

#endif

/* Compilers make one load of the copy, but two of the shift. */
#if defined(__GNUC__) && !defined(__TINYC__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
BNN_INLINE uint32_t bnn_pair(const int16_t *p) { uint32_t v; __builtin_memcpy(&v, p, sizeof v); return v; }
#else
#define bnn_pair(p) ((uint32_t)(uint16_t)(p)[0] | (uint32_t)(uint16_t)(p)[1] << 16)
#endif
#define bnn_add(a, b) ((a) + (b))
#define bnn_sub(a, b) ((a) - (b))
#define bnn_xor(a, b) ((a) ^ (b))
#define bnn_and(a, b) ((a) & (b))
#define bnn_addf(a, b) ((a) + (b))
#define bnn_subf(a, b) ((a) - (b))
#define bnn_mulf(a, b) ((a) * (b))
#define bnn_negf(a) (-(a))

BNN_INLINE bnn_v bnn_count8(bnn_v v)
{
    v = v - ((v >> 1) & 0x55555555u);
    v = (v & 0x33333333u) + ((v >> 2) & 0x33333333u);
    return (v + (v >> 4)) & 0x0f0f0f0fu;
}
BNN_INLINE bnn_v bnn_sum8(bnn_v v)
{
    v = (v & 0x00ff00ffu) + ((v >> 8) & 0x00ff00ffu);
    return (v & 0xffffu) + (v >> 16);
}
BNN_INLINE bnn_vf bnn_lookup16(const float *table, const uint8_t *codes)
{
    float lane[BNN_LANES];
    for (int j = 0; j < BNN_LANES; j++)
        lane[j] = table[codes[j] / 4];
    return bnn_loadf(lane);
}
BNN_INLINE void bnn_spread4(const uint32_t word[4], int unit, uint8_t *to)
{
    for (int c = 0; c < 32; c++) {
        const uint32_t bits = (word[0] >> c & 1u) | (word[1] >> c & 1u) << 1 | (word[2] >> c & 1u) << 2 | (word[3] >> c & 1u) << 3;
        to[c] = (uint8_t)(bits * (uint32_t)unit);
    }
}
BNN_INLINE void bnn_columns4(const float *p, int stride, bnn_vf out[4])
{
    float column[4][BNN_LANES];
    for (int j = 0; j < BNN_LANES; j++)
        for (int k = 0; k < 4; k++)
            column[k][j] = p[j * stride + k];
    for (int k = 0; k < 4; k++)
        out[k] = bnn_loadf(column[k]);
}

#endif

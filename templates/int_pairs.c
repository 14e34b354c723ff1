/* Integers x integers: exact int32 sums of int16 pairs; lanes are filters. The reduction over a window's pairs is unrolled; $tile$ pixels share
 * each load of weights. */
#include "store.c"
static void $layer$_tile(const int16_t *const *window, const int *pixel, int pixels$group_parameter$$tile_parameters$, $out_type$ *restrict out$extra_parameters$)
{
    enum { PAIRS = $pairs$, PADDED = $padded$, VECTOR = PAIRS * $lanes$ };
#if $copied$
    uint32_t copy[$tile$][PAIRS]; /* a short window's pairs: words just written by halves would have to wait for them */
    for (int i = 0; i < $tile$; i++) {
        copy[i][PAIRS - 1] = (uint16_t)window[i][2 * PAIRS - 2];
        for (int k = 0; k < $whole_pairs$; k++)
            copy[i][k] = (uint32_t)(uint16_t)window[i][2 * k] | (uint32_t)(uint16_t)window[i][2 * k + 1] << 16;
    }
#endif
    $loop_blocks$(block, $blocks$) {
        const int f0 = $first_filter$ + block * 32;
        int32_t sum[$tile$][32];
        for (int v = f0; v < f0 + 32 && v < PADDED; v += BNN_LANES) {
            const uint32_t *w = $in1$ + v / $lanes$ * VECTOR + v % $lanes$;
            $reg$ bnn_v acc[$tile$];
            $unroll$(i, $tile$) { acc[i] = bnn_splat(0); }
            $loop_pairs$(k, $whole_pairs$) {
                $unroll$(i, $tile$) {
                    acc[i] = bnn_add(acc[i], bnn_madd(bnn_load(w + k * $lanes$), bnn_splat($pair$)));
                    BNN_KEEP_VECTOR(acc[i]);
                }
            }
#if $odd$
            $unroll$(i, $tile$) { acc[i] = bnn_add(acc[i], bnn_madd(bnn_load(w + $whole_pairs$ * $lanes$), bnn_splat($last$))); }
#endif
            $unroll$(i, $tile$) { bnn_store((uint32_t *)(sum[i] + (v - f0)), acc[i]); }
        }
        for (int i = 0; i < pixels; i++)
            $layer$_store(sum[i], pixel[i], f0, out$extra$);
    }
}

#include "windows.c"

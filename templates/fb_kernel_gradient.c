/* Kernel gradient of activations of two levels (PACKED) and float dy; lanes are filters. Four points (output pixels of a sample, or samples where
 * there is one pixel) make 16 rows of sums (t0 + t1) + (t2 + t3) of their dy; the four bits of a weight's activation pick the row that is added.
 *   1. codes[set][group][weight row]: the bits of four points for each (tap, channel), times the floats of a row
 *   2. per block of filters: tables of some groups, then every weight row walks over them; `total` holds the sums in between.
 * Window: $kernel_slices$ slices of taps. */
#include "sums16.c"
/* Codes of one group of points, then one byte a tap: the points it does not see. x is the first sample of the set. */
static inline void $layer$_codes(const uint32_t *restrict x, int first, int points, uint8_t *restrict code)
{
    const int used = points - first < 4 ? points - first : 4;
    int at[4] = {0};
#if !$dense$
    int row[4], col[4];
#if $volume$
    int slice[4];
#endif
    for (int j = 0; j < 4; j++) {
#if $by_samples$
        const int pixel = 0;
#else
        const int pixel = first + j;
#endif
        row[j] = pixel / $out_cols$ % $out_rows$ * $stride_rows$ - $before_rows$;
        col[j] = pixel % $out_cols$ * $stride_cols$ - $before_cols$;
#if $volume$
        slice[j] = pixel / ($out_rows$ * $out_cols$) * $stride_slices$ - $before_slices$;
#endif
    }
#endif
    for (int tap = 0; tap < $taps$; tap++) {
        int absent = 0;
        for (int j = 0; j < used; j++) {
#if $dense$
            at[j] = first + j;
#else
            const int r = row[j] + tap / $kernel_cols$ % $kernel_rows$ * $dilation_rows$, c = col[j] + tap % $kernel_cols$ * $dilation_cols$;
            int inside = !$outside$ || (r >= 0 && r < $in_rows$ && c >= 0 && c < $in_cols$);
            at[j] = r * $in_cols$ + c;
#if $volume$
            const int s = slice[j] + tap / ($kernel_rows$ * $kernel_cols$) * $dilation_slices$;
            inside = inside && (!$outside$ || (s >= 0 && s < $in_slices$));
            at[j] += s * ($in_rows$ * $in_cols$);
#endif
#if $by_samples$
            at[j] += (first + j) * $in_pixels$;
#endif
            absent |= !inside << j;
#endif
        }
        for (int k = 0; k < $words$; k++) {
            uint32_t word[4] = {0};
            for (int j = 0; j < used; j++)
                word[j] = absent >> j & 1 ? 0 : x[at[j] * $words$ + k];
            bnn_spread4(word, $block$, code + tap * $channels$ + k * 32);
        }
#if $outside$
        code[$code_bytes$ - $taps$ + tap] = (uint8_t)absent;
#endif
    }
}

/* 16 rows of sums of four points' dy, $block$ filters; a point whose bit in `absent` is set adds 0. */
static inline void $layer$_sums(const float *restrict dy, int points, int absent, int filters, float *restrict table)
{
    float d[4][$block$];
    for (int j = 0; j < 4; j++)
        for (int f = 0; f < $block$; f++)
            d[j][f] = j < points && !(absent >> j & 1) && f < filters ? dy[j * $filters$ + f] : 0.0f;
    for (int f = 0; f < $block$; f += BNN_LANES) {
        bnn_vf terms[4];
        for (int k = 0; k < 4; k++)
            terms[k] = bnn_loadf(d[k] + f);
        $layer$_sums16(terms, $block$, table + f);
    }
}

static void $layer$($params$)
{
    enum { ROWS = $taps$ * $channels$, PADDED = (ROWS + 3) / 4 * 4, CODES = $code_bytes$, FILTERS = $filters$, CHUNK = $chunk$, TABLE = 16 * $block$ };
#if $by_samples$
    const int sets = 1, points = $samples$ * $leading$;
#else
    const int sets = $samples$, points = $out_pixels$;
#endif
    const int groups = (points + 3) / 4;
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int at = 0; at < sets * groups; at++) {
        $layer$_codes($in0$ + at / groups * ($in_pixels$ * $words$), at % groups * 4, points, $codes$ + at * CODES);
    }
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int f0 = 0; f0 < FILTERS; f0 += $block$) {
        float *const sum = $total$ + f0 * PADDED, table[CHUNK * TABLE];
        const int filters = FILTERS - f0 < $block$ ? FILTERS - f0 : $block$;
#if $outside$
        float edge[CHUNK * TABLE];
#endif
        for (int k = 0; k < PADDED * $block$; k++)
            sum[k] = 0.0f;
        for (int set = 0; set < sets; set++) {
            for (int g0 = 0; g0 < groups; g0 += CHUNK) {
                const int g1 = g0 + CHUNK < groups ? g0 + CHUNK : groups;
                const float *const dy = $in1$ + set * points * FILTERS + f0;
                for (int g = g0; g < g1; g++)
                    $layer$_sums(dy + g * 4 * FILTERS, points - g * 4, 0, filters, table + (g - g0) * TABLE);
#if $outside$
                for (int tap = 0; tap < $taps$; tap++) {
                    const float *of[CHUNK];
                    for (int g = g0; g < g1; g++) {
                        const int absent = $codes$[(set * groups + g) * CODES + CODES - $taps$ + tap];
                        of[g - g0] = absent ? edge + (g - g0) * TABLE : table + (g - g0) * TABLE;
                        if (absent)
                            $layer$_sums(dy + g * 4 * FILTERS, points - g * 4, absent, filters, edge + (g - g0) * TABLE);
                    }
                    for (int k = tap * $channels$; k < (tap + 1) * $channels$; k++) {
                        const uint8_t *code = $codes$ + (set * groups + g0) * CODES + k;
                        for (int f = 0; f < $block$; f += 2 * BNN_LANES) {
                            bnn_vf a = bnn_loadf(sum + k * $block$ + f), b = bnn_loadf(sum + k * $block$ + f + BNN_LANES);
                            for (int g = 0; g < g1 - g0; g++) {
                                const float *row = of[g] + code[g * CODES] + f;
                                a = bnn_addf(a, bnn_loadf(row));
                                b = bnn_addf(b, bnn_loadf(row + BNN_LANES));
                            }
                            bnn_storef(sum + k * $block$ + f, a);
                            bnn_storef(sum + k * $block$ + f + BNN_LANES, b);
                        }
                    }
                }
#else
                for (int k = 0; k < PADDED; k += 4) {
                    for (int f = 0; f < $block$; f += 2 * BNN_LANES) {
                        const uint8_t *code = $codes$ + (set * groups + g0) * CODES + k;
                        const float *rows = table + f;
                        float *const to = sum + k * $block$ + f;
                        $reg$ bnn_vf acc[4][2];
                        $unroll$(i, 4) { $unroll$(v, 2) { acc[i][v] = bnn_loadf(to + i * $block$ + v * BNN_LANES); } }
                        for (int g = g0; g < g1; g++) {
                            $unroll$(i, 4) { $unroll$(v, 2) { acc[i][v] = bnn_addf(acc[i][v], bnn_loadf(rows + code[i] + v * BNN_LANES)); } }
                            code += CODES;
                            rows += TABLE;
                        }
                        $unroll$(i, 4) { $unroll$(v, 2) { bnn_storef(to + i * $block$ + v * BNN_LANES, acc[i][v]); } }
                    }
                }
#endif
            }
        }
        for (int k = 0; k < ROWS; k++)
            for (int f = 0; f < filters; f++)
                out[k * FILTERS + f0 + f] = $epilogue$(sum[k * $block$ + f], f0 + f$extra$);
    }
}

/* Floats x weights of two levels, forward or input gradient, for batches: lanes are samples. Four channels of a source pixel make 16 rows of
 * sums (t0 + t1) + (t2 + t3), one float a sample; the code of four weights picks the row that is added to the channel of each target pixel the
 * source pixel reaches. Source pixels come in the order in which a target pixel meets its taps, so every sum has its order.
 * Weights: KERNEL_CODES forward, KERNEL_TCODES for the input gradient: [tap][source channel / 4][target channel].
 * Window: $kernel_slices$ slices of taps, $in_pixels$ input pixels, $out_pixels$ output pixels. */
#include "sums16.c"
#if !$dense$
/* The target pixel that a source pixel reaches through a tap, -1 when there is none. */
static inline int $layer$_target(int pixel, int tap)
{
    const int tap_row = tap / $kernel_cols$ % $kernel_rows$ * $dilation_rows$, tap_col = tap % $kernel_cols$ * $dilation_cols$;
#if $input_gradient$
    const int row = pixel / $out_cols$ % $out_rows$ * $stride_rows$ - $before_rows$ + tap_row, col = pixel % $out_cols$ * $stride_cols$ - $before_cols$ + tap_col;
    int inside = !$outside$ || (row >= 0 && row < $in_rows$ && col >= 0 && col < $in_cols$), target = row * $in_cols$ + col;
#else
    const int row = pixel / $in_cols$ % $in_rows$ + $before_rows$ - tap_row, col = pixel % $in_cols$ + $before_cols$ - tap_col;
    int inside = row >= 0 && row % $stride_rows$ == 0 && row / $stride_rows$ < $out_rows$ && col >= 0 && col % $stride_cols$ == 0 && col / $stride_cols$ < $out_cols$;
    int target = row / $stride_rows$ * $out_cols$ + col / $stride_cols$;
#endif
#if $volume$
    const int tap_slice = tap / ($kernel_cols$ * $kernel_rows$) * $dilation_slices$;
#if $input_gradient$
    const int slice = pixel / ($out_rows$ * $out_cols$) * $stride_slices$ - $before_slices$ + tap_slice;
    inside = inside && (!$outside$ || (slice >= 0 && slice < $in_slices$));
    target += slice * ($in_rows$ * $in_cols$);
#else
    const int slice = pixel / ($in_rows$ * $in_cols$) + $before_slices$ - tap_slice;
    inside = inside && slice >= 0 && slice % $stride_slices$ == 0 && slice / $stride_slices$ < $out_slices$;
    target += slice / $stride_slices$ * ($out_rows$ * $out_cols$);
#endif
#endif
    return inside ? target : -1;
}

#endif
/* 16 sums for each of the groups first..last of four channels; x is the source pixel of the first sample, samples may be missing at the end. */
static inline void $layer$_sums(const float *restrict x, int samples, int first, int last, float *restrict table)
{
    for (int g = first; g < last; g++) {
        bnn_vf d[4];
        if (samples == BNN_LANES && 4 * g + 4 <= $channels$) {
            bnn_columns4(x + 4 * g, $sample_stride$, d);
        } else {
            float column[4][BNN_LANES];
            for (int k = 0; k < 4; k++)
                for (int j = 0; j < BNN_LANES; j++)
                    column[k][j] = j < samples && 4 * g + k < $channels$ ? x[j * $sample_stride$ + 4 * g + k] : 0.0f;
            for (int k = 0; k < 4; k++)
                d[k] = bnn_loadf(column[k]);
        }
        $layer$_sums16(d, BNN_LANES, table + (g - first) * (16 * BNN_LANES));
    }
}

static void $layer$($params$)
{
    enum { GROUPS = ($channels$ + 3) / 4, CHUNK = 16, TARGETS = $targets$, PADDED = $padded$, SIZE = $target_pixels$ * PADDED * BNN_LANES };
    const int total = $samples$ * $leading$;
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int block = 0; block < (total + BNN_LANES - 1) / BNN_LANES; block++) {
        const int sample = block * BNN_LANES, samples = total - sample < BNN_LANES ? total - sample : BNN_LANES;
        float table[CHUNK * 16 * BNN_LANES];
#ifdef _OPENMP
        float *const sums = $work$ + block * SIZE;
#else
        float *const sums = $work$;
#endif
        for (int k = 0; k < SIZE; k += BNN_LANES)
            bnn_storef(sums + k, bnn_splatf(0.0f));
        for (int step = 0; step < $source_pixels$; step++) {
#if $input_gradient$
            const int pixel = $source_pixels$ - 1 - step;
#else
            const int pixel = step;
#endif
            const float *x = $in0$ + sample * $sample_stride$ + pixel * $channels$;
            for (int g0 = 0; g0 < GROUPS; g0 += CHUNK) {
                const int g1 = g0 + CHUNK < GROUPS ? g0 + CHUNK : GROUPS;
                $layer$_sums(x, samples, g0, g1, table);
                for (int tap = 0; tap < $taps$; tap++) {
#if $dense$
                    const int target = 0;
#else
                    const int target = $layer$_target(pixel, tap);
                    if (target < 0)
                        continue;
#endif
                    for (int t = 0; t < PADDED; t += $unit$) {
                        float *to = sums + (target * PADDED + t) * BNN_LANES;
                        const uint8_t *code = $in1$ + (tap * GROUPS + g0) * PADDED + t;
                        const float *row = table;
                        $reg$ bnn_vf acc[$unit$];
                        $unroll$(u, $unit$) { acc[u] = bnn_loadf(to + u * BNN_LANES); }
                        for (int g = g0; g < g1; g++) {
                            $unroll$(u, $unit$) { acc[u] = bnn_addf(acc[u], bnn_loadf(row + code[u] * BNN_LANES / $lanes$)); }
                            row += 16 * BNN_LANES;
                            code += PADDED;
                        }
                        $unroll$(u, $unit$) { bnn_storef(to + u * BNN_LANES, acc[u]); }
                    }
                }
            }
        }
        for (int j = 0; j < samples; j++) {
            for (int pixel = 0; pixel < $target_pixels$; pixel++) {
                const int at = (sample + j) * $target_pixels$ + pixel;
#if $out_packed$
                for (int k = 0; k < $out_planes$ * $out_words$; k++)
                    out[at * ($out_planes$ * $out_words$) + k] = 0;
                for (int t = 0; t < TARGETS; t++) {
                    const uint32_t code = $epilogue$(sums[(pixel * PADDED + t) * BNN_LANES + j], t$extra$);
                    for (int p = 0; p < $out_planes$; p++)
                        out[(at * $out_planes$ + p) * $out_words$ + t / 32] |= (code >> p & 1u) << (t & 31);
                }
#else
                for (int t = 0; t < TARGETS; t++)
                    out[at * TARGETS + t] = $epilogue$(sums[(pixel * PADDED + t) * BNN_LANES + j], t$extra$);
#endif
            }
        }
    }
}

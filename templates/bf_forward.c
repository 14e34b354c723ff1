/* Activations of two levels (PACKED) x floats, forward; lanes are filters. A word holds eight groups of four channels of a tap; each group's
 * weights make 16 rows of sums (t0 + t1) + (t2 + t3), and the four bits of a pixel pick the row that is added.
 * 32 filters and $tile$ samples at a time, tap by tap over the output pixels that see it, so no border is met. `sums` holds the sums in between.
 * Window: $taps$ taps, $in_pixels$ input pixels, $out_pixels$ output pixels. */
#include "sums16.c"
#include "store.c"
/* Output pixels of an axis whose tap lies inside: the first, and the one behind the last. */
static inline int $layer$_from(int offset, int stride)
{
    return offset < 0 ? (stride - 1 - offset) / stride : 0;
}

static inline int $layer$_to(int offset, int stride, int sources, int targets)
{
    const int to = (sources - offset + stride - 1) / stride;
    return to < targets ? to : targets;
}

/* The rows of `groups` groups of a tap; `weights` are those of the first channel and filter. */
static inline void $layer$_rows(const float *restrict weights, int channels, int groups, int filters, float *restrict table)
{
    for (int g = 0; g < groups; g++) {
        float line[4][32];
        for (int k = 0; k < 4; k++)
            for (int f = 0; f < 32; f++)
                line[k][f] = 4 * g + k < channels && f < filters ? weights[(4 * g + k) * $filters$ + f] : 0.0f;
        for (int f = 0; f < 32; f += BNN_LANES) {
            bnn_vf d[4];
            for (int k = 0; k < 4; k++)
                d[k] = bnn_loadf(line[k] + f);
            $layer$_sums16(d, 32, table + g * 512 + f);
        }
    }
}

/* Adds the rows that a word of bits picks to the sums of a pixel. */
static inline void $layer$_add(const float *restrict table, uint32_t word, int groups, int filters, float *restrict sums)
{
    for (int f = 0; f < filters; f += 4 * BNN_LANES) {
        const float *row = table + f;
        uint32_t bits = word;
        $reg$ bnn_vf acc[4];
        $unroll$(v, 4) { acc[v] = bnn_loadf(sums + f + v * BNN_LANES); }
        for (int g = 0; g < groups; g++) {
            const float *picked = row + (bits & 15u) * 32u;
            $unroll$(v, 4) { acc[v] = bnn_addf(acc[v], bnn_loadf(picked + v * BNN_LANES)); }
            bits >>= 4;
            row += 512;
        }
        $unroll$(v, 4) { bnn_storef(sums + f + v * BNN_LANES, acc[v]); }
    }
}

/* One tap and one word of its channels, for all samples of a tile. */
static void $layer$_tap(const uint32_t *restrict x, int samples, int tap, int groups, int filters, const float *restrict table, float *restrict sums)
{
    const int slice = tap / ($kernel_rows$ * $kernel_cols$) * $dilation_slices$ - $before_slices$;
    const int row = tap / $kernel_cols$ % $kernel_rows$ * $dilation_rows$ - $before_rows$, col = tap % $kernel_cols$ * $dilation_cols$ - $before_cols$;
    const int slice_to = $layer$_to(slice, $stride_slices$, $in_slices$, $out_slices$), row_to = $layer$_to(row, $stride_rows$, $in_rows$, $out_rows$);
    const int col_from = $layer$_from(col, $stride_cols$), col_to = $layer$_to(col, $stride_cols$, $in_cols$, $out_cols$);
    for (int sample = 0; sample < samples; sample++) {
        for (int z = $layer$_from(slice, $stride_slices$); z < slice_to; z++) {
            for (int y = $layer$_from(row, $stride_rows$); y < row_to; y++) {
                const uint32_t *const line = x + (sample * $in_pixels$ + ((z * $stride_slices$ + slice) * $in_rows$ + y * $stride_rows$ + row) * $in_cols$ + col) * $words$;
                float *const to = sums + (sample * $out_pixels$ + (z * $out_rows$ + y) * $out_cols$) * 32;
                for (int k = col_from; k < col_to; k++)
                    $layer$_add(table, line[k * $stride_cols$ * $words$], groups, filters, to + k * 32);
            }
        }
    }
}

static void $layer$($params$)
{
    enum { CHANNELS = $channels$, FILTERS = $filters$, TABLE = 8 * 512, SIZE = TABLE + $tile$ * $out_pixels$ * 32 };
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int first = 0; first < $samples$; first += $tile$) {
        const int samples = $samples$ - first < $tile$ ? $samples$ - first : $tile$;
#if $parallel$
#ifdef _OPENMP
        float *const table = $work$ + first / $tile$ * SIZE;
#else
        float *const table = $work$;
#endif
#else
        float *const table = $work$;
#endif
        float *const sums = table + TABLE;
        for (int f0 = 0; f0 < FILTERS; f0 += 32) {
            const int filters = FILTERS - f0 < 32 ? FILTERS - f0 : 32;
            for (int k = 0; k < samples * $out_pixels$ * 32; k++)
                sums[k] = 0.0f;
            for (int tap = 0; tap < $taps$; tap++) {
                for (int word = 0; word < $words$; word++) {
                    const int channels = CHANNELS - word * 32 < 32 ? CHANNELS - word * 32 : 32, groups = (channels + 3) / 4;
                    $layer$_rows($in1$ + (tap * CHANNELS + word * 32) * FILTERS + f0, channels, groups, filters, table);
                    $layer$_tap($in0$ + first * $in_pixels$ * $words$ + word, samples, tap, groups, filters, table, sums);
                }
            }
            for (int pixel = 0; pixel < samples * $out_pixels$; pixel++)
                $layer$_store(sums + pixel * 32, first * $out_pixels$ + pixel, f0, out$extra$);
        }
    }
}

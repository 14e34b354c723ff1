/* Depthwise products, forward and input gradient: lanes are channels, each with taps of its own. For every pixel the taps inside are listed in
 * their order; then each vector of channels adds them up. Weights lie as [tap][channel], copied so where they are not of the sum's type. */
#include "store.c"
#if $converted$
static inline $vector$ $layer$_load(const $x_type$ *x)
{
    $weight_type$ lane[BNN_LANES];
    for (int j = 0; j < BNN_LANES; j++)
        lane[j] = ($weight_type$)$narrow$x[j];
    return $load$(lane);
}

#endif

/* Where the taps of a pixel lie in a sample and in the weights: returns how many are inside. */
static inline int $layer$_taps(int slice, int row, int col$region_parameter$, int *restrict from, int *restrict tap)
{
    int count = 0;
    for (int z = $first_tap_slice$; z < $first_tap_slice$ + $tap_slices$; z++) {
        for (int r = $first_tap_row$; r < $first_tap_row$ + $tap_rows$; r++) {
            for (int c = $first_tap_col$; c < $first_tap_col$ + $tap_cols$; c++) {
                int at_slice = slice * $stride_slices$ $offset_slices$ + z * $step_slices$, at_row = row * $stride_rows$ $offset_rows$ + r * $step_rows$;
                int at_col = col * $stride_cols$ $offset_cols$ + c * $step_cols$;
#include "place.c"
                from[count] = ((at_slice * $source_rows$ + at_row) * $source_cols$ + at_col) * $filters$;
                tap[count++] = ((z * $kernel_rows$ + r) * $kernel_cols$ + c) * $filters$;
            }
        }
    }
    return count;
}

static void $layer$($params$)
{
    enum { CHANNELS = $filters$, SOURCE = $source_slices$ * $source_rows$ * $source_cols$ };
#if $copied$
    for (int k = 0; k < $taps$ * CHANNELS; k++)
        $weights$[k] = ($weight_type$)$narrow$$in1$[k];
#endif
    $unroll$(part, $parts$) {
        for (int region = part; region < $first_part$ + part * ($regions$ - $first_part$); region++) {
            const int pixels = $slices$ * $rows$ * $cols$, total = $samples$ * pixels;
#if $parallel$
            BNN_PARALLEL_FOR
#endif
            for (int at = 0; at < total; at++) {
                const int sample = $batched$ ? at / pixels : 0, p = $batched$ ? at % pixels : at;
                const int slice = $first_slice$ + ($slices$ == 1 ? 0 : p / ($rows$ * $cols$)), col = $first_col$ + p % $cols$;
                const int row = $first_row$ + ($slices$ == 1 ? p / $cols$ : p / $cols$ % $rows$);
                const int pixel = ((sample * $target_slices$ + slice) * $target_rows$ + row) * $target_cols$ + col;
                const $x_type$ *const x = $in0$ + sample * (SOURCE * CHANNELS);
                int from[$taps$], tap[$taps$];
                $sum_type$ sum[$padded$];
                const int inside = $layer$_taps(slice, row, col$region_argument$, from, tap);
                for (int k = CHANNELS; k < $padded$; k++)
                    sum[k] = 0;
                for (int v = 0; v < CHANNELS; v += BNN_LANES) {
                    const int c = v + BNN_LANES > CHANNELS ? CHANNELS - BNN_LANES : v; /* the last vector may overlap the one before */
                    $vector$ acc = $zero$;
                    for (int k = 0; k < inside; k++)
                        acc = $add$(acc, $multiply$($load_x$(x + from[k] + c), $load$($weights$ + tap[k] + c)));
                    $store$(($weight_type$ *)sum + c, acc);
                }
                for (int f0 = 0; f0 < CHANNELS; f0 += 32)
                    $layer$_store(sum + f0, pixel, f0, out$extra$);
            }
        }
    }
}

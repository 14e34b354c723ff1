/* Integers x integers: exact int32 sums of int16 pairs; lanes are filters. The window of an output pixel is gathered first, 0 where it lies
 * outside. Pixels that share a load of weights: $tile$. */
#if !$dense$
static void $layer$_window(const $x_type$ *restrict x, int pixel, int16_t *restrict window)
{
    const int row = pixel / $out_cols$ % $out_rows$ * $stride_rows$ - $before_rows$, col = pixel % $out_cols$ * $stride_cols$ - $before_cols$;
    int tap = 0;
#if $volume$
    const int slice = pixel / ($out_rows$ * $out_cols$) * $stride_slices$ - $before_slices$;
    for (int z = slice; z < slice + $kernel_slices$ * $dilation_slices$; z += $dilation_slices$)
#endif
    for (int r = row; r < row + $kernel_rows$ * $dilation_rows$; r += $dilation_rows$) {
        for (int c = col; c < col + $kernel_cols$ * $dilation_cols$; c += $dilation_cols$) {
            int at = r * $in_cols$ + c, inside = !$outside$ || (r >= 0 && r < $in_rows$ && c >= 0 && c < $in_cols$);
#if $volume$
            at += z * ($in_rows$ * $in_cols$);
            inside = inside && (!$outside$ || (z >= 0 && z < $in_slices$));
#endif
            for (int k = 0; k < $channels$; k++)
                window[tap * $channels$ + k] = inside ? (int16_t)x[at * $channels$ + k] : 0;
            tap++;
        }
    }
}

#endif
static void $layer$($params$)
{
    enum { TERMS = $taps$ * $channels$, PAIRS = $pairs$, FILTERS = $filters$, PADDED = $padded$, VECTOR = PAIRS * $lanes$ };
    const int total = $samples$ * $out_pixels$;
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int tile = 0; tile < total; tile += $tile$) {
        uint32_t pair[$tile$][PAIRS];
        for (int i = 0; i < $tile$; i++) {
            const int at = tile + i < total ? tile + i : total - 1;
            int16_t window[PAIRS * 2];
            window[PAIRS * 2 - 1] = 0;
#if $dense$
            for (int k = 0; k < TERMS; k++)
                window[k] = (int16_t)$in0$[at * TERMS + k];
#else
#if $batched$
            $layer$_window($in0$ + at / $out_pixels$ * ($in_pixels$ * $channels$), at % $out_pixels$, window);
#else
            $layer$_window($in0$, at, window);
#endif
#endif
            for (int k = 0; k < PAIRS; k++)
                pair[i][k] = (uint32_t)(uint16_t)window[2 * k] | (uint32_t)(uint16_t)window[2 * k + 1] << 16;
        }
        $loop_blocks$(block, $blocks$) {
            const int f0 = block * 32;
            int32_t sum[$tile$][32];
            for (int v = f0; v < f0 + 32 && v < PADDED; v += BNN_LANES) {
                const uint32_t *w = $in1$ + v / $lanes$ * VECTOR + v % $lanes$;
                $reg$ bnn_v acc[$tile$];
                $unroll$(i, $tile$) { acc[i] = bnn_splat(0); }
                $loop_pairs$(k, $pairs$) {
                    $unroll$(i, $tile$) { acc[i] = bnn_add(acc[i], bnn_madd(bnn_load(w + k * $lanes$), bnn_splat(pair[i][k]))); }
                }
                $unroll$(i, $tile$) { bnn_store((uint32_t *)(sum[i] + (v - f0)), acc[i]); }
            }
            for (int i = 0; i < $tile$ && tile + i < total; i++) {
#if $thresholded$
                uint32_t word = 0;
                for (int f = f0; f < f0 + 32 && f < PADDED; f += BNN_LANES)
                    word |= bnn_less(sum[i] + (f - f0), $thresholds$ + f) << (f - f0);
                out[(tile + i) * $out_words$ + f0 / 32] = word;
#else
#if $out_packed$
                uint32_t word[$out_planes$] = {0};
                for (int f = f0; f < f0 + 32 && f < FILTERS; f++) {
                    const uint32_t code = $epilogue$(sum[i][f - f0], f$extra$);
                    for (int p = 0; p < $out_planes$; p++)
                        word[p] |= (code >> p & 1u) << (f - f0);
                }
                for (int p = 0; p < $out_planes$; p++)
                    out[((tile + i) * $out_planes$ + p) * $out_words$ + f0 / 32] = word[p];
#else
                for (int f = f0; f < f0 + 32 && f < FILTERS; f++)
                    out[(tile + i) * FILTERS + f] = $epilogue$(sum[i][f - f0], f$extra$);
#endif
#endif
            }
        }
    }
}

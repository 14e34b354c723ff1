/* Product on floats, forward or input gradient; lanes are the channels of the result. $grouped$: (t0 + t1) + (t2 + t3) along the channels of a
 * tap, else one term after the other. Weights lie as [tap][channel][lane channel], copied so where the lanes are not in that order or levels.
 * The window of a pixel is gathered first, 0 where it lies outside; $tile$ pixels share each load of weights.
 * Window: $in_pixels$ input pixels, $out_pixels$ output pixels. */
#if !$dense$
#if $input_gradient$
static void $layer$_window(const $x_type$ *restrict x, int pixel, float *restrict window)
{
    const int row = pixel / $in_cols$ % $in_rows$ + $before_rows$, col = pixel % $in_cols$ + $before_cols$;
    int tap = 0;
    (void)pixel; /* not asked for where there is one alone */
#if $volume$
    const int slice = pixel / ($in_rows$ * $in_cols$) + $before_slices$;
    for (int z = slice; z > slice - $kernel_slices$ * $dilation_slices$; z -= $dilation_slices$)
#endif
    for (int r = row; r > row - $kernel_rows$ * $dilation_rows$; r -= $dilation_rows$) {
        for (int c = col; c > col - $kernel_cols$ * $dilation_cols$; c -= $dilation_cols$) {
            int at = r / $stride_rows$ * $out_cols$ + c / $stride_cols$;
            int inside = r >= 0 && r % $stride_rows$ == 0 && r / $stride_rows$ < $out_rows$ && c >= 0 && c % $stride_cols$ == 0 && c / $stride_cols$ < $out_cols$;
#if $volume$
            at += z / $stride_slices$ * ($out_rows$ * $out_cols$);
            inside = inside && z >= 0 && z % $stride_slices$ == 0 && z / $stride_slices$ < $out_slices$;
#endif
            for (int k = 0; k < $channels$; k++)
                window[tap * $depth$ + k] = inside ? (float)x[at * $channels$ + k] : 0.0f;
            tap++;
        }
    }
}
#else
static void $layer$_window(const $x_type$ *restrict x, int pixel, float *restrict window)
{
    const int row = pixel / $out_cols$ % $out_rows$ * $stride_rows$ - $before_rows$, col = pixel % $out_cols$ * $stride_cols$ - $before_cols$;
    int tap = 0;
    (void)pixel; /* not asked for where there is one alone */
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
                window[tap * $depth$ + k] = inside ? (float)x[at * $channels$ + k] : 0.0f;
            tap++;
        }
    }
}
#endif
#endif

static void $layer$($params$)
{
    enum { CHANNELS = $channels$, DEPTH = $depth$, ROWS = $taps$ * DEPTH, FILTERS = $filters$, PADDED = $padded$ }; /* DEPTH: groups of four filled up */
    const int total = $samples$ * $pixels$;
#if $copied$
    for (int k = 0; k < ROWS; k++) {
        for (int f = 0; f < PADDED; f++) {
            const int tap = k / DEPTH, c = k % DEPTH;
#if $input_gradient$
            $weights$[k * PADDED + f] = c < CHANNELS && f < FILTERS ? (float)$in1$[(tap * FILTERS + f) * CHANNELS + c] : 0.0f;
#else
            $weights$[k * PADDED + f] = c < CHANNELS && f < FILTERS ? (float)$in1$[(tap * CHANNELS + c) * FILTERS + f] : 0.0f;
#endif
        }
    }
#endif
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int tile = 0; tile < total; tile += $tile$) {
        float window[$tile$][ROWS];
        for (int i = 0; i < $tile$; i++) {
            const int at = tile + i < total ? tile + i : total - 1;
            for (int k = 0; k < ROWS; k++)
                window[i][k] = 0.0f;
#if $dense$
            for (int k = 0; k < CHANNELS; k++)
                window[i][k] = (float)$in0$[at * CHANNELS + k];
#else
            $layer$_window($in0$ + at / $pixels$ * ($source_pixels$ * CHANNELS), at % $pixels$, window[i]);
#endif
        }
        for (int f0 = 0; f0 < FILTERS; f0 += 32) {
            float sum[$tile$][32];
            for (int v = f0; v < f0 + 32 && v < PADDED; v += BNN_LANES) {
#if $copied$
                const float *w = $weights$ + v;
#else
                const float *w = $in1$ + v;
#endif
                $reg$ bnn_vf acc[$tile$];
                $unroll$(i, $tile$) { acc[i] = bnn_splatf(0.0f); }
#if $grouped$
                for (int k = 0; k < ROWS; k += 4) {
                    const bnn_vf w0 = bnn_loadf(w), w1 = bnn_loadf(w + PADDED), w2 = bnn_loadf(w + 2 * PADDED), w3 = bnn_loadf(w + 3 * PADDED);
                    $unroll$(i, $tile$) {
                        const bnn_vf t01 = bnn_addf(bnn_mulf(bnn_splatf(window[i][k]), w0), bnn_mulf(bnn_splatf(window[i][k + 1]), w1));
                        const bnn_vf t23 = bnn_addf(bnn_mulf(bnn_splatf(window[i][k + 2]), w2), bnn_mulf(bnn_splatf(window[i][k + 3]), w3));
                        acc[i] = bnn_addf(acc[i], bnn_addf(t01, t23));
                    }
                    w += 4 * PADDED;
                }
#else
                for (int k = 0; k < ROWS; k++) {
                    const bnn_vf wk = bnn_loadf(w);
                    $unroll$(i, $tile$) { acc[i] = bnn_addf(acc[i], bnn_mulf(bnn_splatf(window[i][k]), wk)); }
                    w += PADDED;
                }
#endif
                $unroll$(i, $tile$) { bnn_storef(sum[i] + (v - f0), acc[i]); }
            }
            for (int i = 0; i < $tile$ && tile + i < total; i++) {
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
            }
        }
    }
}

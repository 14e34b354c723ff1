/* Floats x weights of two levels, forward; lanes are filters. Four channels of a tap make a table of 16 sums (t0 + t1) + (t2 + t3); the code of
 * four weights picks one. Weights: KERNEL_CODES. The window of a pixel is gathered first, 0 where it lies outside. */
#if !$dense$
static void $layer$_window(const $x_type$ *restrict x, int pixel, float *restrict window)
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
                window[tap * $depth$ + k] = inside ? (float)x[at * $channels$ + k] : 0.0f;
            tap++;
        }
    }
}

#endif
static void $layer$($params$)
{
    enum { CHANNELS = $channels$, DEPTH = $depth$, ROWS = $taps$ * DEPTH, GROUPS = ROWS / 4, FILTERS = $filters$, PADDED = $padded$ };
    const int total = $samples$ * $out_pixels$;
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int tile = 0; tile < total; tile++) {
        float window[ROWS], table[GROUPS][16];
        for (int k = 0; k < ROWS; k++)
            window[k] = 0.0f;
#if $dense$
        for (int k = 0; k < CHANNELS; k++)
            window[k] = (float)$in0$[tile * CHANNELS + k];
#else
        $layer$_window($in0$ + tile / $out_pixels$ * ($in_pixels$ * CHANNELS), tile % $out_pixels$, window);
#endif
        for (int g = 0; g < GROUPS; g++)
            for (int n = 0; n < 16; n++) {
                const float *t = window + 4 * g;
                const float t01 = (n & 1 ? $level_1$ : $level_0$) * t[0] + (n & 2 ? $level_1$ : $level_0$) * t[1];
                table[g][n] = t01 + ((n & 4 ? $level_1$ : $level_0$) * t[2] + (n & 8 ? $level_1$ : $level_0$) * t[3]);
            }
        for (int f0 = 0; f0 < FILTERS; f0 += 32) {
            float sum[1][32];
            for (int v = f0; v < f0 + 32 && v < FILTERS; v += BNN_LANES) {
                const uint8_t *codes = $in1$ + v;
                bnn_vf acc = bnn_splatf(0.0f);
                for (int g = 0; g < GROUPS; g++) {
                    acc = bnn_addf(acc, bnn_lookup16(table[g], codes));
                    codes += PADDED;
                }
                bnn_storef(sum[0] + (v - f0), acc);
            }
            for (int i = 0; i < 1; i++) {
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

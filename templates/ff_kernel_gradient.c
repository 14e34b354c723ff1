/* Kernel gradient on floats; lanes are filters, $rows$ weight rows (tap, channel) together. Their activations are gathered by sample, one line of
 * output pixels a row, 0 where a tap lies outside. $grouped$: (t0 + t1) + (t2 + t3) over points (output pixels of a sample, or samples where there
 * is one pixel), else one term after the other.
 * Window: $kernel_slices$ slices of taps, $taps$ taps. */
/* Activations of weight rows k0.. at points first..first+length, as lines of $line$ floats; x is the first sample of the set. */
static inline void $layer$_lines(const $x_type$ *restrict x, int k0, int first, int length, float *restrict line)
{
    for (int i = 0; i < $rows$; i++) {
        const int k = k0 + i < $weight_rows$ ? k0 + i : $weight_rows$ - 1;
        float *restrict to = line + i * $line$;
#if $dense$
        for (int p = 0; p < length; p++)
            to[p] = (float)x[(first + p) * $channels$ + k];
#else
        const int tap = k / $channels$, down = tap / $kernel_cols$ % $kernel_rows$ * $dilation_rows$ - $before_rows$;
        const int right = tap % $kernel_cols$ * $dilation_cols$ - $before_cols$;
#if $by_samples$
        const int lines = 1, cols = 1;
        for (int p = 0; p < length; p++) {
            const $x_type$ *sample = x + (first + p) * ($in_pixels$ * $channels$) + k % $channels$;
            float *at = to + p;
            const int top = 0;
#else
        const int lines = length / $out_cols$, cols = $out_cols$, top = first / $out_cols$;
        {
            const $x_type$ *sample = x + k % $channels$;
            float *at = to;
#endif
            for (int l = 0; l < lines; l++) {
                const int r = (top + l) % $out_rows$ * $stride_rows$ + down;
                int inside = !$outside$ || (r >= 0 && r < $in_rows$), base = r * $in_cols$ + right;
#if $volume$
                const int s = (top + l) / $out_rows$ * $stride_slices$ - $before_slices$ + tap / ($kernel_rows$ * $kernel_cols$) * $dilation_slices$;
                inside = inside && (!$outside$ || (s >= 0 && s < $in_slices$));
                base += s * ($in_rows$ * $in_cols$);
#endif
                for (int c = 0; c < cols; c++) {
#if $outside$
                    const int in = c * $stride_cols$ + right, seen = inside && in >= 0 && in < $in_cols$;
                    at[l * $out_cols$ + c] = seen ? (float)sample[(base + c * $stride_cols$) * $channels$] : 0.0f;
#else
                    (void)inside;
                    at[l * $out_cols$ + c] = (float)sample[(base + c * $stride_cols$) * $channels$];
#endif
                }
            }
        }
#endif
        for (int p = length; p < $line$ && p < length + 3; p++)
            to[p] = 0.0f;
    }
}

#if $careful$
static int $layer$_finite(const float *restrict dy, int count)
{
    int strange = 0;
    for (int i = 0; i < count; i++)
        strange |= !(dy[i] - dy[i] == 0.0f);
    return !strange;
}

/* Whether the tap of weight row k lies inside at a point of a set. */
static inline int $layer$_sees(int k, int point)
{
    const int tap = k / $channels$, line = $by_samples$ ? 0 : point / $out_cols$, col = $by_samples$ ? 0 : point % $out_cols$;
    const int r = line % $out_rows$ * $stride_rows$ + tap / $kernel_cols$ % $kernel_rows$ * $dilation_rows$ - $before_rows$;
    const int c = col * $stride_cols$ + tap % $kernel_cols$ * $dilation_cols$ - $before_cols$;
#if $volume$
    const int s = line / $out_rows$ * $stride_slices$ - $before_slices$ + tap / ($kernel_rows$ * $kernel_cols$) * $dilation_slices$;
    if (s < 0 || s >= $in_slices$)
        return 0;
#endif
    return r >= 0 && r < $in_rows$ && c >= 0 && c < $in_cols$;
}

#endif
static void $layer$($params$)
{
    enum { ROWS = $weight_rows$, FILTERS = $filters$, WHOLE = FILTERS / BNN_LANES * BNN_LANES, LINE = $line$, STEP = $points_step$ };
#if $by_samples$
    const int sets = 1, points = $samples$ * $leading$;
#else
    const int sets = $samples$, points = $out_pixels$;
#endif
#if $careful$
    /* 0 times an infinity would be a NaN: where dy has one, weight rows go one by one, and dy is 0 where their tap lies outside. */
    const int careful = !$layer$_finite($in1$, sets * points * FILTERS), together = careful ? 1 : $rows$;
#endif
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int k0 = 0; k0 < ROWS; k0 += $rows_step$) {
        float line[$rows$ * LINE], sum[$rows$][(FILTERS + BNN_LANES - 1) / BNN_LANES * BNN_LANES] = {{0.0f}};
        for (int set = 0; set < sets; set++) {
            for (int first = 0; first < points; first += STEP) {
                const int length = points - first < STEP ? points - first : STEP;
                $layer$_lines($in0$ + set * ($in_pixels$ * $channels$), k0, first, length, line);
                for (int f = 0; f < FILTERS; f += BNN_LANES) {
                    const $y_type$ *dy = $in1$ + (set * points + first) * FILTERS + f;
                    $reg$ bnn_vf acc[$rows$];
                    $unroll$(i, $rows$) { acc[i] = bnn_loadf(sum[i] + f); }
#if $grouped$
                    for (int p = 0; p < length; p += 4) {
                        bnn_vf d[4];
                        for (int j = 0; j < 4; j++) {
                            float lane[BNN_LANES] = {0.0f};
                            for (int v = 0; v < BNN_LANES && f + v < FILTERS && p + j < length; v++)
                                lane[v] = (float)dy[(p + j) * FILTERS + v];
                            d[j] = bnn_loadf(lane);
#if $careful$
                            if (careful && !$layer$_sees(k0, first + p + j))
                                d[j] = bnn_splatf(0.0f);
#endif
                        }
                        $unroll$(i, $rows$) {
                            const float *x = line + i * LINE + p;
                            const bnn_vf t01 = bnn_addf(bnn_mulf(bnn_splatf(x[0]), d[0]), bnn_mulf(bnn_splatf(x[1]), d[1]));
                            const bnn_vf t23 = bnn_addf(bnn_mulf(bnn_splatf(x[2]), d[2]), bnn_mulf(bnn_splatf(x[3]), d[3]));
                            acc[i] = bnn_addf(acc[i], bnn_addf(t01, t23));
                        }
                    }
#else
                    for (int p = 0; p < length; p++) {
                        bnn_vf d;
#if $y_floats$
                        if (f < WHOLE) {
                            d = bnn_loadf(dy);
                        } else
#endif
                        {
                            float lane[BNN_LANES] = {0.0f};
                            for (int v = 0; f + v < FILTERS && v < BNN_LANES; v++)
                                lane[v] = (float)dy[v];
                            d = bnn_loadf(lane);
                        }
#if $careful$
                        if (careful && !$layer$_sees(k0, first + p))
                            d = bnn_splatf(0.0f);
#endif
                        $unroll$(i, $rows$) { acc[i] = bnn_addf(acc[i], bnn_mulf(bnn_splatf(line[i * LINE + p]), d)); }
                        dy += FILTERS;
                    }
#endif
                    $unroll$(i, $rows$) { bnn_storef(sum[i] + f, acc[i]); }
                }
            }
        }
        for (int i = 0; i < $rows_step$ && k0 + i < ROWS; i++)
            for (int f = 0; f < FILTERS; f++)
                out[(k0 + i) * FILTERS + f] = $epilogue$(sum[i][f], f$extra$);
    }
}

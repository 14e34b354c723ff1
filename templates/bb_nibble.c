/* Bits x bits on byte tables, any plane sets: out = start + sum over plane pairs of factor * popcount($table$(x plane, w plane)); lanes are
 * filters, 32 a vector. Four bits of x pick a table of 16 counts, four bits of w look their count up. For targets with BNN_NIBBLES.
 * Each plane of a sample is spread to table offsets first, with a border of 0 where the window passes the input ($outside$); then
 * $tile$ output pixels share each load of weights. Window: $kernel_slices$ slices of taps. */
/* Eight table offsets (bits times 16) of a word, low bits first. */
static inline void $layer$_spread(uint32_t word, uint8_t *restrict to)
{
    uint64_t x = word;
    x = (x | x << 16) & 0x0000ffff0000ffffu;
    x = (x | x << 8) & 0x00ff00ff00ff00ffu;
    x = (x << 4 | x << 8) & 0xf0f0f0f0f0f0f0f0u;
    __builtin_memcpy(to, &x, 8);
}

#if $edges$
/* Taps outside the input take their weights out of the start value. */
static inline void $layer$_edges(int pixel, int f0, int filters, const int32_t *restrict tap_sums, int32_t *restrict sum)
{
    for (int tap = 0; tap < $taps$; tap++) {
        const int r = pixel / $out_cols$ % $out_rows$ * $stride_rows$ - $before_rows$ + tap / $kernel_cols$ % $kernel_rows$ * $dilation_rows$;
        const int c = pixel % $out_cols$ * $stride_cols$ - $before_cols$ + tap % $kernel_cols$ * $dilation_cols$;
        int inside = r >= 0 && r < $in_rows$ && c >= 0 && c < $in_cols$;
#if $volume$
        const int s = pixel / ($out_rows$ * $out_cols$) * $stride_slices$ - $before_slices$ + tap / ($kernel_rows$ * $kernel_cols$) * $dilation_slices$;
        inside = inside && s >= 0 && s < $in_slices$;
#endif
        for (int f = 0; !inside && f < filters; f++)
            sum[f] -= $x_base$ * tap_sums[tap * $padded$ + f0 + f];
    }
}

#endif
/* One tile of pixels whose corners lie at `at`: $vectors$ * 32 filters from f0 on, into sum. */
static inline void $layer$_tile(const uint8_t *const *at, const uint8_t *restrict weights, int32_t (*restrict sum)[32 * $vectors$])
{
    enum { K = $taps$ * $nibbles$, MOST = 63, RUN = $run$, ROW = $image_cols$ * $nibbles$, VECTOR = $weight_planes$ * K * 32 };
    for (int pair = 0; pair < $planes$ * $weight_planes$; pair++) {
        const uint8_t *w = weights + pair % $weight_planes$ * (K * 32);
        bnn_b even[$tile$][$vectors$], odd[$tile$][$vectors$];
        $reg$ bnn_b tally[$tile$][$vectors$];
        $unroll$(i, $tile$) {
            $unroll$(v, $vectors$) {
                even[i][v] = odd[i][v] = bnn_no_bytes();
                tally[i][v] = bnn_no_bytes();
            }
        }
        int since = 0;
        for (int run = 0; run < K / RUN; run++) {
            const int slice = run / ($kernel_rows$ * $run_cols$) * $dilation_slices$, row = run / $run_cols$ % $kernel_rows$ * $dilation_rows$;
            const int from = pair / $weight_planes$ * $image_bytes$ + (slice * $image_rows$ + row) * ROW + run % $run_cols$ * ($dilation_cols$ * $nibbles$);
            for (int k0 = from; k0 < from + RUN; k0 += MOST) {
                const int k1 = k0 + MOST < from + RUN ? k0 + MOST : from + RUN;
                if (since + (k1 - k0) > MOST) {
                    $unroll$(i, $tile$) {
                        $unroll$(v, $vectors$) {
                            bnn_widen_bytes(&even[i][v], &odd[i][v], tally[i][v]);
                            tally[i][v] = bnn_no_bytes();
                        }
                    }
                    since = 0;
                }
                since += k1 - k0;
#pragma GCC unroll 4
                for (int k = k0; k < k1; k++) {
                    $reg$ bnn_b wk[$vectors$];
                    $unroll$(v, $vectors$) { wk[v] = bnn_load_bytes(w + v * VECTOR); }
                    $unroll$(i, $tile$) {
                        const bnn_b table = bnn_nibble_table($table$ + at[i][k]);
                        $unroll$(v, $vectors$) { tally[i][v] = bnn_add_bytes(tally[i][v], bnn_lookup(table, wk[v])); }
                    }
                    w += 32;
                }
            }
        }
        $unroll$(i, $tile$) {
            $unroll$(v, $vectors$) {
                bnn_widen_bytes(&even[i][v], &odd[i][v], tally[i][v]);
                bnn_gather_halves(sum[i] + v * 32, even[i][v], odd[i][v], $factor$);
            }
        }
    }
}

static void $layer$($params$)
{
    enum { FILTERS = $filters$, PADDED = $padded$, BLOCK = 32 * $vectors$, VECTOR = $weight_planes$ * $taps$ * $nibbles$ * 32, IMAGE = $image_bytes$ };
    const uint8_t *const weights = (const uint8_t *)($in1$ + $sum_words$);
    const int samples = $samples$;
#if $sums$
    const int32_t *const sums = (const int32_t *)$in1$;
    for (int f = 0; f < PADDED; f++) {
        $start$[f] = $x_base$ * sums[$taps$ * PADDED + f] + $half$ * ((sums[$taps$ * PADDED + f] - ($all_base$)) / 2);
    }
#endif
#if $dense$
    const int total = samples * $out_pixels$;
#else
    const int total = $out_pixels$;
#endif
#if $parallel$
    BNN_PARALLEL_FOR
#endif
#if $dense$
    for (int tile = 0; tile < total; tile += $tile$) {
        uint8_t image[$tile$][$planes$ * IMAGE + 8];
        const uint8_t *at[$tile$];
        for (int i = 0; i < $tile$; i++) {
            const int row = tile + i < total ? tile + i : total - 1;
            for (int k = 0; k < $planes$ * $words$; k++)
                $layer$_spread($in0$[row * ($planes$ * $words$) + k], &image[i][k / $words$ * IMAGE + k % $words$ * 8]);
            at[i] = image[i];
        }
        const int first = 0;
        {
#else
    for (int sample = 0; sample < samples; sample++) {
#ifdef _OPENMP
        uint8_t *const image = $spread$ + sample * ($planes$ * IMAGE);
#else
        uint8_t *const image = $spread$;
#endif
        const int first = sample * $out_pixels$;
#if $outside$
        __builtin_memset(image, 0, $planes$ * IMAGE);
#endif
        for (int pixel = 0; pixel < $in_pixels$; pixel++) {
            const int row = pixel / $in_cols$ % $in_rows$ + $before_rows$, col = pixel % $in_cols$ + $before_cols$;
            const int slice = pixel / ($in_rows$ * $in_cols$) + $before_slices$;
            for (int plane = 0; plane < $planes$; plane++)
                for (int k = 0; k < $words$; k++)
                    $layer$_spread($in0$[((sample * $in_pixels$ + pixel) * $planes$ + plane) * $words$ + k],
                                   image + plane * IMAGE + ((slice * $image_rows$ + row) * $image_cols$ + col) * $nibbles$ + k * 8);
        }
        for (int tile = 0; tile < total; tile += $tile$) {
            const uint8_t *at[$tile$];
            for (int i = 0; i < $tile$; i++) {
                const int pixel = tile + i < total ? tile + i : total - 1;
                const int row = pixel / $out_cols$ % $out_rows$ * $stride_rows$, slice = pixel / ($out_cols$ * $out_rows$) * $stride_slices$;
                at[i] = image + ((slice * $image_rows$ + row) * $image_cols$ + pixel % $out_cols$ * $stride_cols$) * $nibbles$;
            }
#endif
            for (int f0 = 0; f0 < FILTERS; f0 += BLOCK) {
                int32_t sum[$tile$][BLOCK];
                for (int i = 0; i < $tile$; i++) {
                    for (int f = 0; f < BLOCK; f++)
                        sum[i][f] = $start$[f0 + f];
#if $edges$
                    if (tile + i < total)
                        $layer$_edges(tile + i, f0, BLOCK, $tap_sums$, sum[i]);
#endif
                }
                $layer$_tile(at, weights + f0 / 32 * VECTOR, sum);
                for (int i = 0; i < $tile$ && tile + i < total; i++) {
#if $thresholded$
                    for (int v = 0; v < BLOCK; v += 32) {
                        uint32_t word = 0;
                        for (int f = v; f < v + 32; f += BNN_LANES)
                            word |= bnn_less(sum[i] + f, $thresholds$ + f0 + f) << (f - v);
                        out[(first + tile + i) * $out_words$ + (f0 + v) / 32] = word;
                    }
#else
#if $out_packed$
                    for (int v = f0; v < f0 + BLOCK && v < FILTERS; v += 32) {
                        uint32_t word[$out_planes$] = {0};
                        for (int f = v; f < v + 32 && f < FILTERS; f++) {
                            const uint32_t code = $epilogue$(sum[i][f - f0], f$extra$);
                            for (int p = 0; p < $out_planes$; p++)
                                word[p] |= (code >> p & 1u) << (f - v);
                        }
                        for (int p = 0; p < $out_planes$; p++)
                            out[((first + tile + i) * $out_planes$ + p) * $out_words$ + v / 32] = word[p];
                    }
#else
                    for (int f = f0; f < f0 + BLOCK && f < FILTERS; f++)
                        out[(first + tile + i) * FILTERS + f] = $epilogue$(sum[i][f - f0], f$extra$);
#endif
#endif
                }
            }
        }
    }
}

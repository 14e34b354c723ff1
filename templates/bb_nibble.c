/* Bits x bits on byte tables, any plane sets: out = start + sum over plane pairs of factor * popcount($table$(x plane, w plane)); lanes are
 * filters, 32 a vector. Four bits of x pick a table of 16 counts, four bits of w look their count up. For targets with BNN_NIBBLES.
 * The window of an output pixel is gathered first as table offsets, 0 bits where it lies outside; $tile$ pixels share each load of weights. */
/* Eight table offsets (bits times 16) of a word, low bits first. */
static inline void $layer$_spread(uint32_t word, uint8_t *restrict to)
{
    uint64_t x = word;
    x = (x | x << 16) & 0x0000ffff0000ffffu;
    x = (x | x << 8) & 0x00ff00ff00ff00ffu;
    x = (x << 4 | x << 8) & 0xf0f0f0f0f0f0f0f0u;
    __builtin_memcpy(to, &x, 8);
}

#if !$dense$
static void $layer$_window(const uint32_t *restrict x, int pixel, uint8_t (*restrict window)[$row_bytes$], uint8_t *restrict seen)
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
            for (int plane = 0; plane < $planes$; plane++)
                for (int k = 0; k < $words$; k++)
                    $layer$_spread(inside ? x[(at * $planes$ + plane) * $words$ + k] : 0, &window[plane][tap * $nibbles$ + k * 8]);
            seen[tap++] = (uint8_t)inside;
        }
    }
}

#endif
static void $layer$($params$)
{
    enum { K = $taps$ * $nibbles$, CHUNK = 63, FILTERS = $filters$, PADDED = $padded$, BLOCK = 32 * $vectors$, VECTOR = $weight_planes$ * K * 32 };
    const uint8_t *const weights = (const uint8_t *)($in1$ + $sum_words$);
    const int total = $samples$ * $out_pixels$;
#if $sums$
    const int32_t *const sums = (const int32_t *)$in1$;
    for (int f = 0; f < PADDED; f++) {
        $start$[f] = $x_base$ * sums[$taps$ * PADDED + f] + $half$ * ((sums[$taps$ * PADDED + f] - ($all_base$)) / 2);
    }
#endif
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int tile = 0; tile < total; tile += $tile$) {
        uint8_t window[$tile$][$planes$][$row_bytes$]; /* $row_bytes$: K and the overhang of the last word */
#if !$dense$
        uint8_t seen[$tile$][$taps$];
#endif
        for (int i = 0; i < $tile$; i++) {
            const int at = tile + i < total ? tile + i : total - 1;
#if $dense$
            for (int plane = 0; plane < $planes$; plane++)
                for (int k = 0; k < $words$; k++)
                    $layer$_spread($in0$[(at * $planes$ + plane) * $words$ + k], &window[i][plane][k * 8]);
#else
            $layer$_window($in0$ + at / $out_pixels$ * ($in_pixels$ * $planes$ * $words$), at % $out_pixels$, window[i], seen[i]);
#endif
        }
        for (int f0 = 0; f0 < FILTERS; f0 += BLOCK) {
            int32_t sum[$tile$][BLOCK];
            for (int i = 0; i < $tile$; i++) {
                for (int f = 0; f < BLOCK; f++)
                    sum[i][f] = $start$[f0 + f];
#if $edges$
                for (int tap = 0; tap < $taps$; tap++)
                    for (int f = 0; !seen[i][tap] && f < BLOCK; f++)
                        sum[i][f] -= $x_base$ * $tap_sums$[tap * PADDED + f0 + f];
#endif
            }
            for (int pair = 0; pair < $planes$ * $weight_planes$; pair++) {
                const uint8_t *w = weights + f0 / 32 * VECTOR + pair % $weight_planes$ * (K * 32);
                for (int k0 = 0; k0 < K; k0 += CHUNK) {
                    const int k1 = k0 + CHUNK < K ? k0 + CHUNK : K;
                    $reg$ bnn_b tally[$tile$][$vectors$];
                    $unroll$(i, $tile$) { $unroll$(v, $vectors$) { tally[i][v] = bnn_no_bytes(); } }
                    for (int k = k0; k < k1; k++) {
                        $reg$ bnn_b wk[$vectors$];
                        $unroll$(v, $vectors$) { wk[v] = bnn_load_bytes(w + v * VECTOR); }
                        $unroll$(i, $tile$) {
                            const bnn_b table = bnn_nibble_table($table$ + window[i][pair / $weight_planes$][k]);
                            $unroll$(v, $vectors$) { tally[i][v] = bnn_add_bytes(tally[i][v], bnn_lookup(table, wk[v])); }
                        }
                        w += 32;
                    }
                    $unroll$(i, $tile$) { $unroll$(v, $vectors$) { bnn_gather_bytes(sum[i] + v * 32, tally[i][v], $factor$); } }
                }
            }
            for (int i = 0; i < $tile$ && tile + i < total; i++) {
#if $thresholded$
                for (int v = 0; v < BLOCK; v += 32) {
                    uint32_t word = 0;
                    for (int f = v; f < v + 32; f += BNN_LANES)
                        word |= bnn_less(sum[i] + f, $thresholds$ + f0 + f) << (f - v);
                    out[(tile + i) * $out_words$ + (f0 + v) / 32] = word;
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
                        out[((tile + i) * $out_planes$ + p) * $out_words$ + v / 32] = word[p];
                }
#else
                for (int f = f0; f < f0 + BLOCK && f < FILTERS; f++)
                    out[(tile + i) * FILTERS + f] = $epilogue$(sum[i][f - f0], f$extra$);
#endif
#endif
            }
        }
    }
}

/* Bits x bits, any plane sets: out = start + sum over plane pairs of factor * popcount($op$(x plane, w plane)); lanes are filters.
 * The window of an output pixel is gathered first, 0 bits where it lies outside. Pixels that share a load of weights: $tile$. */
#if !$dense$
#if $edges$
static void $layer$_window(const uint32_t *restrict x, int pixel, uint32_t *restrict window, uint8_t *restrict seen)
#else
static void $layer$_window(const uint32_t *restrict x, int pixel, uint32_t *restrict window)
#endif
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
            for (int plane = 0; plane < $planes$; plane++) {
                uint32_t *to = window + plane * ($taps$ * $words$) + tap * $words$;
                for (int k = 0; k < $words$; k++)
                    to[k] = inside ? x[(at * $planes$ + plane) * $words$ + k] : 0;
            }
#if $edges$
            seen[tap] = (uint8_t)inside;
#endif
            tap++;
        }
    }
}

#endif
static void $layer$($params$)
{
    enum { K = $taps$ * $words$, FILTERS = $filters$, PADDED = $padded$, ROW = $planes$ * K, VECTOR = $weight_planes$ * K * $lanes$ };
    const uint32_t *const weights = $in1$ + $sum_words$;
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
        uint32_t window[$tile$][ROW];
#if $edges$
        uint8_t seen[$tile$][$taps$];
#endif
        for (int i = 0; i < $tile$; i++) {
            const int at = tile + i < total ? tile + i : total - 1;
#if $dense$
            for (int k = 0; k < ROW; k++)
                window[i][k] = $in0$[at * ROW + k];
#else
#if $batched$
            const uint32_t *const x = $in0$ + at / $out_pixels$ * ($in_pixels$ * $planes$ * $words$);
            const int pixel = at % $out_pixels$;
#else
            const uint32_t *const x = $in0$;
            const int pixel = at;
#endif
#if $edges$
            $layer$_window(x, pixel, window[i], seen[i]);
#else
            $layer$_window(x, pixel, window[i]);
#endif
#endif
        }
        $loop_blocks$(block, $blocks$) {
            const int f0 = block * 32;
            int32_t sum[$tile$][32];
            for (int i = 0; i < $tile$; i++) {
                for (int f = f0; f < f0 + 32 && f < PADDED; f++)
                    sum[i][f - f0] = $start$[f];
#if $edges$
                for (int tap = 0; tap < $taps$; tap++)
                    for (int f = f0; !seen[i][tap] && f < f0 + 32 && f < PADDED; f++)
                        sum[i][f - f0] -= $x_base$ * $tap_sums$[tap * PADDED + f];
#endif
            }
            for (int v = f0; v < f0 + 32 && v < PADDED; v += BNN_LANES) {
                for (int pair = 0; pair < $planes$ * $weight_planes$; pair++) {
                    const uint32_t *w = weights + v / $lanes$ * VECTOR + pair % $weight_planes$ * (K * $lanes$) + v % $lanes$;
                    const int first = pair / $weight_planes$ * K;
                    $reg$ bnn_v total_bits[$tile$];
                    $unroll$(i, $tile$) { total_bits[i] = bnn_splat(0); }
                    for (int chunk = 0; chunk < $chunks$; chunk++) {
                        $reg$ bnn_v bits[$tile$];
                        $unroll$(i, $tile$) { bits[i] = bnn_splat(0); }
                        $loop_words$(k, $chunk$) {
                            $unroll$(i, $tile$) {
                                bits[i] = bnn_add(bits[i], bnn_count8($op$(bnn_load(w + k * $lanes$), bnn_splat(window[i][first + chunk * $chunk$ + k]))));
                            }
                        }
                        w += $chunk$ * $lanes$;
                        $unroll$(i, $tile$) { total_bits[i] = bnn_add(total_bits[i], bnn_sum8(bits[i])); }
                    }
#if $rest$
                    $reg$ bnn_v last_bits[$tile$];
                    $unroll$(i, $tile$) { last_bits[i] = bnn_splat(0); }
                    $loop_words$(k, $rest$) {
                        $unroll$(i, $tile$) {
                            last_bits[i] = bnn_add(last_bits[i], bnn_count8($op$(bnn_load(w + k * $lanes$), bnn_splat(window[i][first + $chunks$ * $chunk$ + k]))));
                        }
                    }
                    $unroll$(i, $tile$) { total_bits[i] = bnn_add(total_bits[i], bnn_sum8(last_bits[i])); }
#endif
                    uint32_t lane[BNN_LANES];
                    $unroll$(i, $tile$) {
                        bnn_store(lane, total_bits[i]);
                        for (int j = 0; j < BNN_LANES; j++)
                            sum[i][v - f0 + j] += $factor$ * (int32_t)lane[j];
                    }
                }
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

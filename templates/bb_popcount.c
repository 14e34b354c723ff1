/* Bits x bits, any plane sets: sum = start + sum over plane pairs of factor * popcount($op$(x plane, w plane)); lanes are filters. The reduction
 * over a window's words is unrolled; $tile$ pixels share each load of weights. */
#include "store.c"
#include "starts.c"
static void $layer$_tile(const uint32_t *const *window, const int *pixel, int pixels$group_parameter$$tile_parameters$, $out_type$ *restrict out$extra_parameters$)
{
    enum { K = $taps$ * $depth$, PADDED = $padded$, VECTOR = $weight_planes$ * K * $lanes$ };
    const uint32_t *const weights = $in1$ + $sum_words$;
    $loop_blocks$(block, $blocks$) {
        const int f0 = $first_filter$ + block * 32;
        int32_t sum[$tile$][32];
        for (int i = 0; i < $tile$; i++)
            for (int f = f0; f < f0 + 32 && f < PADDED; f++)
                sum[i][f - f0] = start[f];
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
                            BNN_KEEP_VECTOR(bits[i]);
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
                        BNN_KEEP_VECTOR(last_bits[i]);
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
        for (int i = 0; i < pixels; i++)
            $layer$_store(sum[i], pixel[i], f0, out$extra$);
    }
}

#include "windows.c"

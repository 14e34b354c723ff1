/* Bits x bits on byte tables, any plane sets: sum = start + sum over plane pairs of factor * popcount($table$(x plane, w plane)); lanes are
 * filters, 32 a vector. Four bits of x pick a table of 16 counts, four bits of w look their count up. For targets with BNN_NIBBLES.
 * Each plane of a sample is spread to table offsets first; then, region by region, $tile$ pixels share each load of weights, over the taps that
 * the region's pixels see: runs of neighbours in units of $unit$ nibbles, unrolled. */
#include "store.c"
#include "starts.c"
/* Eight table offsets (bits times 16) of a word, low bits first. */
static inline void $layer$_spread(uint32_t word, uint8_t *restrict to)
{
    uint64_t x = word;
    x = (x | x << 16) & 0x0000ffff0000ffffu;
    x = (x | x << 8) & 0x00ff00ff00ff00ffu;
    x = (x << 4 | x << 8) & 0xf0f0f0f0f0f0f0f0u;
    __builtin_memcpy(to, &x, 8);
}

/* $vectors$ * 32 filters of the pixels whose windows begin at `at`, into sum. Weights: [plane][tap][nibble][32 filters] a vector. */
static inline void $layer$_sums(const uint8_t *restrict image, const int *at$region_parameter$, const uint8_t *restrict weights, int32_t (*restrict sum)[32 * $vectors$])
{
    enum { K = $taps$ * $nibbles$, VECTOR = $weight_planes$ * K * 32, ROOM = 63 / $unit$ };
    const int runs = $split$ ? $tap_cols$ : 1, units = ($split$ ? 1 : $tap_cols$) * ($nibbles$ / $unit$);
    for (int pair = 0; pair < $planes$ * $weight_planes$; pair++) {
        bnn_b wide[2 * $tile$ * $vectors$], *even = wide, *odd = wide + $tile$ * $vectors$;
        BNN_KEEP(even);
        BNN_KEEP(odd);
        $reg$ bnn_b tally[$tile$][$vectors$];
        $unroll$(i, $tile$) {
            $unroll$(v, $vectors$) {
                even[i * $vectors$ + v] = odd[i * $vectors$ + v] = bnn_no_bytes();
                tally[i][v] = bnn_no_bytes();
            }
        }
        int room = ROOM;
        for (int z = $first_tap_slice$; z < $first_tap_slice$ + $tap_slices$; z++) {
            for (int r = $first_tap_row$; r < $first_tap_row$ + $tap_rows$; r++) {
                for (int c = $first_tap_col$; c < $first_tap_col$ + runs; c++) {
                    const uint8_t *w = weights + (pair % $weight_planes$ * K + ((z * $kernel_rows$ + r) * $kernel_cols$ + c) * $nibbles$) * 32;
                    const int run = pair / $weight_planes$ * $image_bytes$ + ((z * $step_slices$ * $source_rows$ + r * $step_rows$) * $source_cols$ + c * $step_cols$) * $pixel_nibbles$;
                    const uint8_t *x[$tile$];
                    $unroll$(i, $tile$) { x[i] = image + (at[i] + run); }
                    for (int unit = 0; unit < units; unit++) {
                        if (room == 0) {
                            $unroll$(i, $tile$) {
                                $unroll$(v, $vectors$) {
                                    bnn_widen_bytes(&even[i * $vectors$ + v], &odd[i * $vectors$ + v], tally[i][v]);
                                    tally[i][v] = bnn_no_bytes();
                                }
                            }
                            room = ROOM;
                        }
                        room--;
                        $loop_nibbles$(k, $unit$) {
                            $reg$ bnn_b wk[$vectors$];
                            $unroll$(v, $vectors$) { wk[v] = bnn_load_bytes(w + k * 32 + v * VECTOR); }
                            $unroll$(i, $tile$) {
                                const bnn_b table = bnn_nibble_table($table$ + x[i][k]);
                                $unroll$(v, $vectors$) {
                                    tally[i][v] = bnn_add_bytes(tally[i][v], bnn_lookup(table, wk[v]));
                                    BNN_KEEP_VECTOR(tally[i][v]);
                                }
                            }
                        }
                        $unroll$(i, $tile$) { x[i] += $unit$; }
                        w += $unit$ * 32;
                    }
                }
            }
        }
        $unroll$(i, $tile$) {
            $unroll$(v, $vectors$) {
                bnn_widen_bytes(&even[i * $vectors$ + v], &odd[i * $vectors$ + v], tally[i][v]);
                bnn_gather_halves(sum[i] + v * 32, even[i * $vectors$ + v], odd[i * $vectors$ + v], $factor$);
            }
        }
    }
}

/* All filters of a tile of pixels. */
static void $layer$_tile(const uint8_t *restrict image, const int *at, const int *pixel, int pixels$region_parameter$$tile_parameters$, $out_type$ *restrict out$extra_parameters$)
{
    enum { BLOCK = 32 * $vectors$, VECTOR = $weight_planes$ * $taps$ * $nibbles$ * 32 };
    const uint8_t *const weights = (const uint8_t *)($in1$ + $sum_words$);
    for (int f0 = 0; f0 < $padded$; f0 += BLOCK) {
        int32_t sum[$tile$][BLOCK];
        for (int i = 0; i < $tile$; i++)
            for (int f = 0; f < BLOCK; f++)
                sum[i][f] = start[f0 + f];
        $layer$_sums(image + $group$ * $nibbles$, at$region_argument$, weights + f0 / 32 * VECTOR, sum);
        for (int i = 0; i < pixels; i++)
            for (int v = 0; v < BLOCK; v += 32)
                $layer$_store(sum[i] + v, pixel[i], f0 + v, out$extra$);
    }
}

#if $dense$
static void $layer$($params$)
{
    enum { IMAGE = $image_bytes$ };
    const int total = $samples$ * $cols$;
    $prepare$
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int tile = 0; tile < total; tile += $tile$) {
        uint8_t image[$tile$ * $planes$ * IMAGE + 8];
        int at[$tile$], pixel[$tile$];
        for (int i = 0; i < $tile$; i++) {
            pixel[i] = tile + i < total ? tile + i : total - 1;
            at[i] = i * ($planes$ * IMAGE);
            for (int k = 0; k < $planes$ * $words$; k++)
                $layer$_spread($in0$[pixel[i] * ($planes$ * $words$) + k], image + (at[i] + k / $words$ * IMAGE + k % $words$ * 8));
        }
        $layer$_tile(image, at, pixel, total - tile < $tile$ ? total - tile : $tile$$region_argument$$tile_arguments$, out$extra$);
    }
}
#else
static void $layer$($params$)
{
    enum { IMAGE = $image_bytes$, SOURCE = $source_slices$ * $source_rows$ * $source_cols$ };
    $prepare$
    const int samples = $samples$;
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int sample = 0; sample < samples; sample++) {
#ifdef _OPENMP
        uint8_t *const image = $spread$ + sample * ($planes$ * IMAGE);
#else
        uint8_t *const image = $spread$;
#endif
        for (int k = 0; k < SOURCE * $planes$ * $words$; k++)
            $layer$_spread($in0$[sample * (SOURCE * $planes$ * $words$) + k], image + (k / $words$ % $planes$ * IMAGE + k / ($planes$ * $words$) * $pixel_nibbles$ + k % $words$ * 8));
        $unroll$(part, $parts$) {
            for (int region = part; region < $first_part$ + part * ($regions$ - $first_part$); region++) {
                const int total = $slices$ * $rows$ * $cols$;
                for (int tile = 0; tile < total; tile += $tile$) {
                    int at[$tile$], pixel[$tile$];
                    for (int i = 0; i < $tile$; i++) {
                        const int p = tile + i < total ? tile + i : total - 1;
                        const int slice = $first_slice$ + ($slices$ == 1 ? 0 : p / ($rows$ * $cols$)), col = $first_col$ + p % $cols$;
                        const int row = $first_row$ + ($slices$ == 1 ? p / $cols$ : p / $cols$ % $rows$);
                        pixel[i] = ((sample * $target_slices$ + slice) * $target_rows$ + row) * $target_cols$ + col;
                        at[i] = (((slice * $stride_slices$ $offset_slices$) * $source_rows$ + row * $stride_rows$ $offset_rows$) * $source_cols$ + col * $stride_cols$ $offset_cols$) * $pixel_nibbles$;
                    }
                    $layer$_tile(image, at, pixel, total - tile < $tile$ ? total - tile : $tile$$region_argument$$tile_arguments$, out$extra$);
                }
            }
        }
    }
}
#endif

#if $gathered$
/* The window of one pixel as a row: the taps that its region has. */
static inline void $layer$_window(const $x_type$ *restrict x, int slice, int row, int col$region_parameter$$group_parameter$, $row_type$ *restrict to)
{
    for (int z = $first_tap_slice$; z < $first_tap_slice$ + $tap_slices$; z++) {
        for (int r = $first_tap_row$; r < $first_tap_row$ + $tap_rows$; r++) {
            for (int c = $first_tap_col$; c < $first_tap_col$ + $tap_cols$; c++) {
                int at_slice = slice + z * $step_slices$, at_row = row + r * $step_rows$, at_col = col + c * $step_cols$;
#include "place.c"
                const int from = (at_slice * $source_rows$ + at_row) * $source_cols$ + at_col;
                const int tap = (z * $kernel_rows$ + r) * $kernel_cols$ + c;
                for (int plane = 0; plane < $planes$; plane++)
                    for (int k = 0; k < $units$; k++)
                        to[(plane * $taps$ + tap) * $depth$ + k] = ($row_type$)x[(from * $planes$ + plane) * ($groups$ * $units$) + $first_unit$ + k];
            }
        }
    }
}

#endif
/* Rows of windows, region by region: the pixels of a region see the same taps; a row holds 0 where its window lies outside. */
static void $layer$($params$)
{
    enum { ROW = $planes$ * $taps$ * $depth$, SOURCE = $source_slices$ * $source_rows$ * $source_cols$ };
    $prepare$
    $unroll$(part, $parts$) {
        for (int region = part; region < $first_part$ + part * ($regions$ - $first_part$); region++) {
            const int pixels = $slices$ * $rows$ * $cols$, total = $samples$ * pixels;
#if $parallel$
            BNN_PARALLEL_FOR
#endif
            for (int tile = 0; tile < total; tile += $tile$) {
                for (int group = 0; group < $groups$; group++) {
                    const $row_type$ *window[$tile$];
                    int pixel[$tile$];
#if $gathered$
                    $row_type$ gathered[$tile$][ROW];
#endif
                    for (int i = 0; i < $tile$; i++) {
                        const int at = tile + i < total ? tile + i : total - 1, sample = $batched$ ? at / pixels : 0, p = $batched$ ? at % pixels : at;
                        const int slice = $first_slice$ + ($slices$ == 1 ? 0 : p / ($rows$ * $cols$)), col = $first_col$ + p % $cols$;
                        const int row = $first_row$ + ($slices$ == 1 ? p / $cols$ : p / $cols$ % $rows$);
                        const $x_type$ *const x = $in0$ + sample * (SOURCE * $planes$ * $groups$ * $units$);
                        pixel[i] = ((sample * $target_slices$ + slice) * $target_rows$ + row) * $target_cols$ + col;
#if $gathered$
                        if ($cleared$)
                            for (int k = 0; k < ROW; k++)
                                gathered[i][k] = 0;
                        $layer$_window(x, slice * $stride_slices$ $offset_slices$, row * $stride_rows$ $offset_rows$, col * $stride_cols$ $offset_cols$$region_argument$$group_argument$, gathered[i]);
                        window[i] = gathered[i];
#else
                        window[i] = x + ((slice * $stride_slices$ * $source_rows$ + row * $stride_rows$) * $source_cols$ + col * $stride_cols$) * ROW;
#endif
                    }
                    $layer$_tile(window, pixel, total - tile < $tile$ ? total - tile : $tile$$group_argument$$tile_arguments$, out$extra$);
                }
            }
        }
    }
}

#if $sums$
/* Start values, a row a region: from the sums of the weights that its pixels see, and of those that are counted. */
static void $layer$_starts(const int32_t *restrict sums, int32_t *restrict start)
{
    for (int region = 0; region < $start_rows$; region++) {
        for (int f = 0; f < $padded$; f++) {
            int32_t seen = 0;
            for (int z = $first_tap_slice$; z < $first_tap_slice$ + $tap_slices$; z++)
                for (int r = $first_tap_row$; r < $first_tap_row$ + $tap_rows$; r++)
                    for (int c = $first_tap_col$; c < $first_tap_col$ + $tap_cols$; c++)
                        seen += sums[((z * $kernel_rows$ + r) * $kernel_cols$ + c) * $padded$ + f];
#if $exact$
            const int32_t counted = seen, base = $tap_slices$ * $tap_rows$ * $tap_cols$ * ($tap_base$);
#else
            const int32_t counted = sums[$taps$ * $padded$ + f], base = $taps$ * ($tap_base$);
#endif
            start[region * $padded$ + f] = $x_base$ * seen + $half$ * ((counted - base) / 2);
        }
    }
}

#endif

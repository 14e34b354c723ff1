/* $layer$: window of $kernel_depth$ x $kernel_height$ x $kernel_width$ over $in_depth$ x $in_height$ x $in_width$ x $channels$. */
static void $layer$($params$)
{
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int row = 0; row < $samples$ * $out_depth$ * $out_height$; row++) {
        const int sample = row / ($out_depth$ * $out_height$), oz = row / $out_height$ % $out_depth$, oy = row % $out_height$;
        for (int ox = 0; ox < $out_width$; ox++) {
            $out_type$ *y = out + (row * $out_width$ + ox) * $channels$;
#if $sum$
            for (int c = 0; c < $channels$; c++)
                y[c] = 0;
#else
            int first = 1;
#endif
            for (int kz = 0; kz < $kernel_depth$; kz++)
                for (int ky = 0; ky < $kernel_height$; ky++)
                    for (int kx = 0; kx < $kernel_width$; kx++) {
                        const int iz = oz * $stride_depth$ - $before_depth$ + kz * $dilation_depth$;
                        const int iy = oy * $stride_height$ - $before_height$ + ky * $dilation_height$;
                        const int ix = ox * $stride_width$ - $before_width$ + kx * $dilation_width$;
#if $padded$
                        if (iz < 0 || iz >= $in_depth$ || iy < 0 || iy >= $in_height$ || ix < 0 || ix >= $in_width$)
                            continue;
#endif
                        const $in_type$ *x = $in0$ + (((sample * $in_depth$ + iz) * $in_height$ + iy) * $in_width$ + ix) * $channels$;
#if !$sum$
                        if (first) {
                            for (int c = 0; c < $channels$; c++)
                                y[c] = x[c];
                            first = 0;
                            continue;
                        }
#endif
                        for (int c = 0; c < $channels$; c++)
                            y[c] = $combine$;
                    }
        }
    }
}

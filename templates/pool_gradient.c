/* $layer$: gradient of a window of $kernel_depth$ x $kernel_height$ x $kernel_width$. */
static void $layer$($params$)
{
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int sample = 0; sample < $samples$; sample++) {
#if !$sum$
        const $type$ *x = $in0$ + sample * ($in_depth$ * $in_height$ * $in_width$ * $channels$);
#endif
        const float *dy = $in1$ + sample * ($out_depth$ * $out_height$ * $out_width$ * $channels$);
        float *dx = out + sample * ($in_depth$ * $in_height$ * $in_width$ * $channels$);
        for (int i = 0; i < $in_depth$ * $in_height$ * $in_width$ * $channels$; i++)
            dx[i] = 0.0f;
        for (int pixel = 0; pixel < $out_depth$ * $out_height$ * $out_width$; pixel++) {
            const int ox = pixel % $out_width$, oy = pixel / $out_width$ % $out_height$, oz = pixel / ($out_width$ * $out_height$);
            for (int c = 0; c < $channels$; c++) {
#if !$sum$
                int best = -1;
#endif
                for (int kz = 0; kz < $kernel_depth$; kz++)
                    for (int ky = 0; ky < $kernel_height$; ky++)
                        for (int kx = 0; kx < $kernel_width$; kx++) {
                            const int iz = oz * $stride_depth$ - $before_depth$ + kz * $dilation_depth$;
                            const int iy = oy * $stride_height$ - $before_height$ + ky * $dilation_height$;
                            const int ix = ox * $stride_width$ - $before_width$ + kx * $dilation_width$;
                            const int at = ((iz * $in_height$ + iy) * $in_width$ + ix) * $channels$ + c;
#if $padded$
                            if (iz < 0 || iz >= $in_depth$ || iy < 0 || iy >= $in_height$ || ix < 0 || ix >= $in_width$)
                                continue;
#endif
#if $sum$
                            dx[at] += dy[pixel * $channels$ + c];
#else
                            if (best < 0 || x[at] > x[best])
                                best = at;
#endif
                        }
#if !$sum$
#if $all_ties$
                for (int kz = 0; kz < $kernel_depth$; kz++)
                    for (int ky = 0; ky < $kernel_height$; ky++)
                        for (int kx = 0; kx < $kernel_width$; kx++) {
                            const int iz = oz * $stride_depth$ - $before_depth$ + kz * $dilation_depth$;
                            const int iy = oy * $stride_height$ - $before_height$ + ky * $dilation_height$;
                            const int ix = ox * $stride_width$ - $before_width$ + kx * $dilation_width$;
                            const int at = ((iz * $in_height$ + iy) * $in_width$ + ix) * $channels$ + c;
#if $padded$
                            if (iz < 0 || iz >= $in_depth$ || iy < 0 || iy >= $in_height$ || ix < 0 || ix >= $in_width$)
                                continue;
#endif
                            if (x[at] == x[best])
                                dx[at] += dy[pixel * $channels$ + c];
                        }
#else
                dx[best] += dy[pixel * $channels$ + c];
#endif
#endif
            }
        }
    }
}

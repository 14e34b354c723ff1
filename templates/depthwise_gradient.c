/* Kernel gradient of a depthwise product: lanes are channels. $group$ pixels at a time in their order, (t0 + t1) + (t2 + t3) where there are four
 * (a tap outside, and a pixel beyond the last one, is a term +0); threads share the channels, never a sum. */
#if $converted$
static inline bnn_vf $layer$_load(const $x_type$ *x)
{
    float lane[BNN_LANES];
    for (int j = 0; j < BNN_LANES; j++)
        lane[j] = (float)x[j];
    return bnn_loadf(lane);
}

#endif
/* Where each tap of an output pixel lies in the input, -1 outside. */
static inline void $layer$_taps(int pixel, int *restrict from)
{
    const int slice = pixel / ($out_rows$ * $out_cols$) * $stride_slices$ - $before_slices$;
    const int row = pixel / $out_cols$ % $out_rows$ * $stride_rows$ - $before_rows$, col = pixel % $out_cols$ * $stride_cols$ - $before_cols$;
    for (int tap = 0; tap < $taps$; tap++) {
        const int z = slice + tap / ($kernel_rows$ * $kernel_cols$) * $dilation_slices$, r = row + tap / $kernel_cols$ % $kernel_rows$ * $dilation_rows$;
        const int c = col + tap % $kernel_cols$ * $dilation_cols$;
        const int inside = pixel < $out_pixels$ && z >= 0 && z < $in_slices$ && r >= 0 && r < $in_rows$ && c >= 0 && c < $in_cols$;
        from[tap] = inside ? ((z * $in_rows$ + r) * $in_cols$ + c) * $channels$ : -1;
    }
}

static void $layer$($params$)
{
    enum { CHANNELS = $channels$, TAPS = $taps$, BLOCK = $block$, GROUP = $group$ };
    const int samples = $samples$;
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int block = 0; block < CHANNELS; block += BLOCK) {
        const int end = block + BLOCK < CHANNELS ? block + BLOCK : CHANNELS;
        float total[TAPS * BLOCK];
        for (int k = 0; k < TAPS * BLOCK; k++)
            total[k] = 0.0f;
        for (int sample = 0; sample < samples; sample++) {
            const $x_type$ *const x = $in0$ + sample * ($in_pixels$ * CHANNELS);
            const float *const dy = $in1$ + sample * ($out_pixels$ * CHANNELS);
            for (int pixel = 0; pixel < $out_pixels$; pixel += GROUP) {
                int from[GROUP][TAPS];
                for (int j = 0; j < GROUP; j++)
                    $layer$_taps(pixel + j, from[j]);
                for (int v = block; v < end; v += BNN_LANES) {
                    const int c = v + BNN_LANES > CHANNELS ? CHANNELS - BNN_LANES : v; /* the last vector may repeat channels: its sums are its own */
                    bnn_vf d[GROUP];
                    for (int j = 0; j < GROUP; j++)
                        d[j] = bnn_loadf(dy + (pixel + j < $out_pixels$ ? pixel + j : pixel) * CHANNELS + c);
                    for (int tap = 0; tap < TAPS; tap++) {
                        float *const sum = total + tap * BLOCK + (v - block);
                        bnn_vf term[GROUP];
                        for (int j = 0; j < GROUP; j++)
                            term[j] = from[j][tap] < 0 ? bnn_splatf(0.0f) : bnn_mulf($load_x$(x + from[j][tap] + c), d[j]);
#if $grouped$
                        bnn_storef(sum, bnn_addf(bnn_loadf(sum), bnn_addf(bnn_addf(term[0], term[1]), bnn_addf(term[2], term[3]))));
#else
                        bnn_storef(sum, bnn_addf(bnn_loadf(sum), term[0]));
#endif
                    }
                }
            }
        }
        for (int tap = 0; tap < TAPS; tap++) {
            for (int v = block; v < end; v += BNN_LANES) {
                const int c = v + BNN_LANES > CHANNELS ? CHANNELS - BNN_LANES : v;
                for (int j = 0; j < BNN_LANES; j++)
                    out[tap * CHANNELS + c + j] = $epilogue$(total[tap * BLOCK + (v - block) + j], $last$$extra$);
            }
        }
    }
}

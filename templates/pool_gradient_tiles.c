/* $layer$: gradient of a maximum over windows of $kernel_height$ x $kernel_width$ that do not overlap: each input belongs to one window at most. */
static void $layer$($params$)
{
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int row = 0; row < $samples$ * $out_height$; row++) {
        const int first = (row / $out_height$ * $in_height$ + row % $out_height$ * $kernel_height$) * $in_width$ * $channels$;
#if $rest$
        const int last_row = row % $out_height$ == $out_height$ - 1 ? $in_height$ - $out_height$ * $kernel_height$ + $kernel_height$ : $kernel_height$;
        for (int i = 0; i < last_row * $in_width$ * $channels$; i++)
            out[first + i] = 0.0f;
#endif
        for (int ox = 0; ox < $out_width$; ox++) {
            const $type$ *x = $in0$ + first + ox * ($kernel_width$ * $channels$);
            const float *dy = $in1$ + (row * $out_width$ + ox) * $channels$;
            float *dx = out + first + ox * ($kernel_width$ * $channels$);
            for (int c = 0; c < $channels$; c++) {
                $type$ best = x[c];
                int at = 0;
                const float gradient = 0.0f + dy[c];
                $unroll$(tap, $taps$) {
                    at = x[(tap / $kernel_width$ * $in_width$ + tap % $kernel_width$) * $channels$ + c] > best ? tap : at;
                    best = x[(tap / $kernel_width$ * $in_width$ + tap % $kernel_width$) * $channels$ + c] > best
                               ? x[(tap / $kernel_width$ * $in_width$ + tap % $kernel_width$) * $channels$ + c]
                               : best;
                }
                $unroll$(tap, $taps$) {
                    dx[(tap / $kernel_width$ * $in_width$ + tap % $kernel_width$) * $channels$ + c] = at == tap ? gradient : 0.0f;
                }
            }
        }
    }
}

/* The sums of one pixel's filters from f0 on, 32 at most, as they are stored. */
static inline void $layer$_store(const $sum_type$ *restrict sum, int pixel, int f0, $out_type$ *restrict out$extra_parameters$)
{
#if $thresholded$
    uint32_t word = 0;
    for (int f = 0; f < 32 && f0 + f < $padded$; f += BNN_LANES)
        word |= bnn_less(sum + f, $thresholds$ + f0 + f) << f;
    out[pixel * $out_words$ + f0 / 32] = word;
#else
    const int filters = $filters$ % 32 == 0 ? 32 : f0 + 32 < $filters$ ? 32 : $filters$ % 32;
#if $out_packed$
    uint32_t word[$out_planes$] = {0};
    for (int f = 0; f < filters; f++) {
        const uint32_t code = $epilogue$(sum[f], f0 + f$extra$);
        for (int p = 0; p < $out_planes$; p++)
            word[p] |= (code >> p & 1u) << f;
    }
    for (int p = 0; p < $out_planes$; p++)
        out[(pixel * $out_planes$ + p) * $out_words$ + f0 / 32] = word[p];
#else
    for (int f = 0; f < filters; f++)
        out[pixel * $filters$ + f0 + f] = $epilogue$(sum[f], f0 + f$extra$);
#endif
#endif
}


/* $layer$: reduction over $length$ elements a result; floats in 16 interleaved partial sums, then pairwise. */
static void $layer$($params$)
{
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int at = 0; at < $outputs$; at++) {
        const $type$ *x = $in0$ + ($base$);
#if $maximum$
        float best = (float)x[0];
        for (int r = 0; r < $length$; r++) {
            const float value = (float)x[$offset$];
            best = value > best || value != value ? value : best;
        }
        out[at] = best;
#else
#if $exact$
        int64_t exact = 0;
        for (int r = 0; r < $length$; r++)
            exact += x[$offset$];
        const float sum = (float)exact;
#else
        float part[16] = {0.0f};
        for (int r = 0; r < $length$; r++)
            part[r & 15] += x[$offset$];
        for (int width = 8; width > 0; width /= 2)
            for (int i = 0; i < width; i++)
                part[i] += part[i + width];
        const float sum = part[0];
#endif
#if $mean$
        out[at] = sum / (float)($length$);
#else
        out[at] = sum;
#endif
#endif
    }
}
